// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes the cells of a row of an activity.
#include "plugins/r4v5w/row_taker.h"

#include <algorithm>
#include <utility>

#include "core/text/xlsx_styles.h"
#include "plugins/r4v5w/cell_values.h"
#include "plugins/r4v5w/code_book.h"
#include "plugins/r4v5w/first_text.h"
#include "plugins/r4v5w/indicator_book.h"
#include "plugins/r4v5w/organisation_book.h"
#include "plugins/r4v5w/source_columns.h"

namespace puente::r4v5w {
namespace {

using sdk::FieldPlace;
using sdk::FieldText;

text::XlsxCell CellOf(std::string_view written, text::XlsxKind kind) {
  text::XlsxCell cell;
  cell.kind = kind;
  cell.text = written;
  return cell;
}

/// True when a text still says a value: whoever changed the value did not change the text.
bool StillSays(const ConceptField& field, std::string_view written, const std::string& value) {
  for (const text::XlsxKind kind : {text::XlsxKind::kNumber, text::XlsxKind::kText}) {
    const text::XlsxCell cell = CellOf(written, kind);
    switch (field.shape) {
      case Shape::kText:
        return written == value;
      case Shape::kNumber:
      case Shape::kPeople:
        if (ReadNumberCell(cell).value == value) return true;
        break;
      case Shape::kYesNo:
        if (ReadYesNoCell(cell).value == value) return true;
        break;
      case Shape::kMonth:
        for (const text::XlsxNumber number : {text::XlsxNumber::kPlain, text::XlsxNumber::kDate}) {
          for (const bool is_1904 : {false, true}) {
            if (ReadMonthCell(cell, number, is_1904).value == value) return true;
          }
        }
        break;
    }
  }
  return false;
}

/// What a number of people is of.
struct PeoplePlaces {
  FieldPlace measure = FieldPlace::Own("activity.deliveries[0].people[].measure");
  FieldPlace dimension_name = FieldPlace::Own("activity.deliveries[0].people[].dimensions[].name");
  FieldPlace dimension_value =
      FieldPlace::Own("activity.deliveries[0].people[].dimensions[].value");
};

const PeoplePlaces& People() {
  static const PeoplePlaces& places = *new PeoplePlaces;
  return places;
}

}  // namespace

std::vector<std::optional<OutText>> RowTaker::Take(const v1::Record& record,
                                                   const sdk::RecordInfo& info, OutSheet& out,
                                                   InputSheet& in, size_t width,
                                                   const Wording& wording) {
  record_ = &record;
  taker_.Begin(record, info);
  // What has deliveries is a row, whatever wrote it.
  is_activity_ = is_foreign_ && record.has_activity() && record.activity().deliveries().empty();
  if (is_activity_) foreign_.Read(record.activity(), wording.year, wording.language);
  const std::vector<OutColumn>& columns = out.columns();
  has_source_ = false;
  for (size_t i = 0; i < columns.size() && wording.fill_sources; ++i) {
    const std::optional<uint32_t> from = in.From(i);
    if (!from.has_value() || !IsSourceConcept(columns[i].concept_name)) continue;
    has_source_ = has_source_ || !taker_.LookText(in.Name(*from)).value_or("").empty();
  }
  std::vector<std::optional<OutText>> cells;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::optional<uint32_t> from = in.From(i);
    cells.push_back(Cell(columns[i], from.has_value() ? &in.Name(*from) : nullptr, wording));
  }
  for (size_t i = in.width(); in.is_leading(); ++i) {
    std::optional<std::string> kept = taker_.TakeText(in.Name(i), out.Id(cells.size()));
    if (!kept.has_value() && i >= width) break;
    cells.emplace_back();
    if (kept.has_value()) cells.back() = OutText{*std::move(kept), false};
  }
  FindLeft(in);
  TakeDerived(wording);
  taker_.Settle();
  return cells;
}

void RowTaker::FindLeft(InputSheet& in) {
  left_.clear();
  if (is_foreign_) return;
  for (const uint32_t column : in.left()) {
    std::string text = taker_.LookText(in.Name(column)).value_or("");
    if (const ConceptField* const field = in.Field(column); text.empty() && field != nullptr) {
      if (field->shape != Shape::kPeople) {
        if (const auto value = taker_.Look(field->place)) text = value->value;
      } else if (record_->activity().deliveries_size() > 0) {
        const v1::Delivery& delivery = record_->activity().deliveries(0);
        const int people = FindPeople(*field, delivery);
        const uint32_t indices[] = {static_cast<uint32_t>(std::max(people, 0))};
        if (people < 0) continue;
        if (const auto value = taker_.Look(field->place, indices)) text = value->value;
      }
    }
    if (!text.empty()) left_.push_back({column, std::move(text)});
  }
  for (auto i = static_cast<uint32_t>(in.width()); !in.is_leading(); ++i) {
    std::optional<std::string> text = taker_.LookText(in.Name(i));
    if (!text.has_value()) break;
    if (!text->empty()) left_.push_back({i, *std::move(text)});
  }
}

std::optional<OutText> RowTaker::SourceCell(const OutColumn& column,
                                            std::optional<std::string> kept,
                                            const Wording& wording) {
  const bool is_row = column.concept_name == "source_row";
  if (!wording.fill_sources || has_source_) {
    if (!kept.has_value()) return std::nullopt;
    return OutText{*std::move(kept), is_row};
  }
  std::string text = SourceTextOf(column.concept_name, record_->provenance());
  if (text.empty() && !kept.has_value()) return std::nullopt;
  if (!kept.has_value()) taker_.Derived(column.id);
  return OutText{std::move(text), is_row};
}

std::optional<OutText> RowTaker::Cell(const OutColumn& column, const std::string* kept_name,
                                      const Wording& wording) {
  // What a cell said that is no value of its field.
  std::optional<std::string> kept;
  if (kept_name != nullptr) kept = taker_.TakeText(*kept_name, column.id);
  if (IsSourceConcept(column.concept_name)) return SourceCell(column, std::move(kept), wording);
  if (kept.has_value()) return OutText{*std::move(kept), false};
  if (column.field == nullptr) return std::nullopt;
  if (is_activity_) return TakeForeign(column);
  const ConceptField& field = *column.field;
  uint32_t indices[] = {0};
  sdk::Indices at;
  if (field.shape == Shape::kPeople) {
    if (!record_->has_activity() || record_->activity().deliveries().empty()) return std::nullopt;
    const int people = FindPeople(field, record_->activity().deliveries(0));
    if (people < 0) return std::nullopt;
    indices[0] = static_cast<uint32_t>(people);
    at = indices;
  }
  const std::optional<FieldText> value = taker_.Take(field.place, column.id, at);
  if (!value.has_value()) return std::nullopt;
  if (field.shape == Shape::kPeople) {
    taker_.TakeDerived(People().measure, field.measure, at);
    const v1::PeopleCount& people =
        record_->activity().deliveries(0).people(static_cast<int>(indices[0]));
    for (int i = 0; i < people.dimensions_size(); ++i) {
      const uint32_t inner[] = {indices[0], static_cast<uint32_t>(i)};
      taker_.TakeDerived(People().dimension_name, people.dimensions(i).name(), inner);
      taker_.TakeDerived(People().dimension_value, people.dimensions(i).value(), inner);
    }
  }
  OutText out;
  out.is_number = field.shape == Shape::kNumber || field.shape == Shape::kPeople;
  if (wording.language.empty() && !value->written.empty() &&
      StillSays(field, value->written, value->value)) {
    out.text = value->written;
  } else if (wording.language.empty() && value->written.empty() && !is_foreign_) {
    // It was read as it is: the `1` of a yes, say, and no word for it.
    out.text = value->value;
  } else {
    out.text = Worded(field, value->value, wording);
  }
  return out;
}

std::optional<OutText> RowTaker::TakeForeign(const OutColumn& column) {
  const ForeignCell* const cell = foreign_.Find(column.field->concept_name);
  if (cell == nullptr) return std::nullopt;
  if (cell->value.place == nullptr ||
      !taker_.Take(*cell->value.place, column.id, cell->value.indices).has_value()) {
    taker_.Derived(column.id);
  }
  for (const ForeignPlace& said : cell->said) taker_.Take(*said.place, 0, said.indices);
  for (const ForeignPlace& rounded : cell->rounded) {
    taker_.Lose(*rounded.place, PUENTE_LOSS_PRECISION, cell->text, rounded.indices);
  }
  return OutText{cell->text, cell->is_number};
}

std::string RowTaker::Worded(const ConceptField& field, const std::string& value,
                             const Wording& wording) {
  const std::string_view language =
      wording.language.empty() ? std::string_view("en") : std::string_view(wording.language);
  std::string_view label;
  if (field.shape == Shape::kYesNo) {
    label = YesNo().LabelOf(value == "1" ? "yes" : "no", wording.year, language);
  } else if (wording.language.empty() || wording.keep_texts) {
    return value;
  } else if (field.concept_name == "sector") {
    label = Sectors().LabelOf(Sectors().CodeOf(value, wording.source_year), wording.year, language);
  } else if (field.concept_name == "delivery_mechanism") {
    label = DeliveryMechanisms().LabelOf(DeliveryMechanisms().CodeOf(value, wording.source_year),
                                         wording.year, language);
  } else if (field.concept_name == "indicator_type") {
    label = IndicatorTypes().LabelOf(IndicatorTypes().CodeOf(value, wording.source_year),
                                     wording.year, language);
  } else if (field.concept_name == "indicator") {
    const v1::Activity& activity = record_->activity();
    const std::string_view sector =
        activity.sectors().empty()
            ? std::string_view()
            : Sectors().CodeOf(FirstText(activity.sectors(0)), wording.source_year);
    label = IndicatorText(sector, value, wording.source_year, language);
  } else if (field.concept_name == "appealing_org" || field.concept_name == "organisation" ||
             field.concept_name == "implementing_org") {
    label = OrganisationName(value, wording.source_year, field.concept_name == "implementing_org",
                             language);
    // An organisation without a name in the list has its own.
    if (label.empty()) return value;
  } else {
    return value;
  }
  if (!label.empty()) return std::string(label);
  // The first few hundred, each once.
  constexpr size_t kMostTold = 500;
  if (!wording.language.empty() && told_.size() < kMostTold && told_.insert(value).second) {
    sdk::Finding finding;
    finding.severity = PUENTE_WARNING;
    finding.code = "R4V-0010";
    finding.message = "no list has these words in the language of the output";
    finding.hint = "they are written as they were read";
    finding.path = field.concept_name;
    finding.text = value;
    run_.Report(finding);
  }
  return value;
}

void RowTaker::TakeDerived(const Wording& wording) {
  if (is_foreign_ || !record_->has_activity()) return;
  FindFacts(record_->activity(), wording.matrix, wording.source_year, &facts_);
  for (const DerivedFact& fact : facts_) taker_.TakeDerived(*fact.place, fact.value);
}

}  // namespace puente::r4v5w

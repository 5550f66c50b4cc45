// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Shows values of records in cells as HDX does.
#include "plugins/fts_hdx/row_maker.h"

#include <algorithm>
#include <optional>

namespace puente::fts_hdx {
namespace {

constexpr std::string_view kMultiple = "Multiple";

/// The ends of the money that a place leads to.
const google::protobuf::RepeatedPtrField<v1::MoneyEndpoint>* EndsOf(const v1::Record& record,
                                                                    const FieldPlace& place) {
  if (record.activity().transactions_size() == 0) return nullptr;
  const v1::Transaction& transaction = record.activity().transactions(0);
  for (const FieldStep& step : place.steps) {
    if (step.field->number() == v1::Transaction::kSourcesFieldNumber &&
        step.field->containing_type() == v1::Transaction::descriptor()) {
      return &transaction.sources();
    }
  }
  return &transaction.destinations();
}

std::string NamePathOf(const FieldPlace& place) {
  constexpr std::string_view kCode = "iso3";
  return place.path.substr(0, place.path.size() - kCode.size()) + "narratives.text";
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) joined += ',';
    joined += texts[i];
  }
  return joined;
}

}  // namespace

RowMaker::RowMaker(const sdk::Run& run, const PlaceNames* names, TableOut* out, Account* account)
    : run_(run),
      names_(*names),
      out_(*out),
      account_(*account),
      residue_field_(run.Intern("residue.json")) {}

uint32_t RowMaker::FieldId(const std::string& path) {
  const auto known = field_ids_.find(path);
  if (known != field_ids_.end()) return known->second;
  return field_ids_.emplace(path, run_.Intern(path)).first->second;
}

void RowMaker::KeepType(const FieldPlace& place) {
  if (place.type_path.empty()) return;
  const uint32_t field = FieldId(place.type_path);
  if (account_.Claim(field)) account_.Keep(field, 0);
}

void RowMaker::Make(const RecordView& view, bool is_own, std::vector<CellDraft>* cells) {
  const Layout& layout = out_.layout();
  cells->assign(layout.size(), {});
  for (size_t i = 0; i < layout.size(); ++i) MakeCell(view, i, &(*cells)[i]);
  if (!is_own || !view.record().has_residue()) return;
  // Cells of a row that is longer than its header.
  for (const std::string_view name : view.ResidueNames()) {
    const size_t index = cells->size();
    if (name != layout.PathOf(index)) continue;
    MakeOfResidue(view, name, index, &cells->emplace_back());
  }
}

bool RowMaker::MakeOfResidue(const RecordView& view, std::string_view name, size_t index,
                             CellDraft* cell) {
  const std::optional<CellValue> value = view.Residue(name);
  if (!value.has_value()) return false;
  cell->text = value->text;
  if (value->is_exact && account_.Claim(residue_field_)) {
    out_.Keep(&account_, residue_field_, index);
  }
  return true;
}

void RowMaker::MakeCell(const RecordView& view, size_t index, CellDraft* cell) {
  const Column* const column = out_.layout().ColumnAt(index);
  if (view.record().has_residue() &&
      MakeOfResidue(view, out_.layout().PathOf(index), index, cell)) {
    return;
  }
  if (column == nullptr) return;
  if (column->shape == Shape::kPlanCode) return MakePlanCode(view, cell);
  const FieldPlace* const place = column->PlaceIn(view.record().content_case());
  if (place == nullptr) return;
  account_.Show(FieldId(place->path));
  if (column->shape == Shape::kPlaces) return MakePlaces(view, *place, index, cell);
  view.Collect(*place, column->shape, &values_);
  if (values_.empty()) {
    // An empty cell that was read stands behind the ends that are there.
    const uint32_t field = FieldId(place->path);
    if (account_.Claim(field)) out_.Keep(&account_, field, index);
    return;
  }
  switch (column->shape) {
    case Shape::kList:
    case Shape::kJoined:
      return MakeList(*place, column->shape, index, cell);
    case Shape::kFirst:
    case Shape::kLast:
      return MakeSpan(*place, column->shape, index, cell);
    default:
      return MakeOne(*place, index, column->shape == Shape::kOne, cell);
  }
}

void RowMaker::MakeOne(const FieldPlace& place, size_t index, bool is_several_merged,
                       CellDraft* cell) {
  const uint32_t field = FieldId(place.path);
  if (is_several_merged && values_.size() > 1) {
    cell->text = kMultiple;
    for (const CellValue& value : values_) {
      if (value.is_exact) account_.Lose(field, PUENTE_LOSS_MERGED, value.text);
    }
    if (!place.type_path.empty()) account_.MergeRest(FieldId(place.type_path));
    return;
  }
  cell->text = values_[0].text;
  if (values_[0].is_exact) {
    if (!account_.Claim(field)) return;
    out_.Keep(&account_, field, index);
    KeepType(place);
  } else if (!cell->text.empty()) {
    account_.Lose(field, PUENTE_LOSS_PRECISION, "the time of day");
  }
}

void RowMaker::MakeList(const FieldPlace& place, Shape shape, size_t index, CellDraft* cell) {
  const uint32_t field = FieldId(place.path);
  std::vector<std::string> texts;
  for (const CellValue& value : values_) {
    if (value.is_exact) texts.push_back(value.text);
  }
  if (shape == Shape::kList) std::sort(texts.begin(), texts.end());
  cell->text = Joined(texts);
  const size_t parts = SplitList(cell->text, shape).size();
  for (size_t i = 0; i < texts.size() && account_.Claim(field); ++i) {
    if (i == 0) {
      out_.Keep(&account_, field, index);
    } else if (i < parts) {
      out_.KeepFurther(&account_, field, index);
    } else {
      account_.Keep(field, 0);
    }
    KeepType(place);
  }
}

void RowMaker::MakeSpan(const FieldPlace& place, Shape shape, size_t index, CellDraft* cell) {
  const auto by_text = [](const CellValue& a, const CellValue& b) { return a.text < b.text; };
  cell->text = shape == Shape::kFirst
                   ? std::min_element(values_.begin(), values_.end(), by_text)->text
                   : std::max_element(values_.begin(), values_.end(), by_text)->text;
  // The years between the first and the last one are in neither cell.
  const uint32_t field = FieldId(place.path);
  account_.MergeRest(field);
  if (!place.type_path.empty()) account_.MergeRest(FieldId(place.type_path));
  if (!account_.Claim(field)) return;
  out_.Keep(&account_, field, index);
  KeepType(place);
}

void RowMaker::MakePlaces(const RecordView& view, const FieldPlace& place, size_t index,
                          CellDraft* cell) {
  cell->kind = CellDraft::Kind::kPlaces;
  const uint32_t code_field = FieldId(place.path);
  const uint32_t name_field = FieldId(NamePathOf(place));
  const auto* const ends = EndsOf(view.record(), place);
  bool is_first = true;
  bool all_codes = true;
  size_t codes = 0;
  const auto keep = [&](uint32_t field) {
    if (!account_.Claim(field)) return;
    if (is_first) {
      out_.Keep(&account_, field, index);
    } else {
      account_.Keep(field, 0);
    }
    is_first = false;
    KeepType(place);
  };
  for (int i = 0; ends != nullptr && i < ends->size(); ++i) {
    if (!(*ends)[i].has_place()) continue;
    const v1::PlaceRef& end = (*ends)[i].place();
    if (end.has_iso3()) {
      cell->places.push_back({true, end.iso3()});
      ++codes;
      continue;
    }
    all_codes = false;
    if (end.narratives_size() == 0 || !end.narratives(0).has_text()) continue;
    const std::string& name = end.narratives(0).text();
    cell->places.push_back({false, name});
    // Decided by what is known so far; the end may know more.
    if (names_.CodeOfName(name).empty()) {
      account_.Lose(name_field, PUENTE_LOSS_NO_EQUIVALENT, name);
    } else {
      keep(name_field);
    }
  }
  if (codes == 0) {
    if (cell->places.empty()) keep(code_field);  // an empty cell
    return;
  }
  if (!all_codes) {
    for (size_t i = 0; i < codes; ++i) keep(code_field);
    return;
  }
  // The cell is known now: each of its values is one of the record's.
  std::vector<std::string> texts;
  for (const CellDraft::Place& found : cell->places) texts.push_back(found.text);
  std::sort(texts.begin(), texts.end());
  cell->kind = CellDraft::Kind::kText;
  cell->text = Joined(texts);
  cell->places.clear();
  const size_t parts = SplitList(cell->text, Shape::kPlaces).size();
  for (size_t i = 0; i < texts.size(); ++i) {
    if (is_first || i >= parts) {
      keep(code_field);
    } else if (account_.Claim(code_field)) {
      out_.KeepFurther(&account_, code_field, index);
      KeepType(place);
    }
  }
}

void RowMaker::MakePlanCode(const RecordView& view, CellDraft* cell) {
  cell->kind = CellDraft::Kind::kPlanCode;
  if (view.record().activity().transactions_size() == 0) return;
  for (const v1::MoneyEndpoint& end : view.record().activity().transactions(0).destinations()) {
    if (end.has_plan()) cell->text = end.plan().code();
  }
}

}  // namespace puente::fts_hdx

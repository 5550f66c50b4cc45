// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes activities as rows: one for each transaction.
#include "row_writer.h"

#include <algorithm>
#include <utility>

namespace foreign_assistance {
namespace {

using puente::sdk::FieldPlace;
using puente::sdk::FieldText;

/// Longer texts of an activity stand in its first row alone.
constexpr size_t kMostRepeated = 4096;

}  // namespace

RowWriter::RowWriter(const sdk::Run& run, sdk::Target* target)
    : run_(run), csv_(target, {}), taker_(run) {}

absl::Status RowWriter::Begin(std::vector<std::string> names) {
  if (has_begun_) return absl::OkStatus();
  has_begun_ = true;
  if (names.empty()) {
    for (const Column& column : Columns()) names.push_back(column.name);
  }
  names_ = puente::text::ColumnNames(names);
  for (size_t i = 0; i < names.size(); ++i) {
    const Column* const column = FindColumn(names_.Name(i));
    const bool again = std::find(columns_.begin(), columns_.end(), column) != columns_.end();
    columns_.push_back(again ? nullptr : column);
    ids_.push_back(run_.Intern(names_.Name(i)));
  }
  return csv_.WriteRecord(names);
}

absl::Status RowWriter::Put(const puente::v1::Record& record, const sdk::RecordInfo& info) {
  if (record.has_dataset_header()) {
    is_own_ = record.dataset_header().format() == "foreign-assistance";
    taker_.SetForeign(!is_own_);
  }
  taker_.Begin(record, info);
  absl::Status status;
  if (record.has_dataset_header() && is_own_) {
    const auto& columns = record.dataset_header().table().columns();
    status = Begin({columns.begin(), columns.end()});
  } else if (record.has_activity()) {
    status = Begin({});
    // First, so that it is not written.
    TakeWhatIsDerived();
    // An activity without a transaction has a row too.
    const uint32_t rows = std::max<uint32_t>(1, taker_.Size(OurPlaces().transactions));
    cells_.assign(columns_.size(), std::nullopt);
    for (uint32_t row = 0; row < rows && status.ok(); ++row) status = WriteRow(row);
  }
  taker_.Settle();
  return status;
}

absl::Status RowWriter::WriteRow(uint32_t row) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const bool is_of_row = columns_[i] != nullptr && columns_[i]->is_of_transaction;
    if (row == 0 || is_of_row) {
      cells_[i] = Cell(i, row);
      continue;
    }
    // What is the activity's stands in its first row. The others repeat it, unless it is long: an
    // activity of many rows must not become a file of any size.
    if (cells_[i].has_value() && cells_[i]->size() > kMostRepeated) cells_[i].reset();
    if (cells_[i].has_value()) taker_.Derived(ids_[i]);
  }
  // A row of ours that ended early has no cells from there on; every other row has all.
  size_t size = columns_.size();
  while (is_own_ && size > 1 && !cells_[size - 1].has_value()) --size;
  std::vector<std::string> texts(size);
  for (size_t i = 0; i < size; ++i) {
    if (cells_[i].has_value()) {
      texts[i] = *cells_[i];
    } else {
      taker_.Derived(ids_[i]);
    }
  }
  // Cells behind the last name are known by their number.
  for (size_t i = columns_.size(); row == 0 && size == columns_.size(); ++i) {
    const std::string& name = names_.Name(i);
    std::optional<std::string> kept = taker_.TakeText(name, run_.Intern(name));
    if (!kept.has_value()) break;
    texts.push_back(*std::move(kept));
  }
  return csv_.WriteRecord(texts);
}

std::optional<std::string> RowWriter::Cell(size_t index, uint32_t transaction) {
  // What a cell said that is no value of its field, such as nothing: the field is then derived.
  const Column* const column = columns_[index];
  std::optional<std::string> kept = taker_.TakeText(names_.Name(index), ids_[index]);
  // Files have the names of today or those of before.
  for (size_t i = 0; i < 2 && column != nullptr && !kept.has_value(); ++i) {
    kept = taker_.TakeText(i == 0 ? column->name : column->older, ids_[index]);
  }
  if (kept.has_value()) return kept;
  const uint32_t at[] = {transaction};
  if (column != nullptr && column->has_place) {
    const sdk::Indices indices = column->is_of_transaction ? sdk::Indices(at) : sdk::Indices();
    const bool is_other = !taker_.Look(column->place, indices).has_value();
    const FieldPlace& place = is_other ? column->other_place : column->place;
    const std::optional<FieldText> value = taker_.Look(place, indices);
    std::optional<Said> said;
    if (value.has_value()) said = Say(*column, *value, transaction);
    if (said.has_value() && said->is_exact) {
      if (taker_.Take(place, ids_[index], indices).has_value()) return std::move(said->text);
    } else if (said.has_value()) {
      taker_.Lose(place, PUENTE_LOSS_PRECISION, value->value, indices);
      taker_.Derived(ids_[index]);
      return std::move(said->text);
    } else if (value.has_value()) {
      taker_.Lose(place, PUENTE_LOSS_NO_EQUIVALENT, value->value, indices);
    }
  }
  return std::nullopt;
}

std::optional<RowWriter::Said> RowWriter::Say(const Column& column, const FieldText& value,
                                              uint32_t transaction) const {
  const Places& places = OurPlaces();
  switch (column.shape) {
    case Shape::kId:
      if (value.value.starts_with(kPrefix)) return Said{value.value.substr(kPrefix.size())};
      return Said{value.value};
    case Shape::kCountry: {
      const std::string_view code = CountryOfTwo(value.value);
      if (code.empty()) return std::nullopt;
      return Said{std::string(code)};
    }
    case Shape::kType:
      if (!IsKnownType(value.value)) return std::nullopt;
      return Said{value.value};
    case Shape::kYear: {
      const std::string year = FiscalYearOf(value.value);
      const std::optional<FiscalYear> days = ReadFiscalYear(year);
      return Said{year, days.has_value() && days->last == value.value};
    }
    case Shape::kDate:
      if (ReadAmericanDate(value.written) == value.value) return Said{std::string(value.written)};
      return Said{std::string(value.text())};
    case Shape::kNumber: {
      // The column is of dollars.
      const uint32_t at[] = {transaction};
      std::optional<FieldText> currency = taker_.Look(places.currency, at);
      if (!currency.has_value()) currency = taker_.Look(places.default_currency);
      if (!currency.has_value() || currency->value != "USD") return std::nullopt;
      return Said{std::string(value.text())};
    }
    default:
      return Said{std::string(value.text())};
  }
}

void RowWriter::TakeWhatIsDerived() {
  const Places& places = OurPlaces();
  for (const DerivedValue& constant : Constants()) {
    taker_.TakeDerived(constant.place, constant.value);
  }
  const uint32_t first[] = {0};
  std::string start;
  for (uint32_t i = 0; i < taker_.Size(places.transactions); ++i) {
    const uint32_t at[] = {i};
    taker_.TakeDerived(places.currency, "USD", at);
    const std::optional<FieldText> date = taker_.Look(places.date, at);
    if (!date.has_value()) continue;
    taker_.TakeDerived(places.value_date, date->value, at);
    const std::optional<FiscalYear> year = ReadFiscalYear(FiscalYearOf(date->value));
    if (i == 0 && year.has_value()) start = year->first;
  }
  taker_.TakeDerived(places.default_currency, "USD");
  if (taker_.Size(places.dates) == 1) taker_.TakeDerived(places.start, start);
  for (const auto& [copy, original] : {std::pair(&places.funder, &places.agency_name),
                                       std::pair(&places.partner, &places.partner_name)}) {
    const std::optional<FieldText> name = taker_.Look(*original, first);
    if (name.has_value()) taker_.TakeDerived(*copy, name->value);
  }
  for (const FieldPlace& type : places.types) taker_.TakeDerived(type, "10");
  for (uint32_t i = 0; i < taker_.Size(places.tags); ++i) {
    const uint32_t at[] = {i};
    taker_.TakeDerived(places.tag_vocabulary, "99", at);
  }
  // A title that is made up, and a description that repeats it.
  const std::optional<FieldText> id = taker_.Look(places.id);
  if (id.has_value()) taker_.TakeDerived(places.title, MadeUpTitle(id->value));
  const std::optional<FieldText> title = taker_.Look(places.title);
  if (title.has_value()) taker_.TakeDerived(places.description, title->value);
}

absl::Status RowWriter::Finish() {
  if (const absl::Status status = Begin({}); !status.ok()) return status;
  return csv_.Flush();
}

}  // namespace foreign_assistance

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the rows of a file: one row is one activity with one transaction.
#include "row_reader.h"

#include <algorithm>
#include <utility>

#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/status.h"
#include "core/plugin/sdk/run_limits.h"

namespace foreign_assistance {
namespace {

using puente::TextForm;

constexpr std::string_view kNotInEncoding = "PUE-0206";
// Transactions are what each row has one of.
constexpr uint32_t kFirst[] = {0};

/// How the files are read: with commas, within the limits of the run.
puente::text::CsvReaderOptions CsvOptions(const sdk::Run& run) {
  puente::text::CsvReaderOptions options;
  options.limits = sdk::LimitsOf(run);
  options.delimiter = ',';
  return options;
}

}  // namespace

RowReader::RowReader(const sdk::Run& run, sdk::Source* source)
    : run_(run), csv_(source, CsvOptions(run)), filler_(run) {}

absl::StatusOr<bool> RowReader::Read(sdk::BatchBuilder& batch) {
  if (!has_header_) {
    has_header_ = true;
    const absl::Status status = ReadHeader(batch);
    if (!status.ok()) return status;
    return true;
  }
  const absl::StatusOr<bool> more = NextRow();
  if (more.ok() && *more) ReadRow(batch);
  return more;
}

absl::StatusOr<bool> RowReader::NextRow() {
  while (true) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    absl::StatusOr<bool> more = csv_.Next();
    run_.Progress(csv_.end_offset());
    if (more.ok()) {
      const bool is_blank = *more && csv_.cells().size() == 1 && csv_.cells()[0].text.empty();
      if (!is_blank || names_.size() == 0) return more;
      Reject(PUENTE_WARNING, "FAGOV-0009", "the line is empty, and is left out", "");
      continue;
    }
    const puente::ErrorDetail detail = puente::GetErrorDetail(more.status());
    if (detail.code != kNotInEncoding || names_.size() == 0) return more.status();
    // A row that is not in UTF-8 costs that row.
    Reject(PUENTE_ERROR, "FAGOV-0001", "the row is left out: " + detail.message,
           "save the file as UTF-8");
  }
}

void RowReader::Reject(int32_t severity, std::string_view code, std::string_view message,
                       std::string_view hint) {
  const uint32_t path = run_.Intern("row");
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  Report(severity, code, message, hint, 0);
}

absl::Status RowReader::ReadHeader(sdk::BatchBuilder& batch) {
  const absl::StatusOr<bool> more = NextRow();
  if (!more.ok()) return more.status();
  std::vector<std::string> names;
  for (const puente::text::CsvCell& cell : csv_.cells()) names.emplace_back(cell.text);
  if (!*more || !IsHeader(names)) {
    puente::ErrorDetail detail;
    detail.code = "FAGOV-0007";
    detail.message = "the first line does not have the columns of ForeignAssistance.gov";
    detail.line = 1;
    detail.column = 1;
    detail.hint =
        "they are `Country ID`, `Country Code` and so on; if the file is of another "
        "format, name that with --from";
    return puente::MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  names_ = puente::text::ColumnNames(names);
  for (size_t i = 0; i < names.size(); ++i) {
    const Column* column = FindColumn(names_.Name(i));
    if (std::find(columns_.begin(), columns_.end(), column) != columns_.end()) column = nullptr;
    columns_.push_back(column);
    ids_.push_back(run_.Intern(names_.Name(i)));
    if (column != nullptr) continue;
    Report(PUENTE_WARNING, "FAGOV-0005",
           "the column `" + names_.Name(i) + "` is none that is known",
           "its cells are kept as they are; only this format can give them back", i);
  }
  puente::v1::DatasetHeader* const header = batch.Add()->mutable_dataset_header();
  header->set_format("foreign-assistance");
  for (const std::string& name : names) header->mutable_table()->add_columns(name);
  header->mutable_table()->set_delimiter(",");
  header->mutable_table()->set_has_header(true);
  batch.Describe("", Position(), csv_.end_offset() - csv_.offset(), {});
  return absl::OkStatus();
}

std::string_view RowReader::CellOf(Shape shape) const {
  for (size_t i = 0; i < columns_.size() && i < csv_.cells().size(); ++i) {
    if (columns_[i] != nullptr && columns_[i]->shape == shape) return csv_.cells()[i].text;
  }
  return {};
}

std::string_view RowReader::CellOf(std::string_view column) const {
  for (size_t i = 0; i < columns_.size() && i < csv_.cells().size(); ++i) {
    if (columns_[i] != nullptr && columns_[i]->name == column) return csv_.cells()[i].text;
  }
  return {};
}

bool RowReader::IsTransaction() {
  puente::v1::Decimal amount;
  const std::optional<FiscalYear> year = ReadFiscalYear(CellOf(Shape::kYear));
  if (year.has_value()) year_ = *year;
  return year.has_value() && IsKnownType(CellOf(Shape::kType)) &&
         puente::ParseDecimal(CellOf("Current Dollar Amount"), &amount) != TextForm::kInvalid;
}

void RowReader::ReadRow(sdk::BatchBuilder& batch) {
  const std::span<const puente::text::CsvCell> cells = csv_.cells();
  filler_.Begin(batch.Add());
  filler_.record()->mutable_activity();
  year_ = {};
  has_transaction_ = IsTransaction();
  if (cells.size() != columns_.size()) {
    Report(PUENTE_WARNING, "FAGOV-0008",
           "the row has " + std::to_string(cells.size()) + " cells, and the header has " +
               std::to_string(columns_.size()) + " names",
           "is a text with a comma in it not in quotes?",
           std::min(cells.size(), columns_.size()) - 1);
  }
  // Columns that need others come behind them.
  set_.clear();
  std::vector<size_t> kept;
  for (const bool has_needs : {false, true}) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const Column* const column = i < columns_.size() ? columns_[i] : nullptr;
      if ((column != nullptr && column->needs != nullptr) != has_needs) continue;
      if (SetCell(i, cells[i].text)) {
        set_.insert(column);
      } else {
        kept.push_back(i);
      }
    }
  }
  std::sort(kept.begin(), kept.end());
  for (const size_t i : kept) {
    while (i >= ids_.size()) ids_.push_back(run_.Intern(names_.Name(ids_.size())));
    filler_.KeepText(names_.Name(i), cells[i].text, ids_[i]);
  }
  if (!has_transaction_) {
    Report(PUENTE_WARNING, "FAGOV-0003",
           "the row is no transaction: it wants a type of 2 or 3, a fiscal year and an amount",
           "what it says of one is kept as it is, and is in no sum", 0);
  }
  DeriveRest();
  filler_.Describe(batch, puente::TrimXmlSpace(CellOf(Shape::kId)), Position(),
                   csv_.end_offset() - csv_.offset());
}

bool RowReader::IsDerived(const Column& column, std::string_view cell) const {
  if (column.name == "Activity Name") return cell == MadeUpTitle(CellOf(Shape::kId));
  if (column.name == "Activity Description") {
    const std::string_view name = CellOf("Activity Name");
    return cell == (IsNone(name) ? MadeUpTitle(CellOf(Shape::kId)) : name);
  }
  return column.name == "Activity Start Date" && has_transaction_ && cell == year_.first &&
         IsNone(CellOf("Activity End Date"));
}

bool RowReader::SetCell(size_t index, std::string_view cell) {
  const Column* const column = index < columns_.size() ? columns_[index] : nullptr;
  if (IsRedacted(cell)) {
    Report(PUENTE_INFO, "FAGOV-0004", "the value was withheld by the agency", "", index);
    // Where a code belongs, the word is none.
    if (cell.size() < std::string_view("Information").size()) return false;
  }
  if (column == nullptr || IsNone(cell)) return false;
  if (column->is_of_transaction && !has_transaction_) return false;
  if (column->needs != nullptr && set_.count(column->needs) == 0) return false;
  if (IsDerived(*column, cell)) return false;
  if (!column->has_place) {
    CheckCell(index, cell);
    return false;
  }
  if (SetValue(*column, cell, ids_[index])) return true;
  CheckCell(index, cell);
  return false;
}

bool RowReader::SetValue(const Column& column, std::string_view cell, uint32_t source) {
  const sdk::Indices at = column.is_of_transaction ? sdk::Indices(kFirst) : sdk::Indices();
  switch (column.shape) {
    case Shape::kId:
      return filler_.SetAs(column.place, std::string(kPrefix) + std::string(cell), cell, source);
    case Shape::kCountry:
      return !CountryOfThree(cell).empty() &&
             filler_.SetAs(column.place, CountryOfThree(cell), cell, source);
    case Shape::kYear:
      return filler_.SetAs(column.place, year_.last, cell, source, at);
    case Shape::kDate:
      if (const std::optional<std::string> day = ReadAmericanDate(cell)) {
        return filler_.SetAs(column.place, *day, cell, source);
      }
      // A part of a date is none for others.
      if (cell.size() < std::string_view("2015-09-30").size()) return false;
      [[fallthrough]];
    default:
      return filler_.Set(column.place, cell, source, at) != TextForm::kInvalid;
  }
}

void RowReader::CheckCell(size_t index, std::string_view cell) {
  const Column& column = *columns_[index];
  puente::v1::Decimal number;
  if (column.shape == Shape::kCountry) {
    const std::string code(CellOf(Shape::kCountry));
    constexpr size_t kMostTold = 300;
    if (regions_.size() < kMostTold && regions_.insert(code).second) {
      Report(PUENTE_INFO, "FAGOV-0006", "`" + code + "` is no country",
             "regions of the site have no code elsewhere; code and name are kept as they are",
             index);
    }
  } else if (column.shape == Shape::kDate ||
             (column.shape == Shape::kNumber &&
              puente::ParseDecimal(cell, &number) == TextForm::kInvalid)) {
    Report(PUENTE_WARNING, "FAGOV-0002",
           std::string("the cell is not ") + (column.shape == Shape::kDate ? "a date" : "a number"),
           "it is kept as it is", index);
  }
}

void RowReader::DeriveRest() {
  const Places& places = OurPlaces();
  const puente::v1::Activity& activity = filler_.record()->activity();
  for (const DerivedValue& constant : Constants()) filler_.Derive(constant.place, constant.value);
  for (int i = 0; i < activity.participating_orgs_size(); ++i) {
    filler_.record()->mutable_activity()->mutable_participating_orgs(i)->set_type("10");
  }
  for (puente::v1::CodedValue& tag : *filler_.record()->mutable_activity()->mutable_tags()) {
    tag.set_vocabulary("99");
  }
  if (!activity.has_title()) filler_.Derive(places.title, MadeUpTitle(CellOf(Shape::kId)));
  if (activity.descriptions().empty()) {
    filler_.Derive(places.description, activity.title().narratives(0).text());
  }
  if (!has_transaction_) return;
  filler_.Derive(places.currency, "USD", kFirst);
  filler_.Derive(places.value_date, year_.last, kFirst);
  if (activity.activity_dates().empty()) {
    filler_.Derive(places.start, year_.first);
  }
  // Who pays and who does it stand at the money; IATI's readers look at the activity as well.
  const auto name_of = [](const auto& ends) -> std::string {
    for (const puente::v1::MoneyEndpoint& end : ends) {
      if (end.organisation().narratives_size() > 0) return end.organisation().narratives(0).text();
    }
    return "";
  };
  const std::string funder = name_of(activity.transactions(0).sources());
  const std::string partner = name_of(activity.transactions(0).destinations());
  if (!funder.empty()) {
    filler_.Derive(places.funder, funder);
    filler_.Derive(places.types[0], "10");
  }
  if (!partner.empty()) {
    filler_.Derive(places.partner, partner);
  }
}

PuentePosition RowReader::Position() const {
  PuentePosition position{};
  position.offset = csv_.offset();
  position.line = csv_.line();
  position.column = 1;
  return position;
}

void RowReader::Report(int32_t severity, std::string_view code, std::string_view message,
                       std::string_view hint, size_t column) {
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  const std::string cell = puente::text::CellName(column, csv_.record_number());
  if (column < names_.size()) finding.path = names_.Name(column);
  if (column < csv_.cells().size()) finding.text = csv_.cells()[column].text;
  finding.record_id = CellOf(Shape::kId);
  finding.offset = csv_.offset();
  finding.line = csv_.line();
  finding.column = 1;
  finding.cell = cell;
  run_.Report(finding);
}

}  // namespace foreign_assistance

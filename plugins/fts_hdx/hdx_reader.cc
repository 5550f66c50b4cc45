// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads rows, and tells what is odd about a file.
#include "plugins/fts_hdx/hdx_reader.h"

#include <algorithm>
#include <utility>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/column_names.h"
#include "fmt/format.h"
#include "plugins/fts_hdx/record_view.h"

namespace puente::fts_hdx {
namespace {

constexpr std::string_view kNotInEncoding = "PUE-0206";
constexpr std::string_view kRowPath = "(row)";
constexpr std::string_view kTitlePath = "(title)";
constexpr uint32_t kSure = 90;

/// Lists columns for a message, the first few of many.
std::string Listed(const std::vector<std::string>& names) {
  constexpr size_t kShown = 6;
  std::string list;
  for (size_t i = 0; i < names.size() && i < kShown; ++i) {
    list += (list.empty() ? "`" : ", `") + names[i] + "`";
  }
  if (names.size() > kShown) list += fmt::format(" and {} more", names.size() - kShown);
  return list;
}

std::vector<std::string> TextsOf(std::span<const text::CsvCell> cells) {
  std::vector<std::string> texts;
  for (const text::CsvCell& cell : cells) texts.emplace_back(cell.text);
  return texts;
}

v1::JsonArray* AddResidue(std::string_view name, v1::Record* record) {
  v1::JsonMember* const member = record->mutable_residue()->add_json()->mutable_member();
  member->set_name(std::string(name));
  return member->mutable_value()->mutable_array();
}

}  // namespace

bool IsHashtagRow(std::span<const text::CsvCell> cells) {
  bool any = false;
  for (const text::CsvCell& cell : cells) {
    if (cell.text.empty()) continue;
    if (cell.text[0] != '#') return false;
    any = true;
  }
  return any;
}

uint32_t HdxConfidence(std::string_view head) {
  // The header alone; the rest may be cut anywhere.
  text::StringInput input(head.substr(0, std::min(head.find('\n'), head.size())));
  text::CsvReaderOptions options;
  options.delimiter = ',';
  options.input_bytes = head.size();
  text::CsvReader csv(&input, options);
  const absl::StatusOr<bool> more = csv.Next();
  if (!more.ok() || !*more) return 0;
  return TableOfHeader(TextsOf(csv.cells()), "").has_value() ? kSure : 0;
}

HdxReader::HdxReader(const sdk::Run& run, std::string_view name, std::unique_ptr<RowInput> input,
                     std::optional<TableKind> kind)
    : run_(run), name_(name), input_(std::move(input)), kind_(kind) {}

absl::StatusOr<std::unique_ptr<sdk::Reader>> HdxReader::Open(const sdk::Run& run,
                                                             sdk::Source* source,
                                                             const sdk::Options& options) {
  absl::StatusOr<std::unique_ptr<RowInput>> input = OpenRowInput(run, source, options);
  if (!input.ok()) return input.status();
  return std::unique_ptr<sdk::Reader>(new HdxReader(run, source->name(), *std::move(input),
                                                    TableNamed(options.GetOr("table", ""))));
}

absl::StatusOr<bool> HdxReader::Read(sdk::BatchBuilder& batch) {
  if (layout_.has_value()) return ReadRow(batch);
  if (absl::Status status = ReadHeader(batch); !status.ok()) return status;
  return true;
}

absl::StatusOr<bool> HdxReader::NextLine() {
  while (!at_end_) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    const absl::StatusOr<bool> more = input_->Next();
    run_.Progress(input_->end_offset());
    if (more.ok()) {
      at_end_ = !*more;
      if (at_end_) return false;
      const std::span<const text::CsvCell> cells = input_->cells();
      const bool is_empty = cells.size() == 1 && cells[0].text.empty();
      if (!layout_.has_value()) {
        if (is_empty) continue;
        return true;
      }
      if (is_empty) {
        Reject("PUE-0331", "the line is empty, and is left out", "");
        continue;
      }
      if (kind_ != TableKind::kSite || !builder_->IdIn(cells).empty()) return true;
      Reject("HDX-0019", "the row has no Flow ID, and is left out",
             "a total is no flow: the money of the rows above would count twice");
      continue;
    }
    const ErrorDetail detail = GetErrorDetail(more.status());
    if (detail.code != kNotInEncoding || !layout_.has_value()) return more.status();
    Reject(kNotInEncoding, "the row is left out: " + detail.message, detail.hint);
  }
  return false;
}

void HdxReader::Reject(std::string_view code, std::string_view message, std::string_view hint) {
  const uint32_t path = run_.Intern(kRowPath);
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  Report(code == kNotInEncoding ? PUENTE_ERROR : PUENTE_WARNING, code, message, hint, kRowPath, "");
}

absl::Status HdxReader::ReadHeader(sdk::BatchBuilder& batch) {
  absl::StatusOr<bool> more = NextLine();
  if (!more.ok()) return more.status();
  std::vector<std::string> names;
  if (*more) names = TextsOf(input_->cells());
  if (!kind_.has_value()) kind_ = TableOfHeader(names, name_);
  if (!kind_.has_value() || !*more) {
    ErrorDetail detail;
    detail.code = "HDX-0001";
    detail.message = *more ? "the first line does not have the columns of a table of FTS on HDX"
                           : "there is no line with the names of columns";
    detail.hint =
        "flow tables begin with date,budgetYear; tables of requirements with countryCode,id";
    detail.line = *more ? input_->Position().line : 1;
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  const uint64_t set = run_.Limit("name_bytes");
  const uint64_t limit = set == 0 ? DefaultLimits().name_bytes : set;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].size() <= limit) continue;
    ErrorDetail detail;
    detail.code = "PUE-0203";
    detail.message = fmt::format("the name of column {} is longer than the limit of {}", i + 1,
                                 FormatLimit(limit, LimitUnit::kBytes));
    detail.line = input_->Position().line;
    return MakeError(absl::StatusCode::kResourceExhausted, detail);
  }
  layout_.emplace(*kind_, std::move(names));
  ReportColumns();
  builder_.emplace(run_, &*layout_);
  input_->Bind(&*layout_);
  const PuentePosition position = input_->Position();
  uint64_t end = input_->end_offset();

  // What fails now has no record yet.
  more = NextLine();
  if (!more.ok()) return more.status();
  v1::Record* const record = batch.Add();
  v1::DatasetHeader* const header = record->mutable_dataset_header();
  header->set_format("fts-hdx");
  header->set_model(TableOf(*kind_).name);
  v1::TableLayout* const table = header->mutable_table();
  for (const std::string& name : layout_->names()) table->add_columns(name);
  table->set_delimiter(",");
  table->set_has_header(true);

  std::vector<PuenteLeaves> leaves;
  const uint32_t residue = run_.Intern("residue.json");
  if (!input_->titles().empty()) {
    v1::JsonArray* const titles = AddResidue(kTitles, record);
    const uint32_t path = run_.Intern(kTitlePath);
    for (const std::string& title : input_->titles()) {
      titles->add_items()->set_scalar(JsonText(title));
      leaves.push_back({path, residue, 1});
    }
  }
  if (*more && IsHashtagRow(input_->cells())) {
    v1::JsonArray* const hashtags = AddResidue(kHashtags, record);
    for (size_t i = 0; i < input_->cells().size(); ++i) {
      hashtags->add_items()->set_scalar(JsonText(input_->cells()[i].text));
      leaves.push_back({run_.Intern(layout_->PathOf(i)), residue, 1});
    }
    end = input_->end_offset();
  } else {
    row_is_read_ = *more;
  }
  batch.Describe("", position, end - position.offset, leaves);
  return absl::OkStatus();
}

absl::StatusOr<bool> HdxReader::ReadRow(sdk::BatchBuilder& batch) {
  if (!row_is_read_) {
    const absl::StatusOr<bool> more = NextLine();
    if (!more.ok() || !*more) return more;
  }
  row_is_read_ = false;
  v1::Record* const record = batch.Add();
  builder_->Build(input_->cells(), record);
  CheckRow();
  const PuentePosition position = input_->Position();
  const uint64_t length = input_->end_offset() - position.offset;
  v1::Provenance* const provenance = record->mutable_provenance();
  provenance->set_format("fts-hdx");
  provenance->set_offset(position.offset);
  provenance->set_length(length);
  provenance->set_line(position.line);
  if (position.sheet.size > 0) provenance->set_sheet(position.sheet.data, position.sheet.size);
  batch.Describe(builder_->id(), position, length, builder_->leaves());
  return true;
}

void HdxReader::CheckRow() {
  const std::span<const text::CsvCell> cells = input_->cells();
  if (cells.size() != layout_->size()) {
    Report(PUENTE_WARNING, "PUE-0331",
           fmt::format("the row has {} cell{}, but the header has {}", cells.size(),
                       cells.size() == 1 ? "" : "s", layout_->size()),
           cells.size() > layout_->size() ? "is a text with a comma in it not in quotes?" : "", "",
           "");
  }
  for (const RowBuilder::Fault& fault : builder_->faults()) {
    Report(PUENTE_WARNING, "HDX-0002",
           fmt::format("`{}` is not {}", ClipText(cells[fault.column].text, 60), fault.wanted),
           "Puente keeps what stands there as it is", layout_->PathOf(fault.column),
           ClipText(cells[fault.column].text, 200), fault.column);
  }
}

void HdxReader::ReportColumns() {
  if (const std::vector<std::string> missing = layout_->Missing(); !missing.empty()) {
    Report(PUENTE_WARNING, "HDX-0003",
           fmt::format("the table `{}` has no {}", TableOf(*kind_).name, Listed(missing)),
           "older tables have fewer columns; what is not there stays absent", "", "");
  }
  if (const std::vector<std::string> unknown = layout_->Unknown(); !unknown.empty()) {
    Report(PUENTE_WARNING, "HDX-0004",
           fmt::format("the table `{}` is not known to have {}", TableOf(*kind_).name,
                       Listed(unknown)),
           "the cells are kept as they are", "", "");
  }
}

void HdxReader::Report(int32_t severity, std::string_view code, std::string_view message,
                       std::string_view hint, std::string_view path, std::string_view text,
                       size_t column) {
  const PuentePosition position = input_->Position();
  const std::string cell = text::CellName(column, position.line);
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.path = path;
  finding.text = text;
  if (position.sheet.size > 0) {
    finding.sheet = sdk::ToStd(position.sheet);
    finding.cell = cell;
  } else {
    finding.offset = position.offset;
    finding.line = position.line;
  }
  run_.Report(finding);
}

}  // namespace puente::fts_hdx

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a CSV file.
#include "plugins/r4v5w/csv_rows.h"

#include <utility>

#include "core/base/status.h"
#include "core/plugin/sdk/run_limits.h"
#include "core/text/column_names.h"
#include "fmt/format.h"
#include "plugins/r4v5w/csv_header.h"

namespace puente::r4v5w {
namespace {

constexpr std::string_view kNotInEncoding = "PUE-0206";
constexpr std::string_view kGuessedEncoding = "R4V-0013";
constexpr std::string_view kTwoEncodings = "R4V-0014";

}  // namespace

absl::StatusOr<std::unique_ptr<RowSource>> CsvRows::Make(const sdk::Run& run, sdk::Source* source,
                                                         const sdk::Options& options) {
  text::CsvReaderOptions csv;
  csv.limits = sdk::LimitsOf(run);
  csv.encoding = std::string(options.GetOr("encoding", "auto"));
  csv.input_bytes = source->size();
  sdk::TableEncoding encoding(run, kGuessedEncoding, kTwoEncodings);
  if (absl::Status status = encoding.Choose(*source, &csv); !status.ok()) return status;
  // Descriptions are full of commas; the names of the columns tell.
  csv.delimiter = FindCsvDelimiter(source->head(), csv.encoding);
  return std::unique_ptr<RowSource>(new CsvRows(run, source, std::move(csv), std::move(encoding)));
}

CsvRows::CsvRows(const sdk::Run& run, sdk::Source* source, text::CsvReaderOptions options,
                 sdk::TableEncoding encoding)
    : run_(run), csv_(source, std::move(options)), encoding_(std::move(encoding)) {}

std::string_view CsvRows::SheetName(size_t) const { return {}; }

text::XlsxNumber CsvRows::NumberOf(uint32_t) const { return text::XlsxNumber::kPlain; }

absl::Status CsvRows::FillLayout(v1::TableLayout* layout) {
  layout->add_sheets();
  first_ = ReadNext();
  if (first_->ok()) encoding_.FillLayout(csv_, layout);
  layout->set_delimiter(std::string(1, csv_.delimiter()));
  return first_->status();
}

absl::Status CsvRows::Open(size_t) { return absl::OkStatus(); }

absl::StatusOr<bool> CsvRows::Next() {
  if (!first_.has_value()) return ReadNext();
  const absl::StatusOr<bool> more = *std::move(first_);
  first_.reset();
  return more;
}

absl::StatusOr<bool> CsvRows::ReadNext() {
  while (true) {
    absl::StatusOr<bool> more = csv_.Next();
    encoding_.Tell(csv_);
    run_.Progress(csv_.end_offset());
    if (!more.ok()) {
      if (GetErrorDetail(more.status()).code != kNotInEncoding) return more.status();
      Reject(more.status());
      continue;
    }
    if (!*more) return false;
    cells_.clear();
    for (const text::CsvCell& cell : csv_.cells()) {
      text::XlsxCell out;
      out.column = static_cast<uint32_t>(cells_.size());
      out.kind = text::XlsxKind::kText;
      out.text = cell.text;
      cells_.push_back(out);
    }
    ++kept_;
    return true;
  }
}

void CsvRows::Reject(const absl::Status& reason) {
  const uint32_t path = run_.Intern("(row)");
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  const ErrorDetail detail = GetErrorDetail(reason);
  const std::string message = fmt::format("the row is left out: {}", detail.message);
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = kNotInEncoding;
  finding.message = message;
  finding.hint = detail.hint;
  finding.offset = csv_.offset();
  finding.line = detail.line != 0 ? detail.line : csv_.line();
  run_.Report(finding);
}

// Rows that are left out have no number: in the file that is written they are not.
void CsvRows::Describe(v1::Row* row) const { row->set_number(kept_); }

PuentePosition CsvRows::Position() const {
  PuentePosition position{};
  position.offset = csv_.offset();
  position.line = csv_.line();
  position.column = 1;
  return position;
}

}  // namespace puente::r4v5w

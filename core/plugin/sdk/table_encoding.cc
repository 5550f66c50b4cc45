// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks at all of an input before it is read, and tells what was guessed.
#include "core/plugin/sdk/table_encoding.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/text/column_names.h"
#include "core/text/random_access.h"
#include "fmt/format.h"

namespace puente::sdk {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr std::string_view kUtf8 = "UTF-8";
constexpr size_t kShownBytes = 200;

/// A source that can seek, until the run is cancelled.
class WatchedSource : public text::RandomInput {
 public:
  WatchedSource(const Run& run, const Source& source) : run_(run), source_(source) {}

  uint64_t size() const override { return source_.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    return source_.ReadAt(offset, buffer, size);
  }

 private:
  const Run& run_;
  const Source& source_;
};

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string Counted(uint64_t count, std::string_view one, std::string_view more) {
  return fmt::format("{} {}", count, count == 1 ? one : more);
}

}  // namespace

absl::Status TableEncoding::Choose(const Source& source, text::CsvReaderOptions* csv) {
  is_told_ = !absl::EqualsIgnoreCase(ToAbsl(csv->encoding), ToAbsl(kAuto));
  if (is_told_ || !source.can_seek()) return absl::OkStatus();
  WatchedSource watched(run_, source);
  absl::StatusOr<text::DetectedEncoding> found = text::DetectEncoding(&watched);
  if (!found.ok()) return found.status();
  found_ = *std::move(found);
  if (found_->name.empty()) return absl::OkStatus();
  // All bytes were looked at: what the reader would find in some of them is not better.
  csv->encoding = found_->name;
  const bool is_mixed =
      found_->evidence == text::EncodingEvidence::kMixed && found_->utf8_chars > 0;
  is_told_ = found_->name != "windows-1252" && !is_mixed;
  return absl::OkStatus();
}

void TableEncoding::TellNow(const text::CsvReader& csv) {
  if (!found_.has_value() || found_->name.empty()) {
    if (csv.encoding().empty() || csv.encoding() == kUtf8) return;
    is_told_ = true;
    if (csv.encoding_is_certain()) return;
    Report(csv, guessed_code_,
           fmt::format("the file is not UTF-8, and is read as {} from here on", csv.encoding()),
           "look at the text: if it is right, name that encoding; if not, name the true one, such "
           "as --in-opt encoding=IBM850");
    return;
  }
  if (csv.end_offset() <= found_->first_other) return;
  is_told_ = true;
  if (found_->evidence == text::EncodingEvidence::kMixed) {
    const bool as_utf8 = csv.encoding() == kUtf8;
    Report(csv, mixed_code_,
           fmt::format("the file has two encodings: {} UTF-8, {} not; it is read as {}",
                       Counted(found_->utf8_chars, "character is", "characters are"),
                       Counted(found_->other_bytes, "byte is", "bytes are"), csv.encoding()),
           as_utf8
               ? "rows that are not UTF-8 are left out: save the file as \"CSV UTF-8\", or name "
                 "its encoding, such as --in-opt encoding=windows-1252"
               : "look at the text: if it is wrong, name the encoding, such as --in-opt "
                 "encoding=UTF-8");
    return;
  }
  Report(csv, guessed_code_,
         fmt::format("the file is not UTF-8, and is read as {}, for {} not ASCII", csv.encoding(),
                     Counted(found_->other_bytes, "byte that is", "bytes that are")),
         fmt::format("look at the text: if it is right, say so with --in-opt encoding={}; if not, "
                     "name the true one, such as IBM850 or macintosh",
                     csv.encoding()));
}

void TableEncoding::Report(const text::CsvReader& csv, std::string_view code,
                           std::string_view message, std::string_view hint) {
  Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.offset = csv.offset();
  finding.line = csv.line();
  std::string text;
  std::string cell;
  for (size_t i = 0; i < csv.cells().size(); ++i) {
    if (IsAscii(csv.cells()[i].text)) continue;
    text = ClipText(csv.cells()[i].text, kShownBytes);
    cell = text::CellName(i, csv.record_number());
    break;
  }
  finding.text = text;
  finding.cell = cell;
  run_.Report(finding);
}

void TableEncoding::FillLayout(const text::CsvReader& csv, v1::TableLayout* layout) const {
  if (!csv.encoding().empty() && csv.encoding() != kUtf8) layout->set_encoding(csv.encoding());
  if (csv.line_end() == text::CsvLineEnd::kCrLf) layout->set_line_end("CRLF");
  if (csv.line_end() == text::CsvLineEnd::kCr) layout->set_line_end("CR");
}

}  // namespace puente::sdk

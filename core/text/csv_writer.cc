// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes CSV, and tells which texts a spreadsheet could take for formulas.

#include <utility>

#include "absl/strings/ascii.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/csv.h"
#include "core/text/text_encoding.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

/// Takes digits away from the front; the result is how many.
size_t SkipDigits(std::string_view* text) {
  size_t n = 0;
  while (n < text->size() && absl::ascii_isdigit(static_cast<unsigned char>((*text)[n]))) ++n;
  text->remove_prefix(n);
  return n;
}

void SkipSign(std::string_view* text) {
  if (!text->empty() && (text->front() == '+' || text->front() == '-')) text->remove_prefix(1);
}

bool IsNumber(std::string_view text) {
  SkipSign(&text);
  size_t digits = SkipDigits(&text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    digits += SkipDigits(&text);
  }
  if (digits == 0) return false;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    SkipSign(&text);
    if (SkipDigits(&text) == 0) return false;
  }
  return text.empty();
}

/// True for the characters that a formula may begin with, and for those that are skipped before
/// one.
bool BeginsLikeFormula(std::string_view text) {
  if (text.empty()) return false;
  switch (text.front()) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case '\n':
    case '\0':
      return true;
    default: {
      const std::string_view wide = text.substr(0, 3);  // the full-width forms of = + - @
      return wide == "\xEF\xBC\x9D" || wide == "\xEF\xBC\x8B" || wide == "\xEF\xBC\x8D" ||
             wide == "\xEF\xBC\xA0";
    }
  }
}

std::string_view LineEndText(CsvLineEnd line_end) {
  switch (line_end) {
    case CsvLineEnd::kLf:
      return "\n";
    case CsvLineEnd::kCr:
      return "\r";
    default:
      return "\r\n";
  }
}

}  // namespace

bool NeedsFormulaGuard(std::string_view text) {
  while (!text.empty() && text.front() == '\'') text.remove_prefix(1);
  return BeginsLikeFormula(text) && !IsNumber(text);
}

CsvWriter::CsvWriter(OutputStream* output, CsvWriterOptions options)
    : output_(output), options_(options) {
  const char delimiter = options_.delimiter;
  if (delimiter == '"' || delimiter == '\r' || delimiter == '\n' ||
      static_cast<unsigned char>(delimiter) >= 0x80) {
    status_ = absl::InvalidArgumentError("this character cannot stand between the cells of CSV");
    return;
  }
  if (options_.byte_order_mark) buffer_ = kUtf8Mark;
}

void CsvWriter::PutCell(const CsvCell& cell, bool first) {
  const char stops[] = {options_.delimiter, '"', '\r', '\n'};
  const bool is_guarded = options_.guard_formulas && NeedsFormulaGuard(cell.text);
  // A mark at the very beginning would be taken for that of the file, as would that of an archive.
  const bool looks_like_mark =
      first && bytes_written() == 0 &&
      (cell.text.substr(0, kUtf8Mark.size()) == kUtf8Mark || !NoTextName(cell.text).empty());
  const bool in_quotes =
      cell.quoted || looks_like_mark ||
      cell.text.find_first_of(std::string_view(stops, sizeof(stops))) != std::string_view::npos ||
      (is_guarded && options_.delimiter == '\'');
  if (in_quotes) buffer_ += '"';
  if (is_guarded) buffer_ += '\'';
  std::string_view rest = cell.text;
  for (size_t quote = rest.find('"'); quote != std::string_view::npos; quote = rest.find('"')) {
    buffer_ += rest.substr(0, quote + 1);
    buffer_ += '"';
    rest.remove_prefix(quote + 1);
  }
  buffer_ += rest;
  if (in_quotes) buffer_ += '"';
}

absl::Status CsvWriter::WriteRecord(std::span<const CsvCell> cells) {
  if (!status_.ok()) return status_;
  if (cells.empty()) return absl::InvalidArgumentError("a record of CSV needs a cell");
  for (size_t i = 0; i < cells.size(); ++i) {
    if (const std::optional<size_t> bad = FirstInvalidUtf8(cells[i].text)) {
      ErrorDetail detail;
      detail.code = "PUE-0206";
      detail.message = fmt::format("the text for column {} is not UTF-8 (byte 0x{:02X})", i + 1,
                                   static_cast<unsigned char>(cells[i].text[*bad]));
      return MakeError(absl::StatusCode::kInvalidArgument, detail);
    }
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) buffer_ += options_.delimiter;
    PutCell(cells[i], i == 0);
  }
  buffer_ += LineEndText(options_.line_end);
  return buffer_.size() < kBufferBytes ? absl::OkStatus() : Flush();
}

absl::Status CsvWriter::WriteRecord(std::span<const std::string> texts) {
  scratch_.clear();
  for (const std::string& text : texts) scratch_.push_back({text, false, false});
  return WriteRecord(std::span<const CsvCell>(scratch_));
}

absl::Status CsvWriter::Flush() {
  if (status_.ok() && !buffer_.empty()) {
    // With very many null characters it could be taken for UTF-16.
    if (flushed_ == 0 && buffer_.find('\0') != std::string::npos &&
        DetectEncoding(buffer_, /*is_whole=*/false).name != "UTF-8") {
      buffer_.insert(0, kUtf8Mark);
    }
    status_ = output_->Write(buffer_);
    if (status_.ok()) {
      flushed_ += buffer_.size();
      buffer_.clear();
    }
  }
  return status_;
}

}  // namespace puente::text

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Splits CSV into records and cells.

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/csv.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr size_t kFirstBufferBytes = size_t{256} << 10;

// What is looked at to find the delimiter.
constexpr size_t kSniffedRecords = 50;
constexpr std::string_view kDelimiters = ",;\t|";

}  // namespace

CsvReader::CsvReader(InputStream* input, CsvReaderOptions options)
    : input_(input), options_(std::move(options)), delimiter_(options_.delimiter.value_or(',')) {}

absl::Status CsvReader::Error(absl::StatusCode code, std::string_view id, size_t at,
                              std::string message, std::string hint) const {
  ErrorDetail detail;
  detail.code = std::string(id);
  detail.message = std::move(message);
  detail.source = options_.source;
  detail.line = line_ + CountLines(next_, std::max(at, next_));
  detail.hint = std::move(hint);
  return MakeError(code, detail);
}

absl::Status CsvReader::LimitError(size_t at, std::string what, uint64_t limit, LimitUnit unit,
                                   std::string_view option) const {
  return Error(
      absl::StatusCode::kResourceExhausted, "PUE-0203", at,
      fmt::format("{} the limit of {}", what, FormatLimit(limit, unit)),
      fmt::format("is a quote missing, or is {} not the delimiter? If the file is to be trusted, "
                  "raise the limit {}",
                  delimiter_ == '\t' ? std::string("a tab") : fmt::format("\"{}\"", delimiter_),
                  option));
}

uint64_t CsvReader::CountLines(size_t begin, size_t end) const {
  const std::string_view bytes = std::string_view(buffer_).substr(begin, end - begin);
  uint64_t lines = static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  for (size_t at = bytes.find('\r'); at != std::string_view::npos; at = bytes.find('\r', at + 1)) {
    if (at + 1 == bytes.size() || bytes[at + 1] != '\n') ++lines;
  }
  return lines;
}

absl::Status CsvReader::Start() {
  started_ = true;
  if (delimiter_ == '"' || delimiter_ == '\r' || delimiter_ == '\n' ||
      static_cast<unsigned char>(delimiter_) >= 0x80) {
    return absl::InvalidArgumentError("this character cannot stand between the cells of CSV");
  }
  if (absl::Status status = ChooseEncoding(); !status.ok()) return status;
  if (!options_.delimiter.has_value()) delimiter_ = SniffDelimiter();
  return absl::OkStatus();
}

absl::Status CsvReader::Fill() {
  if (next_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + next_, filled_ - next_);
    filled_ -= next_;
    next_ = 0;
  }
  // A record that does not fit is scanned again when there is more: let it be much more.
  if (buffer_.empty()) {
    // One byte more than the input has, so that its end is seen at once.
    buffer_.resize(options_.input_bytes < kFirstBufferBytes ? options_.input_bytes + 1
                                                            : kFirstBufferBytes);
  } else if (filled_ > buffer_.size() / 2) {
    buffer_.resize(std::max(kFirstBufferBytes, buffer_.size() * 2));
  }
  const absl::StatusOr<size_t> read =
      ReadFully(input_, buffer_.data() + filled_, buffer_.size() - filled_);
  if (!read.ok()) return WithSource(read.status(), options_.source);
  filled_ += *read;
  at_end_ = filled_ < buffer_.size();
  return absl::OkStatus();
}

char CsvReader::SniffDelimiter() const {
  char best = ',';
  double best_share = 0;
  size_t best_columns = 1;
  for (const char candidate : kDelimiters) {
    std::map<size_t, size_t> records_by_columns;
    size_t records = 0;
    Scan scan;
    for (size_t at = next_; at < filled_ && records < kSniffedRecords; at = scan.end) {
      const ScanResult result = ScanRecord(at, candidate, &scan);
      if (result == ScanResult::kOpenQuotes) break;
      // The first record counts even when its end is not in sight.
      if (result != ScanResult::kRecord && records > 0) break;
      const bool is_blank = scan.cells.size() == 1 && scan.cells[0].begin == scan.cells[0].end;
      if (!is_blank || result != ScanResult::kRecord) {
        ++records;
        ++records_by_columns[scan.cells.size()];
      }
      if (result != ScanResult::kRecord) break;
    }
    size_t columns = 1;
    size_t agreeing = 0;
    for (const auto& [count, n] : records_by_columns) {
      if (count > 1 && n >= agreeing) {
        columns = count;
        agreeing = n;
      }
    }
    const double share =
        records == 0 ? 0 : static_cast<double>(agreeing) / static_cast<double>(records);
    const bool is_better =
        share > best_share + 0.05 || (share > best_share - 0.05 && columns > best_columns);
    if (columns > 1 && is_better) {
      best = candidate;
      best_share = share;
      best_columns = columns;
    }
  }
  return best;
}

CsvReader::ScanResult CsvReader::ScanRecord(size_t begin, char delimiter, Scan* scan) const {
  const char* const bytes = buffer_.data();
  scan->cells.clear();
  scan->line_end.reset();
  size_t at = begin;
  while (true) {
    if (scan->cells.size() == options_.limits.csv_columns) return ScanResult::kTooManyColumns;
    RawCell& cell = scan->cells.emplace_back();
    cell.begin = cell.end = at;
    if (at < filled_ && bytes[at] == '"') {
      cell.quoted = true;
      cell.begin = at + 1;
      size_t from = at + 1;
      while (true) {
        const void* quote = std::memchr(bytes + from, '"', filled_ - from);
        if (quote == nullptr) {
          cell.end = filled_;
          return at_end_ ? ScanResult::kOpenQuotes : ScanResult::kNeedsMore;
        }
        cell.end = static_cast<size_t>(static_cast<const char*>(quote) - bytes);
        if (cell.end + 1 == filled_ && !at_end_) return ScanResult::kNeedsMore;
        if (cell.end + 1 == filled_ || bytes[cell.end + 1] != '"') break;
        ++cell.doubled;
        from = cell.end + 2;
      }
      const size_t after = cell.end + 1;
      if (after < filled_ && bytes[after] != delimiter && bytes[after] != '\r' &&
          bytes[after] != '\n') {
        cell.begin = at;  // the text is all that the source has
        cell.quoted = false;
        cell.stray = true;
        cell.doubled = 0;
      }
      at = after;
    }
    while (at < filled_ && bytes[at] != delimiter && bytes[at] != '\n' && bytes[at] != '\r') ++at;
    if (!cell.quoted) cell.end = at;
    if (at == filled_) {
      if (!at_end_) return ScanResult::kNeedsMore;
      scan->end = at;
      return ScanResult::kRecord;
    }
    if (bytes[at] == delimiter) {
      ++at;
      continue;
    }
    if (bytes[at] == '\r' && at + 1 == filled_ && !at_end_) return ScanResult::kNeedsMore;
    const bool is_pair = bytes[at] == '\r' && at + 1 < filled_ && bytes[at + 1] == '\n';
    scan->line_end = is_pair             ? CsvLineEnd::kCrLf
                     : bytes[at] == '\r' ? CsvLineEnd::kCr
                                         : CsvLineEnd::kLf;
    scan->end = at + (is_pair ? 2 : 1);
    return ScanResult::kRecord;
  }
}

absl::Status CsvReader::CheckLimits(const Scan& scan, bool is_complete) const {
  const Limits& limits = options_.limits;
  const size_t end = is_complete ? scan.end : filled_;
  for (size_t i = 0; i < scan.cells.size(); ++i) {
    const RawCell& cell = scan.cells[i];
    if (cell.end - cell.begin - cell.doubled > limits.csv_cell_bytes) {
      return LimitError(cell.begin, fmt::format("the cell in column {} is longer than", i + 1),
                        limits.csv_cell_bytes, LimitUnit::kBytes, "csv_cell_bytes");
    }
  }
  if (end - next_ > limits.line_bytes) {
    return LimitError(next_, "the record that begins here is longer than", limits.line_bytes,
                      LimitUnit::kBytes, "line_bytes");
  }
  return absl::OkStatus();
}

void CsvReader::AppendUnquoted(const RawCell& cell) {
  std::string_view text = std::string_view(buffer_).substr(cell.begin, cell.end - cell.begin);
  if (cell.doubled == 0) {
    scratch_ += text;
    return;
  }
  while (!text.empty()) {
    const size_t quote = std::min(text.find('"'), text.size() - 1);
    scratch_ += text.substr(0, quote + 1);
    text.remove_prefix(std::min(quote + (text[quote] == '"' ? 2 : 1), text.size()));
  }
}

absl::Status CsvReader::AppendDecoded(const RawCell& cell, size_t column) {
  for (size_t at = cell.begin; at < cell.end; ++at) {
    const unsigned char byte = static_cast<unsigned char>(buffer_[at]);
    if (byte == '"' && cell.doubled > 0) ++at;  // its twin
    const int32_t code_point = (*table_)[byte];
    if (code_point < 0) {
      return Error(
          absl::StatusCode::kInvalidArgument, "PUE-0206", at,
          fmt::format("the byte 0x{:02X} in column {} (byte {} of the file) has no character in {}",
                      byte, column, offset_ + (at - next_), encoding_),
          "name the true encoding of the file");
    }
    AppendUtf8(static_cast<char32_t>(code_point), &scratch_);
  }
  return absl::OkStatus();
}

absl::Status CsvReader::TakeCells(const Scan& scan) {
  cells_.clear();
  scratch_.clear();
  if (!table_.has_value()) {
    if (absl::Status status = CheckUtf8(scan); !status.ok()) return status;
  } else if (!encoding_is_certain_) {
    if (absl::Status status = CheckNotUtf8(scan); !status.ok()) return status;
  }
  // Offsets first: views into scratch_ hold only when it has stopped to grow.
  for (size_t i = 0; i < scan.cells.size(); ++i) {
    const RawCell& cell = scan.cells[i];
    const size_t begin = scratch_.size();
    if (table_.has_value()) {
      if (absl::Status status = AppendDecoded(cell, i + 1); !status.ok()) {
        cells_.clear();
        return status;
      }
    } else if (cell.doubled > 0) {
      AppendUnquoted(cell);
    }
    const size_t size = scratch_.size() - begin;
    cells_.push_back({std::string_view(scratch_.data(), size), cell.quoted, cell.stray});
  }
  size_t begin = 0;
  for (size_t i = 0; i < scan.cells.size(); ++i) {
    const RawCell& raw = scan.cells[i];
    CsvCell& cell = cells_[i];
    if (table_.has_value() || raw.doubled > 0) {
      const size_t size = cell.text.size();
      cell.text = std::string_view(scratch_).substr(begin, size);
      begin += size;
    } else {
      cell.text = std::string_view(buffer_).substr(raw.begin, raw.end - raw.begin);
    }
    if (options_.guard_formulas && cell.text.substr(0, 1) == "'" && NeedsFormulaGuard(cell.text)) {
      cell.text.remove_prefix(1);
    }
  }
  return absl::OkStatus();
}

CsvPlace CsvReader::Place(size_t cell) const {
  const RawCell& raw = scan_.cells[cell];
  const size_t quote = raw.quoted ? 1 : 0;
  return {offset_ + SourceBytes(record_, raw.begin - quote),
          offset_ + SourceBytes(record_, raw.end + quote)};
}

absl::StatusOr<bool> CsvReader::Next() {
  if (!status_.ok()) return status_;
  if (!started_) {
    status_ = Start();
    if (!status_.ok()) return status_;
  }
  cells_.clear();
  line_ = next_line_;
  while (true) {
    if (next_ == filled_ && at_end_) {
      offset_ = end_offset_;
      if (is_open_) encoding_is_certain_ = true;  // ASCII to the end
      return false;
    }
    const ScanResult result = ScanRecord(next_, delimiter_, &scan_);
    if (result == ScanResult::kTooManyColumns) {
      status_ = LimitError(next_, "the record that begins here has more columns than",
                           options_.limits.csv_columns, LimitUnit::kCount, "csv_columns");
      return status_;
    }
    status_ = CheckLimits(scan_, result == ScanResult::kRecord);
    if (!status_.ok()) return status_;
    if (result == ScanResult::kRecord) {
      if (!is_open_) break;
      const absl::StatusOr<bool> decided = DecideBy(scan_);
      status_ = decided.status();
      if (!status_.ok()) return status_;
      if (*decided) break;
      continue;
    }
    if (result == ScanResult::kOpenQuotes) {
      status_ =
          Error(absl::StatusCode::kInvalidArgument, "PUE-0330", scan_.cells.back().begin,
                fmt::format("the file ends inside the quotes of the cell in column {}",
                            scan_.cells.size()),
                "close the quote in this line; a quote inside a cell in quotes is written twice");
      return status_;
    }
    status_ = Fill();
    if (!status_.ok()) return status_;
  }
  ++record_number_;
  offset_ = end_offset_;
  end_offset_ += SourceBytes(next_, scan_.end);
  if (record_number_ == 1) line_end_ = scan_.line_end;
  absl::Status taken = TakeCells(scan_);
  next_line_ = line_ + CountLines(next_, scan_.end);
  record_ = next_;
  next_ = scan_.end;
  if (!taken.ok()) return taken;
  return true;
}

}  // namespace puente::text

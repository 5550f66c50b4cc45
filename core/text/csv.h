// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads and writes CSV (RFC 4180 and its relatives) cell for cell.

#ifndef PUENTE_CORE_TEXT_CSV_H_
#define PUENTE_CORE_TEXT_CSV_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"
#include "core/text/encoding.h"
#include "core/text/head_input.h"
#include "core/text/utf16_input.h"

namespace puente::text {

/// True when a spreadsheet could take the text for a formula, or when it is such a text behind
/// apostrophes. Numbers are none, `-5` and `+1e3` included. Writing with a guard puts one
/// apostrophe before such a text; reading with a guard takes exactly one away.
bool NeedsFormulaGuard(std::string_view text);

/// One cell.
struct CsvCell {
  /// The text: quotes around it taken away, doubled quotes made one.
  std::string_view text;
  /// Reading: the cell was in quotes, so that an empty text was meant. Writing: put it in quotes
  /// even when it needs none.
  bool quoted = false;
  /// Reading: the cell begins with a quote but goes on after the closing one. The text is then
  /// exactly what the source has, quotes included.
  bool stray = false;
};

/// Where something stands in an input: its first byte, and the one behind its last.
struct CsvPlace {
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// How lines end.
enum class CsvLineEnd { kLf, kCrLf, kCr };

/// How to read.
struct CsvReaderOptions {
  /// The limits in force: `csv_columns`, `csv_cell_bytes`, `line_bytes` (of one record).
  Limits limits;
  /// Name of the input in errors; may be empty.
  std::string source;
  /// Character between cells, not a quote, a line end or a byte of a longer character; absent: `,`,
  /// `;`, tab or `|`, whichever fits the first records best.
  std::optional<char> delimiter;
  /// Encoding of the input: `UTF-8`; the name of an 8-bit encoding such as `windows-1252`;
  /// `UTF-16LE`, `UTF-16BE`, or `UTF-16` when a byte order mark or the zero bytes of ASCII say
  /// which one it is; `auto` to find it (see CsvReader::encoding).
  std::string encoding = "UTF-8";
  /// Take the apostrophe of the formula guard away.
  bool guard_formulas = false;
  /// How many bytes the input has, where that is known: small ones need no large buffer.
  uint64_t input_bytes = UINT64_MAX;
};

/// Reads records one by one. Lines end in LF, CRLF or CR, also in one file. An empty line is a
/// record of one empty cell. A quote inside a cell that is not in quotes is text.
///
/// Offsets are those of the input, also of UTF-16. Limits hold for the text as UTF-8, where the
/// input is UTF-16.
///
/// With `auto`, a mark, zero bytes and the bytes that are not ASCII tell the encoding. As long as
/// there was only ASCII it is left open: the record with the first other byte, and what follows,
/// decide (at least 64 KiB). Nothing that was read before can be wrong then. A record that speaks
/// against what was found is PUE-0206: one that is not UTF-8, or one that is, in a file that began
/// as windows-1252. When it is neither, the error is PUE-0204. Who can read the input twice and
/// asks DetectEncoding first knows about all of it before.
///
/// Errors, with the line: invalid-argument with code PUE-0330 (the input ends inside quotes),
/// PUE-0206 (not in the encoding; the next call goes on with the next record), PUE-0204 (the
/// encoding is unknown, cannot be told, or is another one by the first bytes; the input is no
/// text); resource-exhausted with code PUE-0203 (limit); the errors of the stream as they are. All
/// but PUE-0206 are given again by each further call.
class CsvReader {
 public:
  /// Reads from `input`, which must outlive the reader.
  CsvReader(InputStream* input, CsvReaderOptions options);
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// Goes to the next record; false at the end. What cells() gave before is no longer valid.
  absl::StatusOr<bool> Next();

  /// The cells of the record; at least one.
  std::span<const CsvCell> cells() const { return cells_; }

  /// Where a cell of the record stands in the input, quotes included.
  CsvPlace Place(size_t cell) const;

  /// Line in which the record begins, from 1.
  uint64_t line() const { return line_; }

  /// Byte at which the record begins, from 0.
  uint64_t offset() const { return offset_; }

  /// First byte after the record and its line end.
  uint64_t end_offset() const { return end_offset_; }

  /// Number of the record, from 1, those in error included.
  uint64_t record_number() const { return record_number_; }

  /// The character between cells; the one that was found from the first Next on.
  char delimiter() const { return delimiter_; }

  /// True when the input begins with a byte order mark, which is no part of a cell.
  bool saw_bom() const { return saw_bom_; }

  /// The encoding of the input, from the first Next on: the one that was named, of UTF-16 with the
  /// order, and of `auto` the one that was found, `UTF-8` while there was only ASCII.
  const std::string& encoding() const { return encoding_; }

  /// True when the encoding was named, or was found and no other one can be meant. windows-1252 is
  /// never certain, nor is ASCII before the end.
  bool encoding_is_certain() const { return encoding_is_certain_; }

  /// How the first line ends; absent when it has no end.
  std::optional<CsvLineEnd> line_end() const { return line_end_; }

 private:
  struct RawCell {
    size_t begin = 0;    // of the text in buffer_, after the opening quote
    size_t end = 0;      // of the text, before the closing quote
    size_t doubled = 0;  // doubled quotes in it
    bool quoted = false;
    bool stray = false;
  };
  enum class ScanResult { kRecord, kNeedsMore, kOpenQuotes, kTooManyColumns };
  struct Scan {
    std::vector<RawCell> cells;  // the last one ends nowhere yet unless the result is kRecord
    size_t end = 0;              // first byte after the record and its line end
    std::optional<CsvLineEnd> line_end;
  };

  absl::Status Start();
  /// Takes the encoding from the options and the first bytes.
  absl::Status ChooseEncoding();
  absl::Status ChooseUtf16(std::string_view name);
  absl::Status ReadAsUtf16(std::string_view name);
  /// Takes what `auto` found from the bytes at hand; an error when nothing was.
  absl::Status Decide();
  /// Decides, when it is open and the record is not ASCII. False when the record must be read anew.
  absl::StatusOr<bool> DecideBy(const Scan& scan);
  absl::Status EncodingError(std::string message, std::string hint) const;
  absl::Status Fill();
  char SniffDelimiter() const;
  ScanResult ScanRecord(size_t begin, char delimiter, Scan* scan) const;
  absl::Status CheckLimits(const Scan& scan, bool is_complete) const;
  absl::Status CheckUtf8(const Scan& scan) const;
  /// PUE-0206 for a record of UTF-8 in a file that was found to be windows-1252.
  absl::Status CheckNotUtf8(const Scan& scan) const;
  /// How many bytes of the input these of buffer_ are.
  uint64_t SourceBytes(size_t begin, size_t end) const;
  absl::Status TakeCells(const Scan& scan);
  void AppendUnquoted(const RawCell& cell);
  absl::Status AppendDecoded(const RawCell& cell, size_t column);
  absl::Status Error(absl::StatusCode code, std::string_view id, size_t at, std::string message,
                     std::string hint) const;
  absl::Status LimitError(size_t at, std::string what, uint64_t limit, LimitUnit unit,
                          std::string_view option) const;
  uint64_t CountLines(size_t begin, size_t end) const;

  InputStream* input_;
  CsvReaderOptions options_;
  std::string buffer_;
  size_t next_ = 0;    // where the next record begins in buffer_
  size_t filled_ = 0;  // bytes of buffer_ in use
  size_t record_ = 0;  // where the record begins in buffer_
  bool started_ = false;
  bool at_end_ = false;
  bool saw_bom_ = false;
  char delimiter_ = ',';
  std::optional<CsvLineEnd> line_end_;
  absl::Status status_;
  Scan scan_;
  std::vector<CsvCell> cells_;
  std::string scratch_;
  std::string encoding_;
  bool encoding_is_certain_ = false;
  bool is_open_ = false;                // `auto`, and there was only ASCII
  std::optional<EncodingTable> table_;  // of an 8-bit encoding
  std::unique_ptr<HeadInput> head_;     // with utf16_, for UTF-16 only
  std::unique_ptr<Utf16Input> utf16_;
  uint64_t line_ = 1;
  uint64_t next_line_ = 1;
  uint64_t offset_ = 0;
  uint64_t end_offset_ = 0;
  uint64_t record_number_ = 0;
};

/// How to write.
struct CsvWriterOptions {
  /// Character between cells: not a quote, a line end or a byte of a longer character.
  char delimiter = ',';
  /// How lines end.
  CsvLineEnd line_end = CsvLineEnd::kCrLf;
  /// Begin with the byte order mark, which makes Excel read UTF-8.
  bool byte_order_mark = false;
  /// Put an apostrophe before what a spreadsheet could take for a formula.
  bool guard_formulas = false;
};

/// Writes records, with quotes only where they are needed. A reader with the same delimiter and
/// guard gets the same cells.
class CsvWriter {
 public:
  /// Writes to `output`, which must outlive the writer. What is buffered is lost unless Flush is
  /// called at the end.
  CsvWriter(OutputStream* output, CsvWriterOptions options);
  CsvWriter(const CsvWriter&) = delete;
  CsvWriter& operator=(const CsvWriter&) = delete;

  /// Writes a record. Invalid-argument error, and nothing is written, when it has no cell or a text
  /// is not UTF-8 (code PUE-0206); the errors of the stream as they are.
  absl::Status WriteRecord(std::span<const CsvCell> cells);

  /// The same, for plain texts.
  absl::Status WriteRecord(std::span<const std::string> texts);

  /// Hands all that is buffered to the stream.
  absl::Status Flush();

  /// Bytes written so far, those in the buffer included, but for a mark that the first Flush may
  /// add.
  uint64_t bytes_written() const { return flushed_ + buffer_.size(); }

 private:
  void PutCell(const CsvCell& cell, bool first);

  OutputStream* output_;
  CsvWriterOptions options_;
  std::string buffer_;
  uint64_t flushed_ = 0;
  absl::Status status_;
  std::vector<CsvCell> scratch_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_CSV_H_

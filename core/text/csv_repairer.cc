// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes a CSV file anew with other texts in some of its cells; all other bytes
// stay.
#include "core/text/csv_repairer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/encoding.h"
#include "core/text/text_encoding.h"

namespace puente::text {
namespace {

constexpr uint64_t kPortion = uint64_t{64} << 10;
constexpr std::string_view kNotInEncoding = "PUE-0206";

/// Reads an input from its beginning to its end.
class WholeInput : public InputStream {
 public:
  explicit WholeInput(RandomInput* input) : input_(*input) {}
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    absl::StatusOr<size_t> got = input_.ReadAt(at_, buffer, size);
    if (got.ok()) at_ += *got;
    return got;
  }

 private:
  RandomInput& input_;
  uint64_t at_ = 0;
};

/// Writes texts in the encoding of a file.
class TextEncoder {
 public:
  /// Takes an encoding as CsvReader names it.
  absl::Status Choose(std::string_view encoding) {
    if (encoding == "UTF-8") return absl::OkStatus();
    is_utf8_ = false;
    is_little_ = encoding == "UTF-16LE";
    is_utf16_ = is_little_ || encoding == "UTF-16BE";
    if (is_utf16_) return absl::OkStatus();
    const absl::StatusOr<EncodingTable> table = EightBitTable(encoding);
    if (!table.ok()) return table.status();
    for (size_t byte = table->size(); byte-- > 0;) {
      if ((*table)[byte] >= 0) bytes_[(*table)[byte]] = static_cast<char>(byte);
    }
    return absl::OkStatus();
  }

  /// The bytes of a text in UTF-8; nothing when the encoding has not all of its characters.
  std::optional<std::string> Encode(std::string_view text) const {
    if (is_utf8_) return std::string(text);
    std::string out;
    while (!text.empty()) {
      const Utf8Char c = DecodeUtf8(text);
      if (!c.valid) return std::nullopt;
      text.remove_prefix(c.size);
      if (is_utf16_) {
        AppendUtf16(c.code_point, &out);
        continue;
      }
      const auto found = bytes_.find(static_cast<int32_t>(c.code_point));
      if (found == bytes_.end()) return std::nullopt;
      out.push_back(found->second);
    }
    return out;
  }

 private:
  void AppendUnit(uint32_t unit, std::string* out) const {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    out->push_back(is_little_ ? low : high);
    out->push_back(is_little_ ? high : low);
  }
  void AppendUtf16(char32_t c, std::string* out) const {
    constexpr char32_t kPairs = 0x10000;
    if (c < kPairs) return AppendUnit(static_cast<uint32_t>(c), out);
    AppendUnit(0xD800U + (static_cast<uint32_t>(c - kPairs) >> 10), out);
    AppendUnit(0xDC00U + (static_cast<uint32_t>(c - kPairs) & 0x3FFU), out);
  }

  bool is_utf8_ = true;
  bool is_utf16_ = false;
  bool is_little_ = false;
  /// Of an encoding with one byte a character.
  absl::flat_hash_map<int32_t, char> bytes_;
};

/// True for what is no text of a first cell, but the mark of an encoding or of another kind of
/// file.
bool LooksLikeMark(std::string_view bytes) {
  return bytes.starts_with("\xEF\xBB\xBF") || bytes.starts_with("\xFF\xFE") ||
         bytes.starts_with("\xFE\xFF") || !NoTextName(bytes).empty();
}

/// A cell as it stands in a file, before it is encoded.
std::string CellBytes(std::string_view text, char delimiter, bool quoted) {
  const char stops[] = {delimiter, '"', '\r', '\n'};
  if (!quoted && text.find_first_of(std::string_view(stops, sizeof(stops))) == text.npos) {
    return std::string(text);
  }
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out += '"';
}

/// Repairs one file.
class CsvRepairer {
 public:
  CsvRepairer(RandomInput* input, const CsvReaderOptions& options, RepairQueue* queue,
              OutputStream* output)
      : input_(*input),
        whole_(input),
        csv_(&whole_, options),
        is_guarded_(options.guard_formulas),
        queue_(*queue),
        output_(*output) {}

  absl::Status Run() {
    while (queue_.next() != nullptr) {
      const absl::StatusOr<bool> more = csv_.Next();
      if (!more.ok()) {
        if (GetErrorDetail(more.status()).code != kNotInEncoding) return more.status();
        continue;
      }
      if (!*more) break;
      while (queue_.next() != nullptr && queue_.next()->row <= csv_.line()) {
        const absl::StatusOr<CellRepaired> result = Repair(*queue_.next());
        if (!result.ok()) return result.status();
        if (absl::Status status = queue_.Settle(*result); !status.ok()) return status;
      }
    }
    while (queue_.next() != nullptr) {
      if (absl::Status status = queue_.Settle(CellRepaired::kNoCell); !status.ok()) return status;
    }
    return CopyUpTo(input_.size());
  }

 private:
  absl::StatusOr<CellRepaired> Repair(const CellRepair& repair) {
    if (repair.row != csv_.line() || repair.column >= csv_.cells().size())
      return CellRepaired::kNoCell;
    const CsvCell& cell = csv_.cells()[repair.column];
    if (cell.text != repair.before) return CellRepaired::kOtherText;
    if (NeedsFormulaGuard(repair.after) && !NeedsFormulaGuard(repair.before)) {
      return CellRepaired::kNewFormula;
    }
    if (!is_chosen_) {
      if (absl::Status status = encoder_.Choose(csv_.encoding()); !status.ok()) return status;
      is_chosen_ = true;
    }
    const CsvPlace place = csv_.Place(repair.column);
    // The reader takes the guard away.
    const std::string text =
        (is_guarded_ && NeedsFormulaGuard(repair.after) ? "'" : "") + repair.after;
    // A line without anything is one that many programs do not see, and at the end it is none.
    const bool is_blank_line = text.empty() && csv_.cells().size() == 1;
    std::optional<std::string> bytes =
        encoder_.Encode(CellBytes(text, csv_.delimiter(), cell.quoted || is_blank_line));
    if (bytes.has_value() && place.begin == 0 && LooksLikeMark(*bytes)) {
      bytes = encoder_.Encode(CellBytes(text, csv_.delimiter(), true));
    }
    if (!bytes.has_value()) return CellRepaired::kNoCharacter;
    // Two repairs of one cell: the first one holds.
    if (place.begin < copied_) return CellRepaired::kOtherText;
    if (absl::Status status = CopyUpTo(place.begin); !status.ok()) return status;
    if (absl::Status status = output_.Write(*bytes); !status.ok()) return status;
    copied_ = place.end;
    return CellRepaired::kDone;
  }

  absl::Status CopyUpTo(uint64_t offset) {
    while (copied_ < offset) {
      buffer_.resize(static_cast<size_t>(std::min(kPortion, offset - copied_)));
      const absl::StatusOr<size_t> got = input_.ReadAt(copied_, buffer_.data(), buffer_.size());
      if (!got.ok()) return got.status();
      if (*got == 0) return absl::DataLossError("the file became shorter while it was read");
      if (absl::Status status = output_.Write(std::string_view(buffer_).substr(0, *got));
          !status.ok()) {
        return status;
      }
      copied_ += *got;
    }
    return absl::OkStatus();
  }

  RandomInput& input_;
  WholeInput whole_;
  CsvReader csv_;
  const bool is_guarded_;
  RepairQueue& queue_;
  OutputStream& output_;
  TextEncoder encoder_;
  bool is_chosen_ = false;
  uint64_t copied_ = 0;
  std::string buffer_;
};

}  // namespace

absl::Status RepairCsv(RandomInput* input, const CsvReaderOptions& options, CellRepairs* repairs,
                       TakeCellRepaired take, OutputStream* output) {
  RepairQueue queue(repairs, take);
  if (absl::Status status = queue.Begin(); !status.ok()) return status;
  return CsvRepairer(input, options, &queue, output).Run();
}

}  // namespace puente::text

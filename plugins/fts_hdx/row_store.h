// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Keeps rows until all inputs are read, and gives them back by date, in bounded memory.
#ifndef PUENTE_PLUGINS_FTS_HDX_ROW_STORE_H_
#define PUENTE_PLUGINS_FTS_HDX_ROW_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/external_sort.h"
#include "core/base/temp_file.h"
#include "plugins/fts_hdx/row_maker.h"

namespace puente::fts_hdx {

/// How much of the rows memory holds; more is in temporary files.
struct RowStoreBounds {
  size_t row_bytes = size_t{1} << 20;
  size_t sorted_rows = size_t{1} << 15;
};

/// Rows on their way to the output. Errors are those of TempFile.
class RowStore {
 public:
  explicit RowStore(const RowStoreBounds& bounds);

  /// Takes a row with the text that it is sorted by, of which ten characters count.
  absl::Status Add(std::string_view date, const std::vector<CellDraft>& cells);
  /// Call it once, after the last row. `by_date`: the newest first, equal ones as they came; else
  /// all as they came.
  absl::Status Finish(bool by_date);
  /// The next row; false at the end.
  absl::StatusOr<bool> Next(std::vector<CellDraft>* cells);

  uint64_t rows() const { return rows_; }

 private:
  // Ten characters of UTF-8.
  static constexpr size_t kKeyBytes = 40;

  struct Entry {
    std::array<char, kKeyBytes> date;
    uint64_t number;
    uint64_t offset;
    uint64_t size;
  };
  struct Order {
    bool operator()(const Entry& a, const Entry& b) const {
      const std::string_view left(a.date.data(), a.date.size());
      const std::string_view right(b.date.data(), b.date.size());
      const int compared = left.compare(right);
      return compared != 0 ? compared > 0 : a.number < b.number;
    }
  };

  absl::Status Append(std::string_view bytes);
  absl::Status Load(uint64_t offset, size_t size, std::string* out);

  const RowStoreBounds bounds_;
  ExternalSorter<Entry, Order> order_;
  std::unique_ptr<TempFile> file_;
  std::string buffer_;    // what the file does not have yet
  uint64_t in_file_ = 0;  // bytes
  uint64_t rows_ = 0;
  bool by_date_ = true;
  uint64_t next_ = 0;  // offset of the next row when they come in order
  std::string bytes_;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_ROW_STORE_H_

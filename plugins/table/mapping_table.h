// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rows of a mapping table in the making, and the account of every leaf that goes into them.
#ifndef PUENTE_PLUGINS_TABLE_MAPPING_TABLE_H_
#define PUENTE_PLUGINS_TABLE_MAPPING_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/table/table_sink.h"

namespace puente::table {

/// What separates several values in one cell.
inline constexpr std::string_view kSeparator = "; ";

/// A value of a record, for the account: the message that holds it and its canonical leaf path.
struct LeafRef {
  const void* owner = nullptr;
  uint32_t field_path = 0;
};

/// Builds rows cell by cell. A cell is a list of values, written with `; ` between them.
///
/// The account: each cell that is written is one value of the output, at the path of its column. It
/// is kept when it holds a leaf of the record that no earlier cell held, else derived. Further
/// leaves in the same cell are kept as well, sharing its value. A leaf that is in several cells is
/// kept once. What is in no cell when the record ends is lost: it has no place.
class MappingTable {
 public:
  /// `columns` must outlive the table.
  MappingTable(const sdk::Run& run, std::span<const std::string_view> columns);

  std::span<const std::string_view> columns() const { return columns_; }

  /// The id of a canonical leaf path, `activity.title` and `narratives.text`.
  uint32_t Field(std::string_view base, std::string_view field);

  void BeginRecord(const sdk::RecordInfo& info);
  void BeginRow();

  /// Adds a value to a cell unless it is empty or there already.
  void Add(size_t column, std::string_view text);
  /// Adds a value to each of two cells, so that the lists stay in step. Nothing when both are empty
  /// or the pair is there already.
  void AddPair(size_t column, std::string_view text, size_t other, std::string_view other_text);
  /// Says that the cell holds this leaf.
  void Take(size_t column, LeafRef leaf);
  /// Says that the leaf went into a total.
  void Merge(LeafRef leaf);

  /// Writes the row and counts it.
  absl::Status WriteRow(TableSink* out);
  /// Counts what is in no cell.
  void EndRecord();
  /// Counts the derived cells of all rows.
  void Finish();

 private:
  struct CellDraft {
    std::vector<std::string> values;
    std::unordered_set<std::string> seen;
    std::vector<LeafRef> leaves;
  };
  struct Balance {
    uint64_t left = 0;
    uint64_t merged = 0;
  };

  void Push(size_t column, std::string_view text);
  /// True when the leaf is one of the record's and was not counted yet; counts it.
  bool Claim(LeafRef leaf);

  sdk::Run run_;
  std::span<const std::string_view> columns_;
  std::vector<uint32_t> column_ids_;
  std::vector<uint64_t> derived_;
  std::unordered_map<std::string, uint32_t> fields_;
  std::string key_;

  std::vector<CellDraft> cells_;
  std::vector<std::string> texts_;
  std::vector<text::CsvCell> row_;

  // The record.
  std::unordered_map<uint32_t, Balance> balances_;
  std::vector<uint32_t> order_;
  std::set<std::pair<const void*, uint32_t>> claimed_;
};

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_MAPPING_TABLE_H_

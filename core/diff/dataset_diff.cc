// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What differs between two inputs: records by identity, then their fields.

#include "core/diff/dataset_diff.h"

#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/base/schema.h"
#include "core/diff/pairing.h"
#include "core/diff/record_matching.h"
#include "core/diff/record_store.h"

namespace puente::diff {
namespace {

// Names of columns that are kept, of either input.
constexpr size_t kMaxColumns = 4096;
// Pieces between records that wait for their like, in bytes; beyond, they are told as they are.
constexpr size_t kMaxLooseBytes = size_t{4} << 20;

// An entry with the key that counts where an input has several datasets.
struct KeyedRecord {
  StoredRecord entry;
  ShortDigest key_with_dataset{};
  bool is_header = false;
};
struct ByNumber {
  bool operator()(const KeyedRecord& a, const KeyedRecord& b) const {
    return a.entry.number < b.entry.number;
  }
};

// One input while it is read.
struct InputSide {
  std::unique_ptr<RecordStore> store;
  ExternalSorter<KeyedRecord, ByNumber> entries;
  std::optional<std::string> dataset;
  bool several_datasets = false;
  std::vector<std::string> columns;
  uint64_t records = 0;

  absl::Status Take(const v1::Record& record) {
    KeyedRecord keyed;
    absl::Status status = store->Put(record, &keyed.entry, &keyed.key_with_dataset);
    if (!status.ok()) return status;
    keyed.is_header = record.has_dataset_header();
    if (!keyed.is_header) ++records;
    const std::string& name = record.identity().dataset();
    if (!dataset.has_value()) dataset = name;
    several_datasets = several_datasets || *dataset != name;
    const v1::TableLayout& table = record.dataset_header().table();
    if (columns.empty() && static_cast<size_t>(table.columns_size()) <= kMaxColumns) {
      columns.assign(table.columns().begin(), table.columns().end());
    }
    return entries.Add(keyed);
  }
};

// The index of the cell that a path begins with.
std::optional<size_t> CellOf(std::string_view path) {
  constexpr std::string_view kCells = "cells[";
  if (!path.starts_with(kCells)) return std::nullopt;
  path.remove_prefix(kCells.size());
  size_t index = 0;
  const std::from_chars_result read =
      std::from_chars(path.data(), path.data() + path.size(), index);
  if (read.ec != std::errc()) return std::nullopt;
  return index;
}

class DatasetDiff {
 public:
  DatasetDiff(const pipeline::ReadSettings& settings, const DiffCallback& callback,
              DiffResult* result)
      : settings_(settings), callback_(callback), result_(*result) {}

  absl::Status Do(const pipeline::Input& before, const pipeline::Input& after) {
    absl::Status status = Read(before, &sides_[0]);
    if (status.ok()) status = Read(after, &sides_[1]);
    if (!status.ok()) return status;
    result_.totals.records_before = sides_[0].records;
    result_.totals.records_after = sides_[1].records;
    RecordMatching matching(sides_[0].store.get(), sides_[1].store.get());
    if (status = HandOver(&matching); !status.ok()) return status;
    while (true) {
      if (settings_.cancel != nullptr && settings_.cancel->load(std::memory_order_relaxed)) {
        return absl::CancelledError("interrupted");
      }
      absl::StatusOr<std::optional<Match>> match = matching.Next();
      if (!match.ok()) return match.status();
      if (!match->has_value()) break;
      status =
          (*match)->has_before && (*match)->has_after ? TellChanged(**match) : TellAlone(**match);
      if (status.ok() && loose_bytes_ > kMaxLooseBytes) status = TellLoose();
      if (!status.ok()) return status;
    }
    DiffTotals& totals = result_.totals;
    totals.same = totals.records_before - totals.changed - totals.removed;
    return TellLoose();
  }

 private:
  absl::Status Read(const pipeline::Input& input, InputSide* side) {
    absl::StatusOr<std::unique_ptr<RecordStore>> store = RecordStore::Create();
    if (!store.ok()) return store.status();
    side->store = *std::move(store);
    const pipeline::ReadResult read = pipeline::ReadRecords(
        {input}, settings_,
        [side](const v1::Record& record, const PuenteRecord&) { return side->Take(record); });
    result_.errors +=
        read.findings.CountOf(Severity::kError) + read.findings.CountOf(Severity::kCritical);
    return read.status.ok() ? side->entries.Finish() : read.status;
  }

  // Hands all entries over, and counts the equal ones.
  absl::Status HandOver(RecordMatching* matching) {
    with_dataset_ = sides_[0].several_datasets || sides_[1].several_datasets;
    for (InputSide& side : sides_) {
      while (true) {
        absl::StatusOr<std::optional<KeyedRecord>> next = side.entries.Next();
        if (!next.ok()) return next.status();
        if (!next->has_value()) break;
        StoredRecord entry = (*next)->entry;
        if (with_dataset_) entry.key = (*next)->key_with_dataset;
        absl::Status status =
            &side == &sides_[0] ? matching->AddBefore(entry) : matching->AddAfter(entry);
        if (!status.ok()) return status;
      }
    }
    return matching->Run();
  }

  absl::Status Load(int side, const StoredRecord& entry, LoadedRecord* record,
                    RecordChange* change) {
    absl::Status status = sides_[side].store->Load(entry, record);
    if (!status.ok()) return status;
    change->record_kind = std::string(RecordKind(record->content));
    change->id = record->id;
    change->ordinal = entry.ordinal;
    if (with_dataset_) change->dataset = record->dataset;
    return absl::OkStatus();
  }

  absl::Status TellChanged(const Match& match) {
    RecordChange change;
    LoadedRecord before;
    LoadedRecord after;
    absl::Status status = Load(1, match.after, &after, &change);
    if (status.ok()) status = Load(0, match.before, &before, &change);
    if (!status.ok()) return status;
    const std::unique_ptr<const ValueTree> tree_before = MakeValueTree(before.content);
    const std::unique_ptr<const ValueTree> tree_after = MakeValueTree(after.content);
    RecordDiff diff = DiffTrees(*tree_before, *tree_after);
    // Records without an id go together only where one may have become the other.
    if (!diff.changes.empty() && before.id.empty() && !before.content.has_dataset_header() &&
        !MayBecome(tree_before->root, tree_after->root)) {
      Match alone = match;
      alone.has_after = false;
      status = TellAlone(alone);
      alone.has_after = true;
      alone.has_before = false;
      return status.ok() ? TellAlone(alone) : status;
    }
    AddLoose(std::move(diff.loose_before), 1);
    AddLoose(std::move(diff.loose_after), -1);
    const bool header = before.content.has_dataset_header();
    DiffTotals& totals = result_.totals;
    if (diff.changes.empty()) {
      if (!header) ++totals.reordered;
      return absl::OkStatus();
    }
    ++(header ? totals.dataset_changes : totals.changed);
    totals.field_changes += diff.changes.size();
    if (before.content.has_row()) NameColumns(&diff.changes);
    change.changes = std::move(diff.changes);
    return callback_(change);
  }

  absl::Status TellAlone(const Match& match) {
    const int side = match.has_before ? 0 : 1;
    RecordChange change;
    change.kind = match.has_before ? ChangeKind::kRemoved : ChangeKind::kAdded;
    LoadedRecord record;
    absl::Status status =
        Load(side, match.has_before ? match.before : match.after, &record, &change);
    if (!status.ok()) return status;
    const std::unique_ptr<const ValueTree> tree = MakeValueTree(record.content);
    AddLoose(tree->loose, match.has_before ? 1 : -1);
    DiffTotals& totals = result_.totals;
    if (record.content.has_dataset_header()) {
      // A format without header has none to compare.
      if (tree->root.fields.empty() && tree->root.residue().empty()) return absl::OkStatus();
      ++totals.dataset_changes;
    } else {
      ++(match.has_before ? totals.removed : totals.added);
    }
    if (record.id.empty()) change.values = AllValues(tree->root);
    return callback_(change);
  }

  // Cells are told by the names of their columns.
  void NameColumns(std::vector<Change>* changes) const {
    for (Change& change : *changes) {
      const InputSide& side = sides_[change.kind == ChangeKind::kAdded ? 1 : 0];
      const std::optional<size_t> cell = CellOf(change.path);
      if (!cell.has_value() || *cell >= side.columns.size()) continue;
      NamedValue& column = change.element.emplace_back();
      column.path = "column";
      column.value.value = side.columns[*cell];
      column.value.is_text = true;
    }
  }

  // What stands between records belongs to the one before it, and with an order of records that is
  // another one to another record: it is told at the end, where it has no counterpart.
  void AddLoose(std::vector<LooseNode> nodes, int sign) {
    for (LooseNode& node : nodes) {
      const size_t bytes = node.name.size() + node.value.size();
      auto [at, added] =
          loose_.try_emplace(std::tuple(node.place, std::move(node.name), std::move(node.value)));
      if (added) loose_bytes_ += bytes;
      at->second += sign;
      if (at->second == 0) {
        loose_bytes_ -= bytes;
        loose_.erase(at);
      }
    }
  }

  absl::Status TellLoose() {
    for (const auto& [node, count] : loose_) {
      const auto& [place, name, value] = node;
      RecordChange change;
      change.kind = count > 0 ? ChangeKind::kRemoved : ChangeKind::kAdded;
      NamedValue& told = change.values.emplace_back();
      told.path = name + " " + std::string(place);
      told.value.value = value;
      told.value.is_text = true;
      for (int64_t i = 0; i < (count > 0 ? count : -count); ++i) {
        ++result_.totals.dataset_changes;
        if (absl::Status status = callback_(change); !status.ok()) return status;
      }
    }
    loose_.clear();
    loose_bytes_ = 0;
    return absl::OkStatus();
  }

  const pipeline::ReadSettings& settings_;
  const DiffCallback& callback_;
  DiffResult& result_;
  std::array<InputSide, 2> sides_;
  bool with_dataset_ = false;
  // How many more the first input has.
  std::map<std::tuple<std::string_view, std::string, std::string>, int64_t> loose_;
  size_t loose_bytes_ = 0;
};

}  // namespace

DiffResult DiffDatasets(const pipeline::Input& before, const pipeline::Input& after,
                        const pipeline::ReadSettings& settings, const DiffCallback& callback) {
  DiffResult result;
  DatasetDiff diff(settings, callback, &result);
  result.status = diff.Do(before, after);
  return result;
}

}  // namespace puente::diff

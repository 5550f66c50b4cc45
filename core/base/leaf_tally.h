// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What counting leaves keeps: counts by path, and what stands for others. For core/base only.

#ifndef PUENTE_CORE_BASE_LEAF_TALLY_H_
#define PUENTE_CORE_BASE_LEAF_TALLY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/base/leaf_tree.h"
#include "core/base/leaves.h"
#include "puente/v1/residue.pb.h"

namespace puente::internal {

/// Messages that nest deeper than this count as one leaf; the schema's own nest about ten levels.
inline constexpr int kMaxContentDepth = 256;

/// The steps of a field path: numbers and indices in turn.
using Steps = std::span<const uint32_t>;

/// The steps of a path, which must outlive them.
inline Steps StepsOf(const v1::FieldPath& path) {
  return Steps(path.steps().data(), static_cast<size_t>(path.steps_size()));
}

/// A set of field paths, which must outlive it.
class PathSet {
 public:
  bool empty() const { return paths_.empty(); }
  void Add(const v1::FieldPath& path) { paths_.push_back(StepsOf(path)); }

  /// To be called when all paths are in.
  void Sort() {
    if (!std::is_sorted(paths_.begin(), paths_.end(), IsBefore)) {
      // Paths mostly come in order, and lie in memory in the order in which they came: merging
      // goes over them in that order, where a quicksort jumps.
      std::stable_sort(paths_.begin(), paths_.end(), IsBefore);
    }
  }

  bool Has(Steps path) const {
    const auto found = std::lower_bound(paths_.begin(), paths_.end(), path, IsBefore);
    return found != paths_.end() &&
           std::equal(found->begin(), found->end(), path.begin(), path.end());
  }

  /// True when the set has this path or one below it.
  bool HasAtOrBelow(Steps path) const {
    const auto found = std::lower_bound(paths_.begin(), paths_.end(), path, IsBefore);
    return found != paths_.end() && found->size() >= path.size() &&
           std::equal(path.begin(), path.end(), found->begin());
  }

 private:
  static bool IsBefore(Steps a, Steps b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  }

  std::vector<Steps> paths_;
};

/// What lexical forms and residue stand for, so that the content's own leaf does not.
struct Stand {
  PathSet lexical;
  PathSet residue;

  bool empty() const { return lexical.empty() && residue.empty(); }
  /// True when a message that holds nothing is none: what it held stands elsewhere.
  bool ForMessage(Steps path) const { return lexical.HasAtOrBelow(path) || residue.Has(path); }
  /// The same for an empty text.
  bool ForText(Steps path) const { return residue.Has(path); }
};

/// Counts by path number. Reused from record to record.
class Tally {
 public:
  void Add(const LeafNode& node, uint32_t count = 1) {
    const uint32_t id = node.id();
    if (id >= counts_.size()) counts_.resize(std::max<size_t>(LeafNode::Count(), id + 1));
    if (counts_[id] == 0) seen_.push_back(id);
    counts_[id] += count;
  }

  /// The counts in the order of their paths' first leaves. Nothing is counted then.
  void MoveTo(std::vector<LeafCount>* out) {
    out->clear();
    out->reserve(seen_.size());
    for (const uint32_t id : seen_) {
      if (counts_[id] != 0) out->push_back({id, std::exchange(counts_[id], 0)});
    }
    seen_.clear();
  }

  void Clear() {
    for (const uint32_t id : seen_) counts_[id] = 0;
    seen_.clear();
  }

 private:
  std::vector<uint32_t> counts_;
  std::vector<uint32_t> seen_;
};

}  // namespace puente::internal

#endif  // PUENTE_CORE_BASE_LEAF_TALLY_H_

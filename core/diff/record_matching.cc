// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Says which records of two stores belong together, in bounded memory.

#include "core/diff/record_matching.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "core/diff/pairing.h"
#include "core/diff/value_tree.h"

namespace puente::diff {
namespace {

// So many records with one key are held in memory and weighed against each other, when they are
// not larger than this in sum.
constexpr size_t kFewRecords = 32;
constexpr uint64_t kFewBytes = uint64_t{4} << 20;

uint64_t BytesOf(const std::vector<StoredRecord>& entries) {
  uint64_t bytes = 0;
  for (const StoredRecord& entry : entries) bytes += entry.size;
  return bytes;
}

// Records with their trees, which borrow from them.
struct Trees {
  std::vector<std::unique_ptr<LoadedRecord>> records;
  std::vector<std::unique_ptr<const ValueTree>> trees;
  Elements roots;

  absl::Status Load(RecordStore* store, const std::vector<StoredRecord>& entries) {
    for (size_t i = 0; i < entries.size(); ++i) {
      auto loaded = std::make_unique<LoadedRecord>();
      if (absl::Status status = store->Load(entries[i], loaded.get()); !status.ok()) return status;
      trees.push_back(MakeValueTree(loaded->content, static_cast<uint32_t>(i)));
      records.push_back(std::move(loaded));
      roots.push_back(&trees.back()->root);
    }
    return absl::OkStatus();
  }
};

}  // namespace

// What is left of one input, in order, with a look at the next one.
class RecordMatching::Side {
 public:
  explicit Side(RestSorter* sorter) : sorter_(*sorter) {}

  absl::Status Advance() {
    absl::StatusOr<std::optional<StoredRecord>> next = sorter_.Next();
    if (!next.ok()) return next.status();
    next_ = *next;
    return absl::OkStatus();
  }
  const std::optional<StoredRecord>& next() const { return next_; }
  bool Has(const ShortDigest& key) const { return next_.has_value() && next_->key == key; }

  // Takes records with this key, up to one more than few.
  absl::StatusOr<std::vector<StoredRecord>> TakeSome(const ShortDigest& key) {
    std::vector<StoredRecord> taken;
    while (Has(key) && taken.size() <= kFewRecords) {
      taken.push_back(*next_);
      if (absl::Status status = Advance(); !status.ok()) return status;
    }
    return taken;
  }

 private:
  RestSorter& sorter_;
  std::optional<StoredRecord> next_;
};

absl::Status RecordMatching::Run() {
  if (absl::Status status = TakeOutEqual(); !status.ok()) return status;
  Side a(&rest_before_);
  Side b(&rest_after_);
  absl::Status status = rest_before_.Finish();
  if (status.ok()) status = rest_after_.Finish();
  if (status.ok()) status = a.Advance();
  if (status.ok()) status = b.Advance();
  while (status.ok() && (a.next().has_value() || b.next().has_value())) status = MatchKey(&a, &b);
  return status.ok() ? matches_.Finish() : status;
}

absl::Status RecordMatching::TakeOutEqual() {
  absl::Status status = all_before_.Finish();
  if (status.ok()) status = all_after_.Finish();
  if (!status.ok()) return status;
  absl::StatusOr<std::optional<StoredRecord>> a = all_before_.Next();
  absl::StatusOr<std::optional<StoredRecord>> b = all_after_.Next();
  const auto rank = [](const StoredRecord& entry) { return std::pair(entry.key, entry.content); };
  while (true) {
    if (!a.ok()) return a.status();
    if (!b.ok()) return b.status();
    if (!a->has_value() && !b->has_value()) return absl::OkStatus();
    if (a->has_value() && b->has_value() && rank(**a) == rank(**b)) {
      ++equal_;
      a = all_before_.Next();
      b = all_after_.Next();
    } else if (!b->has_value() || (a->has_value() && rank(**a) < rank(**b))) {
      if (status = rest_before_.Add(**a); !status.ok()) return status;
      a = all_before_.Next();
    } else {
      if (status = rest_after_.Add(**b); !status.ok()) return status;
      b = all_after_.Next();
    }
  }
}

absl::Status RecordMatching::MatchKey(Side* a, Side* b) {
  const ShortDigest key = !b->next().has_value()   ? a->next()->key
                          : !a->next().has_value() ? b->next()->key
                                                   : std::min(a->next()->key, b->next()->key);
  absl::StatusOr<std::vector<StoredRecord>> of_a = a->TakeSome(key);
  if (!of_a.ok()) return of_a.status();
  absl::StatusOr<std::vector<StoredRecord>> of_b = b->TakeSome(key);
  if (!of_b.ok()) return of_b.status();
  const bool few = of_a->size() <= kFewRecords && of_b->size() <= kFewRecords &&
                   BytesOf(*of_a) + BytesOf(*of_b) <= kFewBytes;
  // One on each side is no question, whatever its size; nor is one side alone.
  if (few && of_a->size() + of_b->size() > 2 && !of_a->empty() && !of_b->empty()) {
    return MatchFew(*of_a, *of_b);
  }
  if (of_a->size() == 1 && of_b->size() == 1) return Add(&of_a->front(), &of_b->front());
  return MatchMany(*std::move(of_a), *std::move(of_b), a, b);
}

absl::Status RecordMatching::MatchFew(const std::vector<StoredRecord>& a,
                                      const std::vector<StoredRecord>& b) {
  Trees trees_a;
  Trees trees_b;
  absl::Status status = trees_a.Load(&before_, a);
  if (status.ok()) status = trees_b.Load(&after_, b);
  if (!status.ok()) return status;
  Pairing pairing = PairElements(trees_a.roots, trees_b.roots);
  std::vector<std::pair<const ValueNode*, const ValueNode*>> pairs = std::move(pairing.equal);
  pairs.insert(pairs.end(), pairing.changed.begin(), pairing.changed.end());
  for (const auto& [x, y] : pairs) {
    if (status = Add(&a[x->index], &b[y->index]); !status.ok()) return status;
  }
  // What is not alike: by the ordinal.
  std::vector<StoredRecord> rest_a;
  std::vector<StoredRecord> rest_b;
  for (const ValueNode* x : pairing.only_a) rest_a.push_back(a[x->index]);
  for (const ValueNode* y : pairing.only_b) rest_b.push_back(b[y->index]);
  return MatchMany(std::move(rest_a), std::move(rest_b), nullptr, nullptr);
}

// Matches by ordinal: what is there, then what follows with the same key.
absl::Status RecordMatching::MatchMany(std::vector<StoredRecord> a, std::vector<StoredRecord> b,
                                       Side* more_a, Side* more_b) {
  if (a.empty() && b.empty()) return absl::OkStatus();
  const ShortDigest key = a.empty() ? b.front().key : a.front().key;
  // A queue of one side: first the list, then the rest of the sorter.
  struct Queue {
    std::vector<StoredRecord> list;
    Side* more;
    ShortDigest key;
    size_t at = 0;

    const StoredRecord* Front() const {
      if (at < list.size()) return &list[at];
      return more != nullptr && more->Has(key) ? &*more->next() : nullptr;
    }
    absl::Status Pop() {
      if (at < list.size()) {
        ++at;
        return absl::OkStatus();
      }
      return more->Advance();
    }
  };
  Queue queue_a{std::move(a), more_a, key};
  Queue queue_b{std::move(b), more_b, key};
  while (true) {
    const StoredRecord* x = queue_a.Front();
    const StoredRecord* y = queue_b.Front();
    if (x == nullptr && y == nullptr) return absl::OkStatus();
    const bool take_a = x != nullptr && (y == nullptr || x->ordinal <= y->ordinal);
    const bool take_b = y != nullptr && (x == nullptr || y->ordinal <= x->ordinal);
    absl::Status status = Add(take_a ? x : nullptr, take_b ? y : nullptr);
    if (status.ok() && take_a) status = queue_a.Pop();
    if (status.ok() && take_b) status = queue_b.Pop();
    if (!status.ok()) return status;
  }
}

absl::Status RecordMatching::Add(const StoredRecord* before, const StoredRecord* after) {
  Match match;
  match.has_before = before != nullptr;
  match.has_after = after != nullptr;
  if (before != nullptr) match.before = *before;
  if (after != nullptr) match.after = *after;
  return matches_.Add(match);
}

}  // namespace puente::diff

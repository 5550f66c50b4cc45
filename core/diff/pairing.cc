// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Says which elements of two lists belong together: equal ones, then those that are most alike.

#include "core/diff/pairing.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/hash/hash.h"
#include "core/base/strings.h"

namespace puente::diff {
namespace {

// What tells elements apart counts so many times.
constexpr double kTellingWeight = 3;
// From this likeness on one element may have become the other.
constexpr double kAlike = 0.5;
// Elements with few leaves are paired when less is equal, those with the fewest when nothing is:
// one line that says what became what is shorter than two.
constexpr uint32_t kSmall = 4;
constexpr double kSmallAlike = 0.3;
constexpr uint32_t kSmallest = 2;
// So are those that have the same ref.
constexpr double kSameRefAlike = 0.2;
// All pairs are weighed when that takes no more steps than this, leaf by leaf; beyond, each element
// is weighed against its neighbours.
constexpr uint64_t kMaxSteps = 2'000'000;
constexpr size_t kNeighbours = 8;
// Elements of a repeated field within an element: as many are weighed one by one.
constexpr size_t kMaxWeighed = 64;

constexpr std::array<std::string_view, 17> kTelling = {
    "ref", "code", "type",    "role", "lang", "date",   "iso_date", "scheme",  "name",
    "url", "adm1", "country", "adm2", "year", "target", "entry",    "version",
};

// A weight, and how much of it is equal in both.
struct Weighed {
  double total = 0;
  double equal = 0;
};

double WeightOf(const ValueNode& node) {
  const bool telling = IsTelling(node.name());
  if (node.fields.empty() && node.residue().empty()) return telling ? kTellingWeight : 1;
  double weight = node.has_value ? (telling ? kTellingWeight : 1) : 0;
  for (const ValueNode& child : node.fields) weight += WeightOf(child);
  for (const ValueNode& child : node.residue()) weight += WeightOf(child);
  return weight;
}

void WeighNodes(const ValueNode& a, const ValueNode& b, Weighed* sum);

// Where the group of children of one name ends.
size_t GroupEnd(const std::vector<ValueNode>& children, size_t begin) {
  size_t end = begin + 1;
  while (end < children.size() && children[end].field == children[begin].field &&
         children[end].name() == children[begin].name()) {
    ++end;
  }
  return end;
}

// The elements of one name on both sides: equal ones by their hashes; the others, when they are
// few, one by one in their order.
void WeighGroup(const std::vector<ValueNode>& a, size_t begin_a, size_t end_a,
                const std::vector<ValueNode>& b, size_t begin_b, size_t end_b, Weighed* sum) {
  if (end_a - begin_a == 1 && end_b - begin_b == 1) return WeighNodes(a[begin_a], b[begin_b], sum);
  std::vector<std::pair<uint64_t, size_t>> in_b;
  for (size_t i = begin_b; i < end_b; ++i) in_b.emplace_back(b[i].hash, i);
  std::sort(in_b.begin(), in_b.end());
  std::vector<bool> taken(end_b - begin_b);
  std::vector<size_t> rest;
  for (size_t i = begin_a; i < end_a; ++i) {
    auto found = std::lower_bound(in_b.begin(), in_b.end(), std::pair(a[i].hash, size_t{0}));
    while (found != in_b.end() && found->first == a[i].hash && taken[found->second - begin_b]) {
      ++found;
    }
    if (found == in_b.end() || found->first != a[i].hash) {
      rest.push_back(i);
      continue;
    }
    taken[found->second - begin_b] = true;
    const double weight = 2 * WeightOf(a[i]);
    sum->total += weight;
    sum->equal += weight;
  }
  size_t next = 0;
  for (size_t j = begin_b; j < end_b; ++j) {
    if (taken[j - begin_b]) continue;
    if (next < rest.size() && next < kMaxWeighed) {
      WeighNodes(a[rest[next++]], b[j], sum);
    } else {
      sum->total += WeightOf(b[j]);
    }
  }
  for (; next < rest.size(); ++next) sum->total += WeightOf(a[rest[next]]);
}

int CompareKeys(const ValueNode& a, const ValueNode& b) {
  const int number_a = a.field == nullptr ? INT32_MAX : a.field->number();
  const int number_b = b.field == nullptr ? INT32_MAX : b.field->number();
  if (number_a != number_b) return number_a < number_b ? -1 : 1;
  return a.name().compare(b.name());
}

void WeighChildren(const std::vector<ValueNode>& a, const std::vector<ValueNode>& b, Weighed* sum) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const int order = i == a.size() ? 1 : j == b.size() ? -1 : CompareKeys(a[i], b[j]);
    if (order < 0) {
      sum->total += WeightOf(a[i++]);
    } else if (order > 0) {
      sum->total += WeightOf(b[j++]);
    } else {
      const size_t end_a = GroupEnd(a, i);
      const size_t end_b = GroupEnd(b, j);
      WeighGroup(a, i, end_a, b, j, end_b, sum);
      i = end_a;
      j = end_b;
    }
  }
}

void WeighNodes(const ValueNode& a, const ValueNode& b, Weighed* sum) {
  if (a.hash == b.hash) {
    const double weight = 2 * WeightOf(a);
    sum->total += weight;
    sum->equal += weight;
    return;
  }
  const bool leaf = a.fields.empty() && b.fields.empty();
  if (leaf || a.has_value || b.has_value) {
    const double weight = IsTelling(a.name()) ? kTellingWeight : 1;
    sum->total += 2 * weight;
    if (SameValue(a, b)) sum->equal += 2 * weight;
  }
  WeighChildren(a.fields, b.fields, sum);
  WeighChildren(a.residue(), b.residue(), sum);
}

struct Candidate {
  double likeness;
  size_t distance;
  size_t a;
  size_t b;
};

const ValueNode* RefOf(const ValueNode& node) {
  for (const ValueNode& child : node.fields) {
    if (child.field->name() == "ref" && child.has_value && !child.value.empty()) return &child;
  }
  return nullptr;
}

bool MayBecomeAt(const ValueNode& a, const ValueNode& b, double likeness) {
  if (likeness >= kAlike) return true;
  const uint32_t leaves = std::max(a.leaves, b.leaves);
  if (leaves <= kSmallest || (leaves <= kSmall && likeness >= kSmallAlike)) return true;
  if (likeness < kSameRefAlike) return false;
  const ValueNode* ref_a = RefOf(a);
  const ValueNode* ref_b = RefOf(b);
  return ref_a != nullptr && ref_b != nullptr && ref_a->value == ref_b->value;
}

// Equal elements go together and out of the lists.
void TakeOutEqual(Elements* a, Elements* b, Pairing* pairing) {
  const auto by_hash = [](const ValueNode* x, const ValueNode* y) {
    return x->hash != y->hash ? x->hash < y->hash : x->index < y->index;
  };
  Elements sorted_a = *a;
  Elements sorted_b = *b;
  std::sort(sorted_a.begin(), sorted_a.end(), by_hash);
  std::sort(sorted_b.begin(), sorted_b.end(), by_hash);
  Elements rest_a;
  Elements rest_b;
  size_t i = 0;
  size_t j = 0;
  while (i < sorted_a.size() && j < sorted_b.size()) {
    if (sorted_a[i]->hash < sorted_b[j]->hash) {
      rest_a.push_back(sorted_a[i++]);
    } else if (sorted_b[j]->hash < sorted_a[i]->hash) {
      rest_b.push_back(sorted_b[j++]);
    } else if (SameContent(*sorted_a[i], *sorted_b[j])) {
      pairing->equal.emplace_back(sorted_a[i++], sorted_b[j++]);
    } else {
      rest_a.push_back(sorted_a[i++]);
      rest_b.push_back(sorted_b[j++]);
    }
  }
  rest_a.insert(rest_a.end(), sorted_a.begin() + static_cast<ptrdiff_t>(i), sorted_a.end());
  rest_b.insert(rest_b.end(), sorted_b.begin() + static_cast<ptrdiff_t>(j), sorted_b.end());
  const auto by_index = [](const ValueNode* x, const ValueNode* y) { return x->index < y->index; };
  std::sort(rest_a.begin(), rest_a.end(), by_index);
  std::sort(rest_b.begin(), rest_b.end(), by_index);
  *a = std::move(rest_a);
  *b = std::move(rest_b);
}

// The hash of what tells an element apart, down to one level below it.
uint64_t TellingHash(const ValueNode& node) {
  uint64_t hash = 0;
  for (const ValueNode& child : node.fields) {
    if (IsTelling(child.name())) hash = absl::HashOf(hash, child.field->number(), child.hash);
    for (const ValueNode& below : child.fields) {
      if (!IsTelling(below.name())) continue;
      hash = absl::HashOf(hash, child.field->number(), below.field->number(), below.hash);
    }
  }
  return hash;
}

// Which pairs are weighed: all of short lists; of long ones those that the same is told of, and
// neighbours.
std::vector<Candidate> Candidates(const Elements& a, const Elements& b) {
  std::vector<Candidate> all;
  const auto add = [&](size_t i, size_t j) {
    const double likeness = Likeness(*a[i], *b[j]);
    if (!MayBecomeAt(*a[i], *b[j], likeness)) return;
    all.push_back({likeness, i > j ? i - j : j - i, i, j});
  };
  uint64_t steps = 0;
  for (const ValueNode* x : a) steps += uint64_t{x->leaves} * b.size();
  for (const ValueNode* y : b) steps += uint64_t{y->leaves} * a.size();
  if (steps <= kMaxSteps) {
    for (size_t i = 0; i < a.size(); ++i) {
      for (size_t j = 0; j < b.size(); ++j) add(i, j);
    }
    return all;
  }
  std::vector<std::pair<uint64_t, size_t>> told;
  for (size_t j = 0; j < b.size(); ++j) told.emplace_back(TellingHash(*b[j]), j);
  std::sort(told.begin(), told.end());
  for (size_t i = 0; i < a.size(); ++i) {
    // As many on both sides of the one that has the same place among those with the same hash.
    const std::pair<uint64_t, size_t> wanted(TellingHash(*a[i]), i);
    auto found = std::lower_bound(told.begin(), told.end(), wanted);
    const auto first =
        std::max<ptrdiff_t>(0, found - told.begin() - static_cast<ptrdiff_t>(kNeighbours));
    for (size_t n = 0; n < 2 * kNeighbours; ++n) {
      const size_t at = static_cast<size_t>(first) + n;
      if (at < told.size() && told[at].first == wanted.first) add(i, told[at].second);
    }
    const size_t begin = i > kNeighbours ? i - kNeighbours : 0;
    for (size_t j = begin; j < std::min(b.size(), i + kNeighbours); ++j) add(i, j);
  }
  return all;
}

Pairing PairInOrder(const Elements& a, const Elements& b) {
  Pairing pairing;
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && a[i]->index < b[j]->index)) {
      pairing.only_a.push_back(a[i++]);
    } else if (i == a.size() || b[j]->index < a[i]->index) {
      pairing.only_b.push_back(b[j++]);
    } else {
      (SameContent(*a[i], *b[j]) ? pairing.equal : pairing.changed).emplace_back(a[i], b[j]);
      ++i;
      ++j;
    }
  }
  return pairing;
}

}  // namespace

bool IsTelling(std::string_view name) {
  if (name.starts_with('@')) name.remove_prefix(1);
  return std::find(kTelling.begin(), kTelling.end(), name) != kTelling.end();
}

double Likeness(const ValueNode& a, const ValueNode& b) {
  Weighed sum;
  WeighNodes(a, b, &sum);
  return sum.total == 0 ? 0 : sum.equal / sum.total;
}

bool MayBecome(const ValueNode& a, const ValueNode& b) { return MayBecomeAt(a, b, Likeness(a, b)); }

Pairing PairElements(const Elements& all_a, const Elements& all_b) {
  const Elements& any = all_a.empty() ? all_b : all_a;
  if (!any.empty() && any.front()->in_order()) return PairInOrder(all_a, all_b);
  Elements a = all_a;
  Elements b = all_b;
  Pairing pairing;
  TakeOutEqual(&a, &b, &pairing);
  std::vector<Candidate> candidates = Candidates(a, b);
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& x, const Candidate& y) {
    if (x.likeness != y.likeness) return x.likeness > y.likeness;
    if (x.distance != y.distance) return x.distance < y.distance;
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });
  std::vector<const ValueNode*> partner(a.size());
  std::vector<bool> taken(b.size());
  for (const Candidate& candidate : candidates) {
    if (partner[candidate.a] != nullptr || taken[candidate.b]) continue;
    partner[candidate.a] = b[candidate.b];
    taken[candidate.b] = true;
  }
  for (size_t i = 0; i < a.size(); ++i) {
    if (partner[i] == nullptr) {
      pairing.only_a.push_back(a[i]);
    } else {
      pairing.changed.emplace_back(a[i], partner[i]);
    }
  }
  for (size_t j = 0; j < b.size(); ++j) {
    if (!taken[j]) pairing.only_b.push_back(b[j]);
  }
  return pairing;
}

}  // namespace puente::diff

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What differs between two records, by field path.

#include "core/diff/record_diff.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/diff/pairing.h"
#include "fmt/format.h"

namespace puente::diff {
namespace {

// How many values tell an element, and how far below it they are looked for.
constexpr size_t kTellingValues = 3;
constexpr int kTellingDepth = 2;

std::string PathOf(const std::string& parent, const ValueNode& node) {
  std::string path = parent;
  if (!path.empty()) path += '.';
  path += node.name();
  // An attribute occurs once.
  const bool once = node.field == nullptr && node.name().starts_with('@');
  if (node.is_element() && !once) path += fmt::format("[{}]", node.index);
  return path;
}

ChangedValue ValueOf(const ValueNode& node) {
  ChangedValue out;
  if (node.has_value) out.value = std::string(node.value);
  out.is_text = node.is_text;
  if (node.source_text().has_value()) out.source_text = std::string(*node.source_text());
  out.source_state = node.source_state();
  return out;
}

bool HasValue(const ValueNode& node) { return node.has_value || node.source_text().has_value(); }

void CollectValues(const ValueNode& node, const std::string& path, std::vector<NamedValue>* out) {
  if (HasValue(node)) out->push_back({path, ValueOf(node)});
  for (const ValueNode& child : node.fields) CollectValues(child, PathOf(path, child), out);
  for (const ValueNode& child : node.residue()) CollectValues(child, PathOf(path, child), out);
}

void CollectTelling(const ValueNode& node, const std::string& path, int depth, bool any,
                    std::vector<NamedValue>* out) {
  for (const ValueNode& child : node.fields) {
    if (out->size() == kTellingValues) return;
    const std::string below = PathOf(path, child);
    if (HasValue(child) && (any || IsTelling(child.name()))) {
      out->push_back({below, ValueOf(child)});
    }
    if (depth < kTellingDepth) CollectTelling(child, below, depth + 1, any, out);
  }
  for (const ValueNode& child : node.residue()) {
    if (out->size() == kTellingValues) return;
    if (HasValue(child) && IsTelling(child.name())) {
      out->push_back({PathOf(path, child), ValueOf(child)});
    }
  }
}

// What tells an element from others, but for the value at `changed`, which the change tells.
std::vector<NamedValue> Telling(const ValueNode& element, std::string_view changed) {
  std::vector<NamedValue> told;
  for (const bool any : {false, true}) {
    if (told.empty()) CollectTelling(element, "", 1, any, &told);
    std::erase_if(told, [changed](const NamedValue& value) { return value.path == changed; });
  }
  return told;
}

class Comparer {
 public:
  explicit Comparer(std::vector<Change>* changes) : changes_(*changes) {}

  // Where two nodes are, and the innermost element that they are in.
  struct Place {
    std::string before;
    std::string after;
    const ValueNode* element = nullptr;
    // The path of the element.
    std::string element_path = {};
  };

  void Compare(const ValueNode& a, const ValueNode& b, const Place& place) {
    if (!SameValue(a, b)) {
      Change& change = Add(ChangeKind::kChanged, place);
      change.before = ValueOf(a);
      change.after = ValueOf(b);
    }
    CompareChildren(a.fields, b.fields, SameValue(a, b), place);
    CompareChildren(a.residue(), b.residue(), SameValue(a, b), place);
  }

 private:
  Change& Add(ChangeKind kind, const Place& place) {
    Change& change = changes_.emplace_back();
    change.kind = kind;
    change.path = kind == ChangeKind::kAdded ? place.after : place.before;
    if (kind == ChangeKind::kChanged && place.after != place.before) {
      change.path_after = place.after;
    }
    if (place.element != nullptr) {
      std::string_view below = place.before;
      below.remove_prefix(std::min(below.size(), place.element_path.size() + 1));
      change.element = Telling(*place.element, below);
    }
    return change;
  }

  // A whole field or element that only one record has.
  void AddWhole(ChangeKind kind, const ValueNode& node, const Place& parent) {
    const bool added = kind == ChangeKind::kAdded;
    const std::string path = PathOf(added ? parent.after : parent.before, node);
    Change& change = Add(kind, {path, path, parent.element, parent.element_path});
    change.values = AllValues(node);
  }

  static Place Below(const Place& place, const ValueNode& a, const ValueNode& b) {
    Place below;
    below.before = PathOf(place.before, a);
    below.after = PathOf(place.after, b);
    // An element of a single value tells nothing of itself that the change does not tell.
    const bool tells = a.is_element() && (!a.fields.empty() || !a.residue().empty());
    below.element = tells ? &a : place.element;
    below.element_path = tells ? below.before : place.element_path;
    return below;
  }

  void CompareOne(const ValueNode& a, const ValueNode& b, bool same_text, const Place& place) {
    const Place below = Below(place, a, b);
    // Behind another text, the place in it means nothing.
    if (same_text && a.text_offset() != b.text_offset()) {
      Change& change = Add(ChangeKind::kChanged, below);
      change.before.text_offset = a.text_offset();
      change.after.text_offset = b.text_offset();
    }
    if (a.hash != b.hash) Compare(a, b, below);
  }

  using Group = std::pair<Elements, Elements>;

  void CompareChildren(const std::vector<ValueNode>& a, const std::vector<ValueNode>& b,
                       bool same_text, const Place& place) {
    // By number of the field; residue, which has none, by name.
    std::map<std::pair<int, std::string_view>, Group> groups;
    const auto key = [](const ValueNode& node) {
      return node.field != nullptr ? std::pair(node.field->number(), std::string_view())
                                   : std::pair(0, node.name());
    };
    for (const ValueNode& child : a) groups[key(child)].first.push_back(&child);
    for (const ValueNode& child : b) groups[key(child)].second.push_back(&child);
    for (const auto& [name, group] : groups) {
      const auto& [in_a, in_b] = group;
      const bool single = !(in_a.empty() ? in_b : in_a).front()->is_element();
      if (single && !in_a.empty() && !in_b.empty()) {
        CompareOne(*in_a.front(), *in_b.front(), same_text, place);
        continue;
      }
      const Pairing pairing = PairElements(in_a, in_b);
      for (const auto& [x, y] : pairing.changed) CompareOne(*x, *y, same_text, place);
      for (const ValueNode* x : pairing.only_a) AddWhole(ChangeKind::kRemoved, *x, place);
      for (const ValueNode* y : pairing.only_b) AddWhole(ChangeKind::kAdded, *y, place);
    }
  }

  std::vector<Change>& changes_;
};

bool Before(const LooseNode& a, const LooseNode& b) {
  return std::tie(a.place, a.name, a.value) < std::tie(b.place, b.name, b.value);
}

}  // namespace

RecordDiff DiffTrees(const ValueTree& before, const ValueTree& after) {
  RecordDiff diff;
  if (before.root.hash != after.root.hash) {
    Comparer(&diff.changes).Compare(before.root, after.root, {});
  }
  std::vector<LooseNode> a = before.loose;
  std::vector<LooseNode> b = after.loose;
  std::sort(a.begin(), a.end(), Before);
  std::sort(b.begin(), b.end(), Before);
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(diff.loose_before),
                      Before);
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(diff.loose_after),
                      Before);
  return diff;
}

std::vector<NamedValue> AllValues(const ValueNode& node) {
  std::vector<NamedValue> values;
  CollectValues(node, "", &values);
  return values;
}

RecordDiff DiffRecords(const v1::Record& before, const v1::Record& after) {
  return DiffTrees(*MakeValueTree(before), *MakeValueTree(after));
}

}  // namespace puente::diff

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A JSON value with all that it holds, and the text of each part.

#ifndef PUENTE_CORE_TEXT_JSON_TREE_H_
#define PUENTE_CORE_TEXT_JSON_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/base/limits.h"

namespace puente::text {

/// What a JSON value is.
enum class JsonKind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

/// A value within a JsonTree.
struct JsonNode {
  JsonKind kind = JsonKind::kNull;
  /// The name of a member, without escapes; empty for what is no member.
  std::string_view name;
  /// The JSON text of the value and of all that it holds.
  std::string_view raw;
  /// What a string says, without escapes; empty for all else.
  std::string_view text;
  /// The number of the first value behind this one and all that it holds.
  uint32_t end = 0;
};

/// One JSON value, parsed. It keeps the text of numbers, the order of members and the difference
/// between what is null and what is not there. Reused from value to value; movable by pointer only.
class JsonTree {
 public:
  explicit JsonTree(const Limits& limits);
  ~JsonTree();
  JsonTree(const JsonTree&) = delete;
  JsonTree& operator=(const JsonTree&) = delete;

  /// Parses a text, which must outlive its use. Invalid-argument error PUE-0301 when it is not JSON
  /// in UTF-8, has two members of one name in an object or half a character behind `\u`; PUE-0203
  /// beyond a limit. The error's column is that of the fault in the text where it is known, from 1.
  absl::Status Parse(std::string_view text);

  /// After an error: true when the text is JSON all the same, only not such as is kept here.
  bool is_well_formed() const { return is_well_formed_; }
  /// The value that was parsed.
  const JsonNode& root() const { return nodes_[0]; }
  /// A value by its number.
  const JsonNode& operator[](uint32_t number) const { return nodes_[number]; }
  /// Number of a value of this tree.
  uint32_t NumberOf(const JsonNode& node) const {
    return static_cast<uint32_t>(&node - nodes_.data());
  }

  /// Calls `take` with each value that an array or object holds, in order.
  template <typename Take>
  void ForEach(const JsonNode& node, Take&& take) const {
    if (node.kind != JsonKind::kArray && node.kind != JsonKind::kObject) return;
    for (uint32_t i = NumberOf(node) + 1; i < node.end; i = nodes_[i].end) take(nodes_[i]);
  }
  /// The member of an object with this name, or null.
  const JsonNode* Find(const JsonNode& object, std::string_view name) const;
  /// True for a value that holds no other, an empty array or object too: what a receipt counts.
  bool IsLeaf(const JsonNode& node) const { return node.end == NumberOf(node) + 1; }

 private:
  class Walker;
  struct Parser;

  const Limits limits_;
  std::unique_ptr<Parser> parser_;
  std::vector<JsonNode> nodes_;
  std::string unescaped_;
  bool is_well_formed_ = false;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_JSON_TREE_H_

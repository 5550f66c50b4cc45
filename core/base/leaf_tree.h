// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The paths that leaves have, as a tree with numbers. For core/base only.

#ifndef PUENTE_CORE_BASE_LEAF_TREE_H_
#define PUENTE_CORE_BASE_LEAF_TREE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/wire_schema.h"

namespace puente::internal {

/// A path of field names. Nodes are made when they are first asked for, and live as long as the
/// process. All functions are safe to call from several threads.
class LeafNode {
 public:
  /// Number of the path.
  uint32_t id() const { return id_; }

  /// The path, `activity.transactions.value`.
  const std::string& name() const { return name_; }

  /// What the field at the end of the path is.
  const WireField& field() const { return field_; }

  /// The path that goes on with a field of this message; null when the schema has no such field, or
  /// this path does not end with a message.
  LeafNode* Child(uint32_t number) {
    if (number >= child_limit_) return nullptr;
    LeafNode* child = children_[number].load(std::memory_order_acquire);
    return child != nullptr ? child : MakeChild(number);
  }

  /// The path of fields that the schema does not know, `….@unknown`.
  LeafNode* Unknown() {
    LeafNode* unknown = unknown_.load(std::memory_order_acquire);
    return unknown != nullptr ? unknown : MakeUnknown();
  }

  /// The path of Record itself, which has no name.
  static LeafNode& Root();

  /// The node with this number; null when there is none.
  static const LeafNode* Find(uint32_t id);

  /// How many nodes there are.
  static size_t Count();

 private:
  class Registry;

  LeafNode() = default;
  LeafNode* MakeChild(uint32_t number);
  LeafNode* MakeUnknown();

  uint32_t id_ = 0;
  uint32_t child_limit_ = 0;
  WireField field_;
  std::unique_ptr<std::atomic<LeafNode*>[]> children_;
  std::atomic<LeafNode*> unknown_ = nullptr;
  std::string name_;
};

}  // namespace puente::internal

#endif  // PUENTE_CORE_BASE_LEAF_TREE_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The paths that leaves have: a tree that grows while it is used.

#include "core/base/leaf_tree.h"

#include <deque>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace puente::internal {

/// All nodes by their number.
class LeafNode::Registry {
 public:
  // Never destroyed: threads may still count while the process ends.
  static Registry& Get() {
    static Registry* const registry = new Registry();
    return *registry;
  }

  LeafNode& root() { return *root_; }

  LeafNode* Child(LeafNode* parent, uint32_t number) {
    const WireField& field = parent->field_.type->Field(number);
    if (field.kind == WireKind::kUnknown) return nullptr;
    absl::MutexLock lock(&mutex_);
    LeafNode* child = parent->children_[number].load(std::memory_order_relaxed);
    if (child == nullptr) {
      child = Add(*parent, field.descriptor->name(), field);
      parent->children_[number].store(child, std::memory_order_release);
    }
    return child;
  }

  LeafNode* Unknown(LeafNode* parent) {
    absl::MutexLock lock(&mutex_);
    LeafNode* unknown = parent->unknown_.load(std::memory_order_relaxed);
    if (unknown == nullptr) {
      unknown = Add(*parent, "@unknown", WireField());
      parent->unknown_.store(unknown, std::memory_order_release);
    }
    return unknown;
  }

  const LeafNode* Find(uint32_t id) {
    absl::ReaderMutexLock lock(&mutex_);
    return id < nodes_.size() ? nodes_[id].get() : nullptr;
  }

  size_t Count() {
    absl::ReaderMutexLock lock(&mutex_);
    return nodes_.size();
  }

 private:
  Registry() {
    WireField record;
    record.kind = WireKind::kMessage;
    record.type = &RecordWireType();
    absl::MutexLock lock(&mutex_);
    root_ = Make("", record);
  }

  LeafNode* Add(const LeafNode& parent, std::string_view name, const WireField& field)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::string path = parent.name_;
    if (!path.empty()) path.push_back('.');
    path += name;
    return Make(std::move(path), field);
  }

  LeafNode* Make(std::string path, const WireField& field) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::unique_ptr<LeafNode>& node = nodes_.emplace_back(new LeafNode());
    node->id_ = static_cast<uint32_t>(nodes_.size() - 1);
    node->name_ = std::move(path);
    node->field_ = field;
    if (field.type != nullptr) {
      node->child_limit_ = static_cast<uint32_t>(field.type->number_limit());
      node->children_ = std::make_unique<std::atomic<LeafNode*>[]>(node->child_limit_);
    }
    return node.get();
  }

  absl::Mutex mutex_;
  std::deque<std::unique_ptr<LeafNode>> nodes_ ABSL_GUARDED_BY(mutex_);
  LeafNode* root_ = nullptr;
};

LeafNode& LeafNode::Root() { return Registry::Get().root(); }

const LeafNode* LeafNode::Find(uint32_t id) { return Registry::Get().Find(id); }

size_t LeafNode::Count() { return Registry::Get().Count(); }

LeafNode* LeafNode::MakeChild(uint32_t number) { return Registry::Get().Child(this, number); }

LeafNode* LeafNode::MakeUnknown() { return Registry::Get().Unknown(this); }

}  // namespace puente::internal

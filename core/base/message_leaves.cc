// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Walks over messages by their field access, and counts what is set.

#include "core/base/message_leaves.h"

#include <bit>
#include <cstdint>
#include <vector>

#include "core/base/message_schema.h"

namespace puente::internal {
namespace {

using ::google::protobuf::Message;

// One field on the way to a message. The path is only put together where somebody asks for it.
struct Way {
  const Way* up = nullptr;
  uint32_t number = 0;
  uint32_t index = 0;
};

// Only with a Stand does it look at places.
template <bool kTracked>
class Walk {
 public:
  Walk(const Stand& stand, Tally* tally) : stand_(stand), tally_(tally) {}

  bool Go(LeafNode* node, const MessageType& type, const Message& message, const Way* way,
          int depth) {
    if (type.present == nullptr) return false;
    uint64_t present = type.present(message);
    if ((present & kUnknownFieldsPresent) != 0) return false;
    if (present == 0) {
      if (!kTracked || !stand_.ForMessage(StepsTo(way))) tally_->Add(*node);
      return true;
    }
    for (; present != 0; present &= present - 1) {
      const MessageField& field = type.fields[static_cast<size_t>(std::countr_zero(present))];
      if (field.structural) continue;
      LeafNode* const child = node->Child(field.number);
      if (field.kind == WireKind::kMessage) {
        if (!GoBelow(child, field, message, way, depth)) return false;
      } else if (!Count(*child, field, message, way)) {
        return false;
      }
    }
    return true;
  }

 private:
  bool GoBelow(LeafNode* child, const MessageField& field, const Message& message, const Way* way,
               int depth) {
    const int size = field.repeated ? field.access->size(message) : 1;
    Way below{way, field.number, 0};
    for (int i = 0; i < size; ++i) {
      if (depth == kMaxContentDepth) {
        tally_->Add(*child);
        continue;
      }
      below.index = static_cast<uint32_t>(i);
      if (!Go(child, *field.type, field.access->get(message, i), &below, depth + 1)) return false;
    }
    return true;
  }

  bool Count(const LeafNode& child, const MessageField& field, const Message& message,
             const Way* way) {
    const int size = field.repeated ? field.access->size(message) : 1;
    if (field.kind == WireKind::kLeafMessage) {
      for (int i = 0; i < size; ++i) {
        if (field.type->present == nullptr ||
            (field.type->present(field.access->get(message, i)) & kUnknownFieldsPresent) != 0) {
          return false;
        }
      }
    } else if (kTracked && field.kind == WireKind::kText) {
      for (int i = 0; i < size; ++i) {
        const Way below{way, field.number, static_cast<uint32_t>(i)};
        if (field.access->text(message, i).empty() && stand_.ForText(StepsTo(&below))) continue;
        tally_->Add(child);
      }
      return true;
    }
    tally_->Add(child, static_cast<uint32_t>(size));
    return true;
  }

  Steps StepsTo(const Way* way) {
    size_t count = 0;
    for (const Way* at = way; at != nullptr; at = at->up) count += 2;
    steps_.resize(count);
    for (const Way* at = way; at != nullptr; at = at->up) {
      steps_[--count] = at->index;
      steps_[--count] = at->number;
    }
    return steps_;
  }

  const Stand& stand_;
  Tally* const tally_;
  std::vector<uint32_t> steps_;
};

}  // namespace

bool CountMessageLeaves(LeafNode* node, const Message& content, const Stand& stand, Tally* tally) {
  const MessageType& type = MessageTypeOf(*content.GetDescriptor());
  return stand.empty() ? Walk<false>(stand, tally).Go(node, type, content, nullptr, 0)
                       : Walk<true>(stand, tally).Go(node, type, content, nullptr, 0);
}

}  // namespace puente::internal

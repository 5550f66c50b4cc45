// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A message that is put together field by field and written as its canonical bytes.

#include "core/base/message_draft.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <mutex>

#include "core/base/schema.h"
#include "google/protobuf/io/coded_stream.h"

namespace puente {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::io::CodedOutputStream;

// Fields that have a bit of their own in the node of their message.
constexpr size_t kMaskedFields = 32;
constexpr size_t kMaxPlace = std::numeric_limits<uint32_t>::max();
// Memory that is kept for the next message.
constexpr size_t kMaxKeptText = size_t{1} << 20;
constexpr size_t kMaxKeptNodes = size_t{64} << 10;

DraftKind KindOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
      return DraftKind::kText;
    case FieldDescriptor::TYPE_MESSAGE:
      return IsLeafMessage(*field.message_type()) ? DraftKind::kText : DraftKind::kMessage;
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_ENUM:
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
      return field.is_repeated() ? DraftKind::kUnsupported : DraftKind::kNumber;
    default:
      return DraftKind::kUnsupported;
  }
}

// These write what ends at `end` and return where it begins.
uint8_t* WriteVarintBefore(uint64_t value, uint8_t* end) {
  if (value < 0x80) {
    *--end = static_cast<uint8_t>(value);
    return end;
  }
  uint8_t* const begin = end - CodedOutputStream::VarintSize64(value);
  CodedOutputStream::WriteVarint64ToArray(value, begin);
  return begin;
}

// Makes room for twice as many in an array, or for so many more.
template <typename T>
void Grow(std::unique_ptr<T[]>* array, size_t used, size_t more, size_t* room) {
  constexpr size_t kLeast = 256;
  const size_t wanted = std::max({2 * *room, used + more, kLeast});
  auto grown = std::make_unique_for_overwrite<T[]>(wanted);
  if (used > 0) std::memcpy(grown.get(), array->get(), used * sizeof(T));
  *array = std::move(grown);
  *room = wanted;
}

// Gives back an array that a large message needed.
template <typename T>
void Trim(std::unique_ptr<T[]>* array, size_t kept, size_t* room) {
  if (*room <= kept) return;
  array->reset();
  *room = 0;
}

}  // namespace

/// Makes the types that can be reached from one, each once.
class DraftTypeBuilder {
 public:
  const DraftType& Build(const Descriptor& descriptor) {
    std::unique_ptr<DraftType>& type = types_[&descriptor];
    if (type != nullptr) return *type;
    type = std::make_unique<DraftType>();
    // The recursion may need this type, and moves no other in the map: fill it in place.
    DraftType& made = *type;
    std::vector<const FieldDescriptor*> fields;
    for (int i = 0; i < descriptor.field_count(); ++i) fields.push_back(descriptor.field(i));
    std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) {
      return a->number() < b->number();
    });
    for (const FieldDescriptor* field : fields) {
      DraftField& entry = made.fields_.emplace_back();
      entry.slot = static_cast<uint32_t>(made.fields_.size() - 1);
      entry.kind = KindOf(*field);
      const uint32_t wire = entry.kind == DraftKind::kNumber ? 0 : 2;
      entry.tag = static_cast<uint32_t>(field->number()) << 3 | wire;
      entry.is_repeated = field->is_repeated();
      entry.has_presence = field->has_presence() || field->is_repeated();
      made.numbers_.push_back(field->number());
    }
    for (size_t i = 0; i < fields.size(); ++i) {
      if (made.fields_[i].kind != DraftKind::kMessage) continue;
      made.fields_[i].below = &Build(*fields[i]->message_type());
    }
    return made;
  }

 private:
  std::map<const Descriptor*, std::unique_ptr<DraftType>> types_;
};

const DraftType& DraftType::Of(const Descriptor& descriptor) {
  // Never destroyed: threads may still read while the process ends.
  static std::mutex* const mutex = new std::mutex;
  static DraftTypeBuilder* const builder = new DraftTypeBuilder;
  const std::lock_guard<std::mutex> lock(*mutex);
  return builder->Build(descriptor);
}

const DraftField* DraftType::Field(int number) const {
  const auto found = std::lower_bound(numbers_.begin(), numbers_.end(), number);
  if (found == numbers_.end() || *found != number) return nullptr;
  return &fields_[static_cast<size_t>(found - numbers_.begin())];
}

MessageDraft::Node MessageDraft::Begin(const DraftType& type) {
  type_ = &type;
  is_too_large_ = false;
  Trim(&nodes_, kMaxKeptNodes, &node_room_);
  Trim(&slots_, kMaxKeptNodes, &slot_room_);
  Trim(&text_, kMaxKeptText, &text_room_);
  if (node_room_ < 2) Grow(&nodes_, 0, 2, &node_room_);
  const size_t fields = type.fields().size();
  if (slot_room_ < fields) Grow(&slots_, 0, fields, &slot_room_);
  if (text_room_ == 0) Grow(&text_, 0, 2 * kSlack, &text_room_);
  nodes_[0] = {};  // none
  nodes_[1] = {};  // the message itself
  node_count_ = 2;
  std::fill_n(slots_.get(), fields, 0);
  slot_count_ = fields;
  text_size_ = kSlack;
  return 1;
}

// Places have 32 bits. What would go beyond begins anew, over values that nobody will see.
void MessageDraft::GrowNodes() {
  if (node_count_ < kMaxPlace) return Grow(&nodes_, node_count_, 1, &node_room_);
  is_too_large_ = true;
  node_count_ = 2;
}
void MessageDraft::GrowSlots(size_t more) {
  if (slot_count_ + more < kMaxPlace) return Grow(&slots_, slot_count_, more, &slot_room_);
  is_too_large_ = true;
  slot_count_ = type_->fields().size();
}
void MessageDraft::GrowText(size_t more) {
  if (text_size_ + more < kMaxPlace) return Grow(&text_, text_size_, more + kSlack, &text_room_);
  is_too_large_ = true;
  text_size_ = kSlack;
  if (more + 2 * kSlack > text_room_) Grow(&text_, 0, more + 2 * kSlack, &text_room_);
}

void MessageDraft::PutTextAgain(Node parent, const DraftField& field, std::string_view text) {
  if (text.empty() && !field.has_presence) {
    Clear(parent, field);
  } else {
    SetText(LastOf(parent, field), text);
  }
}

void MessageDraft::PutValue(Node parent, const DraftField& field,
                            const google::protobuf::MessageLite& value) {
  const size_t size = value.ByteSizeLong();
  if (text_size_ + size + kSlack > text_room_) GrowText(size);
  const size_t begin = text_size_;
  value.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(&text_[begin]));
  text_size_ += size;
  Clear(parent, field);
  Add(parent, field, static_cast<uint32_t>(begin), static_cast<uint32_t>(size));
}

void MessageDraft::PutNumber(Node parent, const DraftField& field, uint64_t number) {
  Clear(parent, field);
  if (number == 0 && !field.has_presence) return;
  Add(parent, field, static_cast<uint32_t>(number), static_cast<uint32_t>(number >> 32));
}

inline uint8_t* MessageDraft::WriteField(Node at, const DraftField& field, uint8_t* end) const {
  for (; at != 0; at = nodes_[at].prev) {
    const NodeData& node = nodes_[at];
    switch (field.kind) {
      case DraftKind::kText: {
        uint8_t* const text_end = end;
        end -= node.b;
        if (node.b <= kSlack) {
          // What is written before the text is overwritten by what stands there.
          std::memcpy(text_end - kSlack, &text_[node.a + node.b - kSlack], kSlack);
        } else {
          std::memcpy(end, &text_[node.a], node.b);
        }
        end = WriteVarintBefore(node.b, end);
        break;
      }
      case DraftKind::kMessage: {
        uint8_t* const message_end = end;
        end = WriteFields(node, *field.below, end);
        end = WriteVarintBefore(static_cast<uint64_t>(message_end - end), end);
        break;
      }
      default:
        end = WriteVarintBefore(uint64_t{node.b} << 32 | node.a, end);
    }
    end = WriteVarintBefore(field.tag, end);
  }
  return end;
}

uint8_t* MessageDraft::WriteFields(const NodeData& message, const DraftType& type,
                                   uint8_t* end) const {
  const Node* const slots = &slots_[message.a];
  const DraftField* const fields = type.fields().data();
  for (size_t i = type.fields().size(); i > kMaskedFields;) {
    --i;
    end = WriteField(slots[i], fields[i], end);
  }
  for (uint32_t left = message.b; left != 0;) {
    const int i = std::bit_width(left) - 1;
    left ^= uint32_t{1} << i;
    end = WriteField(slots[i], fields[i], end);
  }
  return end;
}

uint8_t* MessageDraft::WriteBefore(uint8_t* end) const {
  return WriteFields(nodes_[1], *type_, end);
}

}  // namespace puente

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A message that is put together field by field and written as its canonical bytes.

#ifndef PUENTE_CORE_BASE_MESSAGE_DRAFT_H_
#define PUENTE_CORE_BASE_MESSAGE_DRAFT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message_lite.h"

namespace puente {

class DraftType;

/// How a draft holds the values of a field.
enum class DraftKind : uint8_t {
  /// Fields that drafts cannot hold: floating point, fixed and zigzag numbers, repeated numbers.
  kUnsupported,
  /// Strings, bytes, and leaf messages (option `leaf`) as their bytes.
  kText,
  /// Booleans, enumerations and integers that are written as varints.
  kNumber,
  /// Messages.
  kMessage,
};

/// A field of a message type, as drafts need it.
struct DraftField {
  /// Type of its messages; null for all else.
  const DraftType* below = nullptr;
  /// Place among the fields of its type, in the order of numbers.
  uint32_t slot = 0;
  /// The tag that stands before each value.
  uint32_t tag = 0;
  DraftKind kind = DraftKind::kUnsupported;
  bool is_repeated = false;
  /// False when the default value is the same as none.
  bool has_presence = false;
};

/// The fields of a message type in the order of their numbers.
class DraftType {
 public:
  /// The type of a descriptor. Made once; lives as long as the process. Takes a lock.
  static const DraftType& Of(const google::protobuf::Descriptor& descriptor);

  const std::vector<DraftField>& fields() const { return fields_; }
  /// The field with a number. Null when there is none.
  const DraftField* Field(int number) const;

 private:
  friend class DraftTypeBuilder;
  std::vector<DraftField> fields_;
  std::vector<int> numbers_;
};

/// A message under construction. Values may come in any order; they are written with ascending
/// field numbers at every level, those of a repeated field in the order that they were added, and
/// without the default values of fields that have no presence: the canonical bytes of
/// docs/spec/digest.md. To put a message together this way and write it takes a fraction of the
/// time of a generated message, whose every text is an object of its own. A draft keeps its memory
/// for the next message.
///
/// All functions take the field as the DraftType of the parent has it; the field of another type is
/// undefined behaviour. Texts must be UTF-8: nothing looks at them again.
class MessageDraft {
 public:
  /// A message or text inside the draft; 0 is none. Good until the next Begin.
  using Node = uint32_t;

  /// Begins a message and gives its node. The one before is forgotten.
  Node Begin(const DraftType& type);

  /// How many values a field has: 0 or 1 when it is not repeated.
  uint32_t Count(Node parent, const DraftField& field) const {
    const Node last = LastOf(parent, field);
    return last == 0 ? 0 : nodes_[last].index + 1;
  }

  /// Adds a message to a repeated field, or to one that has none.
  Node AddMessage(Node parent, const DraftField& field) {
    const size_t size = field.below->fields().size();
    if (slot_count_ + size > slot_room_) [[unlikely]]
      GrowSlots(size);
    const size_t begin = slot_count_;
    slot_count_ += size;
    for (size_t i = begin; i < slot_count_; ++i) slots_[i] = 0;
    return Add(parent, field, static_cast<uint32_t>(begin), 0);
  }
  /// The first message of a field; made when there is none. Takes time in proportion to how many
  /// there are.
  Node FirstMessage(Node parent, const DraftField& field) {
    Node node = LastOf(parent, field);
    if (node == 0) return AddMessage(parent, field);
    while (nodes_[node].prev != 0) node = nodes_[node].prev;
    return node;
  }

  /// Adds a text to a repeated field.
  Node AddText(Node parent, const DraftField& field, std::string_view text) {
    return Add(parent, field, Keep(text), static_cast<uint32_t>(text.size()));
  }
  /// Gives a text another value.
  void SetText(Node node, std::string_view text) {
    nodes_[node].a = Keep(text);
    nodes_[node].b = static_cast<uint32_t>(text.size());
  }
  /// Sets the text of a field that is not repeated.
  void PutText(Node parent, const DraftField& field, std::string_view text) {
    const Node node = LastOf(parent, field);
    if (node != 0 || (text.empty() && !field.has_presence)) [[unlikely]] {
      PutTextAgain(parent, field, text);
    } else {
      AddText(parent, field, text);
    }
  }
  /// Sets a field that is not repeated to a leaf message.
  void PutValue(Node parent, const DraftField& field, const google::protobuf::MessageLite& value);
  /// Sets the number of a field that is not repeated: negative ones sign-extended.
  void PutNumber(Node parent, const DraftField& field, uint64_t number);

  /// Takes the values of a field away.
  void Clear(Node parent, const DraftField& field) { LastOf(parent, field) = 0; }

  /// The bytes of a text.
  std::string_view Text(Node node) const { return {&text_[nodes_[node].a], nodes_[node].b}; }
  /// The text of a field that is not repeated; empty when there is none.
  std::string_view TextOf(Node parent, const DraftField& field) const {
    const Node node = LastOf(parent, field);
    return node == 0 ? std::string_view() : Text(node);
  }

  /// True when the message is far beyond the 2 GiB that protobuf allows. Its values are wrong then.
  bool is_too_large() const { return is_too_large_; }
  /// No fewer bytes than the message takes.
  size_t Bound() const { return text_size_ + node_count_ * kMaxTagAndNumber; }
  /// Writes the message so that it ends at `end`, with room for Bound() bytes before; returns where
  /// it begins. A message of more than 2 GiB is none for protobuf: the caller looks at the size.
  uint8_t* WriteBefore(uint8_t* end) const;

 private:
  static constexpr size_t kMaxTagAndNumber = 15;
  // So many bytes around a text can be read.
  static constexpr size_t kSlack = 16;

  // A value. Of a text, `a` and `b` are where it begins and its size; of a number, its low and high
  // half; of a message, `a` is where its slots begin, and the bits of `b` say which of the first 32
  // were ever set. `prev` is the value before it in its field, and `index` its place there.
  struct NodeData {
    Node prev;
    uint32_t index;
    uint32_t a;
    uint32_t b;
  };

  Node& LastOf(Node parent, const DraftField& field) {
    return slots_[nodes_[parent].a + field.slot];
  }
  Node LastOf(Node parent, const DraftField& field) const {
    return slots_[nodes_[parent].a + field.slot];
  }
  Node Add(Node parent, const DraftField& field, uint32_t a, uint32_t b) {
    if (node_count_ == node_room_) [[unlikely]]
      GrowNodes();
    const Node node = static_cast<Node>(node_count_++);
    NodeData& holder = nodes_[parent];
    holder.b |= uint32_t{1} << (field.slot & 31);
    Node& last = slots_[holder.a + field.slot];
    nodes_[node] = {last, last == 0 ? 0 : nodes_[last].index + 1, a, b};
    last = node;
    return node;
  }
  /// Copies a text and gives its place.
  uint32_t Keep(std::string_view text) {
    if (text_size_ + text.size() + kSlack > text_room_) [[unlikely]]
      GrowText(text.size());
    const size_t begin = text_size_;
    if (!text.empty()) std::memcpy(&text_[begin], text.data(), text.size());
    text_size_ += text.size();
    return static_cast<uint32_t>(begin);
  }
  void PutTextAgain(Node parent, const DraftField& field, std::string_view text);
  void GrowNodes();
  void GrowSlots(size_t more);
  void GrowText(size_t more);
  uint8_t* WriteFields(const NodeData& message, const DraftType& type, uint8_t* end) const;
  uint8_t* WriteField(Node at, const DraftField& field, uint8_t* end) const;

  const DraftType* type_ = nullptr;
  // Arrays that are not initialised beyond what is used.
  std::unique_ptr<NodeData[]> nodes_;
  size_t node_count_ = 0;
  size_t node_room_ = 0;
  std::unique_ptr<Node[]> slots_;  // the last value of each field of each message
  size_t slot_count_ = 0;
  size_t slot_room_ = 0;
  std::unique_ptr<char[]> text_;
  size_t text_size_ = 0;
  size_t text_room_ = 0;
  bool is_too_large_ = false;
};

}  // namespace puente

#endif  // PUENTE_CORE_BASE_MESSAGE_DRAFT_H_

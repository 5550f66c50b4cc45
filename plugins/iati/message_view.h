// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks into messages where they lie in a record's bytes.
#ifndef PUENTE_PLUGINS_IATI_MESSAGE_VIEW_H_
#define PUENTE_PLUGINS_IATI_MESSAGE_VIEW_H_

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace puente::iati {

/// The fields of a message type as views need them. Fields have slots from 0, by ascending number.
class ViewType {
 public:
  static constexpr size_t kMaxFields = 64;
  static constexpr uint8_t kNone = 255;

  /// The type must not have more than kMaxFields fields.
  explicit ViewType(const google::protobuf::Descriptor& descriptor);

  /// The slot of a field.
  static uint8_t SlotOf(const google::protobuf::FieldDescriptor& field);

 private:
  friend class MessageView;
  std::vector<uint8_t> slots_;                 // by tag
  uint64_t repeated_ = 0;                      // bits by slot
  uint64_t checked_ = 0;                       // those to which one of the following applies
  uint64_t without_presence_ = 0;              // of which a default value is none
  std::array<uint64_t, kMaxFields> others_{};  // those that a field excludes, in its oneof
  const google::protobuf::Descriptor& descriptor_;
};

/// A value in a record's bytes: of a number, its varint; of all else, what its length counts.
struct WireSpan {
  const uint8_t* begin;
  const uint8_t* end;

  std::string_view text() const {
    return {reinterpret_cast<const char*>(begin), static_cast<size_t>(end - begin)};
  }
  uint64_t number() const;
};

/// Messages that had to be written anew, since they were not as protobuf writes them.
using Rewritten = std::deque<std::string>;

/// One message, its fields found. The bytes must outlive it.
class MessageView {
 public:
  /// Finds the fields of a message. False when the bytes are malformed. Bytes that are not in the
  /// order of protobuf are rewritten, into memory that must outlive the view.
  bool Open(const ViewType& type, WireSpan message, Rewritten* rewritten);

  /// Bits of the slots whose fields are set.
  uint64_t present() const { return present_; }
  bool Has(uint8_t slot) const { return ((present_ >> slot) & 1) != 0; }
  /// The value of a field that is set; the first one of a repeated field.
  WireSpan First(uint8_t slot) const { return fields_[slot].first; }
  /// Calls `take` with each value of a field, in order, until it is false; false then.
  template <typename Take>
  bool ForEach(uint8_t slot, Take&& take) const {
    if (!Has(slot)) return true;
    const Field& field = fields_[slot];
    if (!take(field.first)) return false;
    for (const uint8_t* at = field.first.end; at != field.end;) {
      const WireSpan value = TakeValue(at, field.end);
      if (!take(value)) return false;
      at = value.end;
    }
    return true;
  }

 private:
  // What Find says of a message.
  enum class State { kFound, kMalformed, kOutOfOrder };
  State Find(const ViewType& type, WireSpan message);
  /// The value whose tag begins at a place of well-formed bytes.
  static WireSpan TakeValue(const uint8_t* at, const uint8_t* end);

  // The first value of a field, and where its last one ends.
  struct Field {
    WireSpan first;
    const uint8_t* end;
  };

  uint64_t present_ = 0;
  std::array<Field, ViewType::kMaxFields> fields_;
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_MESSAGE_VIEW_H_

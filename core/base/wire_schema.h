// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Walks over protobuf wire bytes of records, by compact tables of the schema. Internal to Puente.

#ifndef PUENTE_CORE_BASE_WIRE_SCHEMA_H_
#define PUENTE_CORE_BASE_WIRE_SCHEMA_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace puente::internal {

/// The wire types of protobuf, as the low three bits of a tag have them.
enum WireTag : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kDelimited = 2,
  kGroupBegin = 3,
  kGroupEnd = 4,
  kFixed32 = 5,
};

/// What a field holds, as far as walking the bytes asks.
enum class WireKind : uint8_t {
  kUnknown,
  kNumber,
  kText,
  kPackedVarint,
  kPackedFixed32,
  kPackedFixed64,
  kMessage,
  kLeafMessage,
};

class WireType;

/// One field of a message type.
struct WireField {
  WireKind kind = WireKind::kUnknown;
  /// The wire type that protobuf writes it with.
  uint8_t wire_tag = 0;
  bool structural = false;
  bool repeated = false;
  /// The type of the message; null for other kinds.
  const WireType* type = nullptr;
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
};

/// The fields of a message type by their number.
class WireType {
 public:
  /// The field with this number; one of kind kUnknown when there is none.
  const WireField& Field(uint32_t number) const {
    return fields_[number < fields_.size() ? number : 0];
  }

  /// The type of the message that the field with this number is; null when it is none.
  const WireType* Below(uint64_t number) const {
    return number < below_.size() ? below_[number] : nullptr;
  }

  /// Field numbers are below this.
  size_t number_limit() const { return fields_.size(); }

 private:
  friend class WireTypeBuilder;
  std::vector<WireField> fields_;
  // The `type` of each field once more: close together, they are found faster.
  std::vector<const WireType*> below_;
};

/// The type of puente.v1.Record, with all that it leads to. Made once; lives as long as the
/// process.
const WireType& RecordWireType();

/// Reads a varint. Returns where it ends; null when it is cut off or longer than ten bytes.
inline const uint8_t* ReadVarint(const uint8_t* next, const uint8_t* end, uint64_t* out) {
  if (next != end && *next < 0x80) {
    *out = *next;
    return next + 1;
  }
  uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (next == end) return nullptr;
    const uint8_t byte = *next++;
    value |= static_cast<uint64_t>(byte & 0x7F) << (shift & 63);
    if (byte < 0x80) {
      *out = value;
      return next;
    }
  }
  return nullptr;
}

/// A tag, and where the value begins.
struct WireValue {
  uint32_t number = 0;
  uint8_t wire_tag = 0;
  /// Of a delimited value, the first byte behind its length; of others, behind the tag.
  const uint8_t* begin = nullptr;
  /// The first byte behind the value.
  const uint8_t* end = nullptr;
};

/// Skips a value whose tag was read. Returns where it ends; null when it is malformed.
const uint8_t* SkipValue(uint8_t wire_tag, const uint8_t* next, const uint8_t* end);

/// Bytes that protobuf takes a tag or a length from.
inline constexpr ptrdiff_t kMostTagBytes = 5;

/// Reads a tag as protobuf does: of one of five bytes it drops what 32 bits do not hold. Returns
/// where it ends; null when it is malformed.
inline const uint8_t* ReadTag(const uint8_t* next, const uint8_t* end, uint64_t* tag) {
  const uint8_t* const begin = next;
  next = ReadVarint(next, end, tag);
  *tag &= UINT32_MAX;
  return next == nullptr || next - begin > kMostTagBytes ? nullptr : next;
}

/// Reads one field, its value unread. False when the bytes are malformed: what protobuf takes is
/// not.
inline bool ReadField(const uint8_t* next, const uint8_t* end, WireValue* out) {
  uint64_t tag = 0;
  next = ReadTag(next, end, &tag);
  if (next == nullptr || tag < 8) return false;
  out->number = static_cast<uint32_t>(tag >> 3);
  out->wire_tag = static_cast<uint8_t>(tag & 7);
  out->begin = next;
  if (out->wire_tag == kDelimited) {
    uint64_t size = 0;
    next = ReadVarint(next, end, &size);
    if (next == nullptr || next - out->begin > kMostTagBytes ||
        size > static_cast<uint64_t>(end - next)) {
      return false;
    }
    out->begin = next;
    out->end = next + size;
    return true;
  }
  out->end = SkipValue(out->wire_tag, next, end);
  return out->end != nullptr;
}

/// The bytes of a text, for the functions above.
inline const uint8_t* BytesOf(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace puente::internal

#endif  // PUENTE_CORE_BASE_WIRE_SCHEMA_H_

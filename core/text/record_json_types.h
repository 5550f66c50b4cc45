// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What JSON needs to know of a message type, looked up once. Internal to record_json.

#ifndef PUENTE_CORE_TEXT_RECORD_JSON_TYPES_H_
#define PUENTE_CORE_TEXT_RECORD_JSON_TYPES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/field_access.h"

namespace puente::text {

/// How messages of a type are written.
enum class JsonShape { kObject, kRecord, kDecimal, kDate, kDateTime, kCell, kFieldPath, kAny };

struct JsonType;

/// A field of a message type.
struct JsonField {
  /// `"name":`.
  std::string key;
  /// Null where it cannot be had: then `descriptor` must do.
  const FieldAccess* access = nullptr;
  google::protobuf::FieldDescriptor::CppType kind{};
  bool is_repeated = false;
  bool is_bytes = false;
  /// True when a value that is the default of its type is one.
  bool has_presence = false;
  /// True for numbers that are written as plain varints.
  bool is_varint = false;
  /// Its type when it is a message, or null.
  const JsonType* type = nullptr;
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
  /// A bit for the oneof below, of those of its message type; 0 for none.
  uint64_t oneof_bit = 0;
  /// The oneof that it is a member of, other than that of an `optional`; or null.
  const google::protobuf::OneofDescriptor* oneof = nullptr;
  /// Its name.
  std::string_view name;
  /// Names of an enumeration between quotes, by number; empty where there is none, and the first
  /// few numbers only.
  std::vector<std::string> enum_names;
};

/// No place of a field.
inline constexpr uint8_t kNoPlace = 255;

/// A message type of the schema.
struct JsonType {
  /// Null for types of other schemas.
  PresentFields present = nullptr;
  JsonShape shape = JsonShape::kObject;
  /// Numbers the types from 0.
  size_t id = 0;
  /// True for messages that stand for one value.
  bool is_leaf = false;
  /// By ascending number, as the bits that `present` gives.
  std::vector<JsonField> fields;
  const google::protobuf::Descriptor* descriptor = nullptr;
  const google::protobuf::Reflection* reflection = nullptr;
  /// Where a name's field is in `fields`.
  absl::flat_hash_map<std::string_view, size_t> by_name;
  /// Where the field of a number is in `fields`; kNoPlace where there is none.
  std::vector<uint8_t> places;

  /// The field of a number, or null.
  const JsonField* FindNumber(uint32_t number) const {
    const uint8_t place = number < places.size() ? places[number] : kNoPlace;
    return place == kNoPlace ? nullptr : &fields[place];
  }
};

/// The member that holds what a message has beyond the schema, and those of an Any.
inline constexpr std::string_view kUnknownMember = "@unknown";
inline constexpr std::string_view kTypeMember = "@type";
inline constexpr std::string_view kBytesMember = "@bytes";

/// The type, for types of the schema and of protobuf's own; null for all others. Valid for ever,
/// safe to call from several threads.
const JsonType* FindJsonType(const google::protobuf::Descriptor* descriptor);

/// Above the id of each type that was found so far, and of those that it refers to.
size_t JsonTypeCount();

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_RECORD_JSON_TYPES_H_

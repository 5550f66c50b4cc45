// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What JSON needs to know of a message type, looked up once. Internal to record_json.

#ifndef PUENTE_CORE_TEXT_RECORD_JSON_TYPES_H_
#define PUENTE_CORE_TEXT_RECORD_JSON_TYPES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace puente::text {

/// How messages of a type are written.
enum class JsonShape { kObject, kRecord, kDecimal, kDate, kDateTime, kCell, kFieldPath, kAny };

struct JsonType;

/// A field of a message type.
struct JsonField {
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
  google::protobuf::FieldDescriptor::CppType kind{};
  bool is_repeated = false;
  bool is_bytes = false;
  /// The oneof that it is a member of, other than that of an `optional`; or null.
  const google::protobuf::OneofDescriptor* oneof = nullptr;
  /// Its type when it is a message, or null.
  const JsonType* type = nullptr;
  /// Its name.
  std::string_view name;
  /// `"name":`.
  std::string key;
};

/// A message type of the schema.
struct JsonType {
  const google::protobuf::Descriptor* descriptor = nullptr;
  const google::protobuf::Reflection* reflection = nullptr;
  JsonShape shape = JsonShape::kObject;
  /// By ascending number.
  std::vector<JsonField> fields;
  /// Where a name's field is in `fields`.
  absl::flat_hash_map<std::string_view, size_t> by_name;
};

/// The member that holds what a message has beyond the schema, and those of an Any.
inline constexpr std::string_view kUnknownMember = "@unknown";
inline constexpr std::string_view kTypeMember = "@type";
inline constexpr std::string_view kBytesMember = "@bytes";

/// The type, for types of the schema and of protobuf's own; null for all others. Valid for ever,
/// safe to call from several threads.
const JsonType* FindJsonType(const google::protobuf::Descriptor* descriptor);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_RECORD_JSON_TYPES_H_

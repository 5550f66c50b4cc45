// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fast access to fields that are known by their descriptor, for code that walks tables of fields.

#ifndef PUENTE_PROTO_FIELD_ACCESS_H_
#define PUENTE_PROTO_FIELD_ACCESS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace puente {

/// Functions that work on one field of a generated message. They do what protobuf reflection does,
/// without its checks: a message of another type is undefined behaviour. Those that do not fit the
/// type of the field are null.
struct FieldAccess {
  using Message = google::protobuf::Message;

  /// How many values there are: 0 or 1 for a field that is not repeated.
  int (*size)(const Message& message) = nullptr;

  /// Strings: the value; `index` counts for repeated fields only, and must be below the size.
  const std::string& (*text)(const Message& message, int index) = nullptr;
  /// Strings: sets the value at an index, which must be there in a repeated field.
  void (*set_text)(Message* message, int index, std::string_view value) = nullptr;
  /// Strings: adds a value to a repeated field, or sets the one of a field that is not.
  void (*add_text)(Message* message, std::string_view value) = nullptr;
  /// Strings: an empty new element of a repeated field, or the value, to be changed, of a field
  /// that is not.
  std::string* (*new_text)(Message* message) = nullptr;

  /// Messages: the value, as `text`.
  const Message& (*get)(const Message& message, int index) = nullptr;
  /// Messages: the value to be changed; made when it is not there. The first of a repeated field.
  Message* (*first)(Message* message) = nullptr;
  /// Messages: a new element of a repeated field, or the value of a field that is not repeated.
  Message* (*add)(Message* message) = nullptr;

  /// Booleans, 32-bit and 64-bit integers (unsigned ones up to 2^63 - 1) and enumerations that are
  /// not repeated.
  int64_t (*number)(const Message& message) = nullptr;
  void (*set_number)(Message* message, int64_t value) = nullptr;
};

/// The access to a field of `puente.v1`; null for a field of another schema. The result lives for
/// ever. Look it up once, not for each value.
const FieldAccess* AccessOf(const google::protobuf::FieldDescriptor* field);

/// Tells which fields of a message are set, as bits: bit 0 is the field with the lowest number, bit
/// 1 the one after it, and so on. A message of another type is undefined behaviour.
using PresentFields = uint64_t (*)(const google::protobuf::Message& message);

/// The bit that says that a message has fields which the schema does not know.
inline constexpr uint64_t kUnknownFieldsPresent = uint64_t{1} << 63;

/// The function for messages of a type of `puente.v1`; null for a type of another schema, and for
/// one that has no fields. The same holds for it as for AccessOf.
PresentFields PresentFieldsOf(const google::protobuf::Descriptor* message);

}  // namespace puente

#endif  // PUENTE_PROTO_FIELD_ACCESS_H_

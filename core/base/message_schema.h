// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Compact tables of the schema for walks over messages. For core/base only.

#ifndef PUENTE_CORE_BASE_MESSAGE_SCHEMA_H_
#define PUENTE_CORE_BASE_MESSAGE_SCHEMA_H_

#include <cstdint>
#include <vector>

#include "core/base/wire_schema.h"
#include "google/protobuf/descriptor.h"
#include "proto/field_access.h"

namespace puente::internal {

struct MessageType;

/// One field of a message type.
struct MessageField {
  const FieldAccess* access = nullptr;
  /// The type of the message; null for other kinds.
  const MessageType* type = nullptr;
  uint32_t number = 0;
  WireKind kind = WireKind::kUnknown;
  bool structural = false;
  bool repeated = false;
};

/// A message type of the schema.
struct MessageType {
  /// Null for types that cannot be walked over: those of other schemas.
  PresentFields present = nullptr;
  /// By ascending number, as the bits that `present` gives.
  std::vector<MessageField> fields;
};

/// The table of a type that a Record leads to; an empty one for others. Valid for ever, safe to
/// call from several threads.
const MessageType& MessageTypeOf(const google::protobuf::Descriptor& type);

}  // namespace puente::internal

#endif  // PUENTE_CORE_BASE_MESSAGE_SCHEMA_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Facts about the schema: the content of a record, leaf messages, structural fields.

#ifndef PUENTE_CORE_BASE_SCHEMA_H_
#define PUENTE_CORE_BASE_SCHEMA_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "puente/v1/record.pb.h"

namespace puente {

/// The most levels of elements that residue may have. A record nests two messages a level.
inline constexpr int kMaxXmlDepth = 256;

/// The most levels of messages that a record may nest, itself included.
inline constexpr int kMaxMessageDepth = 2 * kMaxXmlDepth + 16;

/// The field of the oneof `content` that is set: its name is the record's kind. Null when none is.
const google::protobuf::FieldDescriptor* ContentField(const v1::Record& record);

/// The content message. Null when the record has none.
const google::protobuf::Message* RecordContent(const v1::Record& record);

/// The record's kind, such as `activity`; empty when it has no content.
std::string_view RecordKind(const v1::Record& record);

/// True when messages of this type stand for one value (option `leaf`).
bool IsLeafMessage(const google::protobuf::Descriptor& type);

/// True when the field tells of the source's layout only (option `structural`).
bool IsStructural(const google::protobuf::FieldDescriptor& field);

/// True when a field of Record is no content: identity, provenance and what was computed. The
/// digest leaves them out and they are no leaves. Numbers 24 to 31 are kept for such fields.
constexpr bool IsBesideContent(uint32_t record_field_number) {
  return record_field_number == 1 || (record_field_number >= 24 && record_field_number <= 31);
}

/// Reads a record from protobuf bytes. Unlike ParseFromArray it takes residue as deep as the limits
/// allow. Invalid-argument error when the bytes are no record, or nest deeper than
/// kMaxMessageDepth.
absl::Status ParseRecord(std::string_view bytes, v1::Record* out);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_SCHEMA_H_

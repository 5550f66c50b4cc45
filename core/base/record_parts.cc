// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes a record's bytes apart, for those who need no message of the content.

#include "core/base/record_parts.h"

#include "core/base/schema.h"
#include "core/base/wire_schema.h"

namespace puente {

bool TakeRecordApart(std::string_view bytes, RecordParts* parts) {
  parts->content_number = 0;
  parts->beside_bytes.clear();
  const uint8_t* const end = internal::BytesOf(bytes) + bytes.size();
  internal::WireValue value;
  for (const uint8_t* at = internal::BytesOf(bytes); at != end; at = value.end) {
    if (!internal::ReadField(at, end, &value)) return false;
    const internal::WireField& field = internal::RecordWireType().Field(value.number);
    if (field.kind == internal::WireKind::kMessage && value.wire_tag == internal::kDelimited &&
        field.descriptor->containing_oneof() != nullptr) {
      if (parts->content_number != 0) return false;
      parts->content_number = value.number;
      parts->content = {reinterpret_cast<const char*>(value.begin),
                        static_cast<size_t>(value.end - value.begin)};
      continue;
    }
    parts->beside_bytes.append(reinterpret_cast<const char*>(at),
                               static_cast<size_t>(value.end - at));
  }
  if (parts->content_number == 0) return false;
  return ParseRecord(parts->beside_bytes, &parts->beside).ok() &&
         parts->beside.content_case() == v1::Record::CONTENT_NOT_SET;
}

}  // namespace puente

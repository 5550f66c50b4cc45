// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes a record's bytes apart, for those who need no message of the content.

#include "core/base/record_parts.h"

#include "core/base/schema.h"
#include "core/base/wire_schema.h"

namespace puente {

google::protobuf::ArenaOptions RecordParts::Blocks() const {
  google::protobuf::ArenaOptions options;
  options.initial_block = block_.get();
  options.initial_block_size = kBlock;
  options.start_block_size = kBlock;
  return options;
}

bool RecordParts::Take(std::string_view bytes, uint64_t wanted) {
  const internal::WireType& record = internal::RecordWireType();
  content_number_ = 0;
  beside_bytes_.clear();
  const uint8_t* const end = internal::BytesOf(bytes) + bytes.size();
  internal::WireValue value;
  for (const uint8_t* at = internal::BytesOf(bytes); at != end; at = value.end) {
    if (!internal::ReadField(at, end, &value)) return false;
    const internal::WireField& field = record.Field(value.number);
    if (field.kind == internal::WireKind::kMessage && value.wire_tag == internal::kDelimited &&
        field.descriptor->containing_oneof() != nullptr) {
      if (content_number_ != 0) return false;
      content_number_ = value.number;
      content_ = {reinterpret_cast<const char*>(value.begin),
                  static_cast<size_t>(value.end - value.begin)};
      continue;
    }
    if (value.number < 64 && ((wanted >> value.number) & 1) == 0) continue;
    beside_bytes_.append(reinterpret_cast<const char*>(at), static_cast<size_t>(value.end - at));
  }
  if (content_number_ == 0) return false;
  arena_.Reset();
  beside_ = &v1::Record::default_instance();
  if (beside_bytes_.empty()) return true;
  auto* const beside = google::protobuf::Arena::CreateMessage<v1::Record>(&arena_);
  beside_ = beside;
  return ParseRecord(beside_bytes_, beside).ok() &&
         beside->content_case() == v1::Record::CONTENT_NOT_SET;
}

}  // namespace puente

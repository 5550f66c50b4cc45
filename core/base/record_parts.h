// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A record's bytes taken apart, for those who need no message of the content.

#ifndef PUENTE_CORE_BASE_RECORD_PARTS_H_
#define PUENTE_CORE_BASE_RECORD_PARTS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "puente/v1/record.pb.h"

namespace puente {

/// The content of a record as the bytes that it came in, and all that is beside it. Reused from
/// record to record.
struct RecordParts {
  /// Number of the field of the oneof `content`, and its bytes in protobuf's wire format, which are
  /// borrowed. They may still be malformed.
  uint32_t content_number = 0;
  std::string_view content;
  /// The record without its content.
  v1::Record beside;

  /// The bytes of `beside`.
  std::string beside_bytes;
};

/// Takes a record's bytes apart. False when they are no record, and when they have to be parsed as
/// a whole: content that is not there, or that comes in several parts.
bool TakeRecordApart(std::string_view bytes, RecordParts* parts);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_RECORD_PARTS_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A record's bytes taken apart, for those who need no message of the content.

#ifndef PUENTE_CORE_BASE_RECORD_PARTS_H_
#define PUENTE_CORE_BASE_RECORD_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "google/protobuf/arena.h"
#include "puente/v1/record.pb.h"

namespace puente {

/// The content of a record as the bytes that it came in, and all that is beside it. Reused from
/// record to record.
class RecordParts {
 public:
  RecordParts() : block_(std::make_unique_for_overwrite<char[]>(kBlock)), arena_(Blocks()) {}
  RecordParts(const RecordParts&) = delete;
  RecordParts& operator=(const RecordParts&) = delete;

  /// Takes a record's bytes apart. False when they are no record, and when they have to be parsed
  /// as a whole: content that is not there, or that comes in several parts.
  /// Of what is beside the content, only the fields with a bit in `wanted` are looked at: bit N
  /// stands for field number N.
  bool Take(std::string_view bytes, uint64_t wanted = ~uint64_t{0});

  /// Number of the field of the oneof `content`.
  uint32_t content_number() const { return content_number_; }
  /// The bytes of the content in protobuf's wire format. They are borrowed, and may be malformed.
  std::string_view content() const { return content_; }
  /// The record without its content and without fields that were not wanted.
  const v1::Record& beside() const { return *beside_; }

 private:
  // Memory that is kept for what is beside the content.
  static constexpr size_t kBlock = size_t{16} << 10;

  google::protobuf::ArenaOptions Blocks() const;

  uint32_t content_number_ = 0;
  std::string_view content_;
  std::string beside_bytes_;
  const std::unique_ptr<char[]> block_;
  google::protobuf::Arena arena_;
  const v1::Record* beside_ = &v1::Record::default_instance();
};

}  // namespace puente

#endif  // PUENTE_CORE_BASE_RECORD_PARTS_H_

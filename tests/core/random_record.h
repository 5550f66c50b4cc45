// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Random records for property tests: every field, unknown fields, residue, lexical forms.

#ifndef PUENTE_TESTS_CORE_RANDOM_RECORD_H_
#define PUENTE_TESTS_CORE_RANDOM_RECORD_H_

#include <cstdint>
#include <random>
#include <vector>

#include "google/protobuf/message.h"
#include "puente/v1/record.pb.h"

namespace puente {

/// Makes random records; the same seed gives the same ones.
class RandomRecords {
 public:
  explicit RandomRecords(uint64_t seed) : random_(seed) {}

  /// Unknown fields at any level of the records that follow. Default: none.
  void set_unknown_fields(bool on) { unknown_fields_ = on; }

  /// A record with random content, and sometimes all else that a record may have. Lexical forms and
  /// residue point to places that the content has.
  v1::Record Next();

  /// A number below `limit`.
  uint64_t Below(uint64_t limit) { return random_() % limit; }

 private:
  void Fill(google::protobuf::Message* message, int depth);
  void FillField(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field,
                 int depth);
  void AddUnknown(google::protobuf::Message* message);
  void CollectPaths(const google::protobuf::Message& message, std::vector<uint32_t>* steps);
  v1::FieldPath RandomPath();

  std::mt19937_64 random_;
  bool unknown_fields_ = false;
  std::vector<v1::FieldPath> paths_;
};

}  // namespace puente

#endif  // PUENTE_TESTS_CORE_RANDOM_RECORD_H_

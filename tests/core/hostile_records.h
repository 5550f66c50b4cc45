// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Random records as a hostile plugin could make them, over the whole schema.

#ifndef PUENTE_TESTS_CORE_HOSTILE_RECORDS_H_
#define PUENTE_TESTS_CORE_HOSTILE_RECORDS_H_

#include <cstdint>
#include <random>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"
#include "puente/v1/record.pb.h"

namespace puente::text {

/// A source of records of which little is valid; the same seed gives the same ones.
class HostileRecords {
 public:
  explicit HostileRecords(uint64_t seed) : random_(seed) {}

  /// Replaces a record by a random one: every field of the schema is set now and then, texts hold
  /// all kinds of characters, leaves are valid or not, fields may be unknown.
  void Fill(v1::Record* record);

 private:
  uint64_t Next(uint64_t n) { return random_() % n; }
  uint64_t Number();
  std::string Text();
  std::string Bytes();
  int Enum(const google::protobuf::EnumDescriptor& type);
  void FillUnknown(google::protobuf::UnknownFieldSet* unknown,
                   const google::protobuf::Descriptor& type, int depth);
  void FillLeaf(google::protobuf::Message* message);
  void FillMessage(google::protobuf::Message* message, int depth);
  void SetField(google::protobuf::Message* message, const google::protobuf::Reflection* reflection,
                const google::protobuf::FieldDescriptor* field, int depth);

  std::mt19937_64 random_;
  int budget_ = 0;
};

}  // namespace puente::text

#endif  // PUENTE_TESTS_CORE_HOSTILE_RECORDS_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records made from the bytes of a fuzzer, over the whole schema.
#ifndef PUENTE_TESTS_FUZZ_MADE_RECORD_H_
#define PUENTE_TESTS_FUZZ_MADE_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"
#include "puente/v1/record.pb.h"
#include "tests/fuzz/fuzz_check.h"

namespace puente::fuzz {

/// Turns decisions into a record. Equal bytes give equal records, and similar bytes similar ones:
/// each byte is a decision at its place, so that a fuzzer can learn what it does. The record holds
/// anything that protobuf can carry: texts of all characters, values out of range, source texts and
/// residue at places that the content has or has not, fields that the schema does not know.
class RecordMaker {
 public:
  explicit RecordMaker(Decisions* decisions) : decisions_(*decisions) {}

  /// Fields that the schema does not know, at any level. Default: made now and then.
  void set_unknown_fields(bool on) { unknown_fields_ = on; }
  /// Records as a careful program makes them: no empty texts, only values in their range, no source
  /// texts and no fields that the schema does not know, residue in the content itself only.
  void set_sound(bool on) { sound_ = on; }
  /// The field of `Record.content`; 0 lets the bytes decide.
  void set_kind(int field_number) { kind_ = field_number; }

  v1::Record Make();

 private:
  void Fill(google::protobuf::Message* message, int depth);
  void FillField(google::protobuf::Message* message, const google::protobuf::FieldDescriptor& field,
                 int depth);
  void FillLeafMessage(google::protobuf::Message* message);
  void FillDateTime(v1::DateTime* value);
  void FillUnknown(google::protobuf::UnknownFieldSet* unknown, int depth);
  void FillResidue(v1::Record* record);
  void CollectPaths(const google::protobuf::Message& message, std::vector<uint32_t>* steps);
  void SetPath(v1::FieldPath* path);
  std::string Text();

  Decisions& decisions_;
  bool unknown_fields_ = true;
  bool sound_ = false;
  int kind_ = 0;
  // Places that the content has: those of residue and source texts.
  std::vector<std::vector<uint32_t>> paths_;
};

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_MADE_RECORD_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The fields of all packs, and their values in a record.
#ifndef PUENTE_CORE_CHECK_FIELD_TABLE_H_
#define PUENTE_CORE_CHECK_FIELD_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/check/names.h"
#include "core/check/rule_pack.h"
#include "core/check/value.h"
#include "proto/field_access.h"
#include "puente/v1/record.pb.h"

namespace puente::check {

/// What expressions take a field for.
ValueType TypeOf(FieldType type);

/// Fields by number. Fields that are the same in two packs are one.
class FieldTable {
 public:
  /// The number of a field. Invalid-argument error PUE-0801 when its path leads nowhere, or to what
  /// is not of its type.
  absl::StatusOr<size_t> Add(const FieldSpec& spec);

  size_t size() const { return fields_.size(); }
  const FieldSpec& spec(size_t field) const { return fields_[field].spec; }

  /// The value of a field in a record. A text that was meant otherwise (RepairDoubleEncoding) is
  /// put into `repaired`. `hint` is where a count of people was found in the last record.
  Value Read(size_t field, const v1::Record& record, std::string* repaired, int* hint) const;

 private:
  struct Step {
    const FieldAccess* access = nullptr;
    int index = 0;
  };
  struct Field {
    FieldSpec spec;
    /// From the activity; the last one is the value itself, or the counts of people.
    std::vector<Step> steps;
  };

  static Value ReadPeople(const FieldSpec& spec, const Step& step,
                          const google::protobuf::Message& parent, int* hint);

  std::vector<Field> fields_;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_FIELD_TABLE_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Chooses records by an expression that is checked against the schema.

#ifndef PUENTE_CORE_FILTER_FILTER_H_
#define PUENTE_CORE_FILTER_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/filter/expression.h"
#include "core/filter/field_names.h"
#include "core/filter/value_test.h"
#include "google/protobuf/message.h"
#include "puente/v1/record.pb.h"

namespace puente::filter {

/// An expression ready to be held against records. Any number of threads may do so at once.
class Filter {
 public:
  /// Reads an expression, finds its fields and checks its values. What it means is said in
  /// docs/where.md. Invalid-argument error PUE-0112 with line and column in the expression, the
  /// text that it is about, and a hint.
  static absl::StatusOr<Filter> Compile(std::string_view text,
                                        const Limits& limits = DefaultLimits());

  /// True when the record is what the expression asks for.
  bool Matches(const v1::Record& record) const { return Evaluate(record, expression_.root); }

  const Expression& expression() const { return expression_; }

 private:
  // One way to a field, from Record downwards, and what its values must be.
  struct Way {
    FieldChain chain;
    ValueTest test;
  };

  bool Evaluate(const v1::Record& record, uint32_t node) const;
  static bool AnyHolds(const Way& way, size_t step, const google::protobuf::Message& message);

  Expression expression_;
  // For each comparison, one way for every kind of record that has the field.
  std::vector<std::vector<Way>> ways_;
};

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_FILTER_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// One comparison of one type of field with a value, checked once and evaluated many times.

#ifndef PUENTE_CORE_FILTER_VALUE_TEST_H_
#define PUENTE_CORE_FILTER_VALUE_TEST_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/decimal.h"
#include "core/filter/date_span.h"
#include "core/filter/expression.h"
#include "core/filter/text_pattern.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace puente::filter {

/// A comparison whose value has the type of the field.
class ValueTest {
 public:
  /// Checks that the field can be compared so, and the value's type. `text` is the whole
  /// expression. Errors: PUE-0112 at the comparator or the value.
  static absl::StatusOr<ValueTest> Make(std::string_view text, const Comparison& comparison,
                                        const google::protobuf::FieldDescriptor& field);

  /// True when it asks only whether there is a value: then Holds is not to be called.
  bool is_presence() const { return kind_ == Kind::kPresence; }

  /// True when a value that is there compares so; false also for what is no value of its type.
  /// `index` is -1 unless the field is repeated. `message` is of the generated classes.
  bool Holds(const google::protobuf::Message& message,
             const google::protobuf::FieldDescriptor* field, int index) const;

 private:
  enum class Kind { kPresence, kText, kCell, kInteger, kBool, kEnum, kDecimal, kDate, kDateTime };

  explicit ValueTest(const Comparison& comparison) : comparator_(comparison.comparator) {}

  absl::Status TakeText(std::string_view text, const Comparison& comparison);
  absl::Status TakeNumber(std::string_view text, const Comparison& comparison, bool whole);
  absl::Status TakeBool(std::string_view text, const Comparison& comparison);
  absl::Status TakeEnum(std::string_view text, const Comparison& comparison,
                        const google::protobuf::EnumDescriptor& type);
  absl::Status TakeDate(std::string_view text, const Comparison& comparison);
  absl::Status TakeDateTime(std::string_view text, const Comparison& comparison);
  bool Compares(int order) const;
  bool TextHolds(std::string_view value) const;
  bool MessageHolds(const google::protobuf::Message& value) const;

  Kind kind_ = Kind::kPresence;
  Comparator comparator_;
  TextPattern pattern_;
  Decimal number_;
  // Of kBool 0 or 1, of kEnum the number.
  int choice_ = 0;
  DateSpan span_;
  // Of kDateTime: a moment was given, not a day.
  bool is_moment_ = false;
  v1::DateTime moment_;
};

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_VALUE_TEST_H_

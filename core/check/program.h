// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Expressions of rules, checked once and evaluated for each row.
#ifndef PUENTE_CORE_CHECK_PROGRAM_H_
#define PUENTE_CORE_CHECK_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/check/expression.h"
#include "core/check/functions.h"
#include "core/check/names.h"
#include "core/check/value.h"

namespace puente::check {

/// An expression whose names and types are right. Evaluating it changes nothing in it.
class Program {
 public:
  /// Reads an expression and checks that it gives a `type` (kAny: whatever). Errors: PUE-0801 with
  /// the place in the expression; of a term, in the term's.
  static absl::StatusOr<Program> Compile(std::string_view text, const Names& names, ValueType type);

  /// Whether a condition holds. `cell` is what `cell` stands for, null where it is not used.
  Truth Test(RowValues& row, const Value* cell = nullptr) const {
    return TestNode(root_, row, cell);
  }
  /// The value. It lives as long as the program and the values of the row.
  Value Evaluate(RowValues& row, const Value* cell = nullptr) const {
    return EvaluateNode(root_, row, cell);
  }
  ValueType type() const { return nodes_[root_].type; }

 private:
  class Compiler;
  enum class Op : uint8_t {
    kOr,
    kAnd,
    kNot,
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kPlus,
    kMinus,
    kCall,
    kField,
    kCell,
    kLiteral,
    kUnknown,  ///< What a list would say that is not there.
  };
  struct Node {
    Op op = Op::kUnknown;
    ValueType type = ValueType::kBoolean;
    FunctionId function = FunctionId::kEmpty;
    std::vector<uint32_t> children;
    /// Of kField.
    size_t field = 0;
    /// Of kLiteral; a text is in `text`.
    Value literal;
    std::string text;
  };

  Truth TestNode(uint32_t number, RowValues& row, const Value* cell) const;
  Value EvaluateNode(uint32_t number, RowValues& row, const Value* cell) const;
  Truth Compare(const Node& node, RowValues& row, const Value* cell) const;
  Truth TestCall(const Node& node, RowValues& row, const Value* cell) const;
  Truth TestText(const Node& node, const Value& value) const;
  Truth OneOf(const Node& node, const Value& value) const;
  Value EvaluateCall(const Node& node, RowValues& row, const Value* cell) const;
  Value Sum(const Node& node, RowValues& row, const Value* cell) const;

  std::vector<Node> nodes_;
  uint32_t root_ = 0;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_PROGRAM_H_

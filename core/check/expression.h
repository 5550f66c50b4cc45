// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The language of rules, as written: expressions parsed, not yet checked.
#ifndef PUENTE_CORE_CHECK_EXPRESSION_H_
#define PUENTE_CORE_CHECK_EXPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/decimal.h"

namespace puente::check {

/// Bytes of an expression, from `begin` to before `end`.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

/// What a node of an expression is, from what binds least to what binds most.
enum class Syntax : uint8_t {
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
  kCall,    ///< `name(children, ...)`
  kName,    ///< A field or term.
  kNumber,  ///< A decimal.
  kText,    ///< A text between quotes.
  kTrue,
  kFalse,
};

/// True for `=` to `>=`.
constexpr bool IsComparison(Syntax kind) {
  return kind >= Syntax::kEqual && kind <= Syntax::kGreaterOrEqual;
}

/// A node of an expression.
struct ExpressionNode {
  Syntax kind = Syntax::kFalse;
  /// Numbers of nodes: two or more of kOr and kAnd, one of kNot, two of comparisons and sums, any
  /// of kCall.
  std::vector<uint32_t> children;
  /// Of kCall and kName the name, of kText the text without quotes.
  std::string text;
  /// Of kNumber.
  Decimal number;
  Span span;
};

/// An expression as a tree that lies in a list.
struct Expression {
  std::vector<ExpressionNode> nodes;
  /// Number of the node at the top.
  uint32_t root = 0;
};

/// Longest expression in bytes, and how deep one may nest.
inline constexpr size_t kMaxExpressionBytes = size_t{16} << 10;
inline constexpr int kMaxExpressionDepth = 64;

/// Reads an expression (docs/spec/rules.md). Invalid-argument error PUE-0801 with line, column, the
/// text that it is about, and a hint.
absl::StatusOr<Expression> ParseExpression(std::string_view text);

/// Writes an expression so that ParseExpression reads an equal one, with no more parentheses than
/// it needs.
std::string ExpressionText(const Expression& expression);

/// True when both say the same in the same order.
bool SameExpression(const Expression& a, const Expression& b);

/// The error PUE-0801 about a part of an expression.
absl::Status ExpressionError(std::string_view text, Span span, std::string message,
                             std::string hint);

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_EXPRESSION_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Expressions that choose records, as written: parsed, not yet checked against the schema.

#ifndef PUENTE_CORE_FILTER_EXPRESSION_H_
#define PUENTE_CORE_FILTER_EXPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"

namespace puente::filter {

/// Bytes of the expression, from `begin` to before `end`.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

/// How a field is compared with a value.
enum class Comparator {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  /// `:`, the has operator.
  kHas,
};

/// The comparator as it is written, such as `>=`.
std::string_view ComparatorText(Comparator comparator);

/// True for `<`, `<=`, `>` and `>=`.
constexpr bool IsOrdering(Comparator comparator) {
  return comparator >= Comparator::kLess && comparator <= Comparator::kGreaterOrEqual;
}

/// What a field is compared with.
struct Value {
  /// The text: escapes are resolved, wildcards left out.
  std::string text;
  /// Where in `text` any characters may stand, ascending and each once: `a*b` is the text `ab` with
  /// a wildcard at 1.
  std::vector<size_t> wildcards;
  /// Written between quotes.
  bool quoted = false;
  Span span;

  /// A bare `*`.
  bool IsStar() const { return !quoted && text.empty() && wildcards.size() == 1; }
};

/// One name of a field path.
struct PathStep {
  std::string name;
  Span span;
};

/// `path comparator value`.
struct Comparison {
  std::vector<PathStep> path;
  Comparator comparator = Comparator::kEqual;
  Span comparator_span;
  Value value;
};

/// What a node of an expression is.
enum class NodeKind { kAnd, kOr, kNot, kComparison };

/// A node of an expression.
struct Node {
  NodeKind kind = NodeKind::kComparison;
  /// Indices of nodes: two or more of kAnd and kOr, one of kNot.
  std::vector<uint32_t> children;
  /// Index of the comparison of kComparison.
  uint32_t comparison = 0;
};

/// An expression as a tree that lies in two lists.
struct Expression {
  std::vector<Node> nodes;
  std::vector<Comparison> comparisons;
  /// Index of the node at the top.
  uint32_t root = 0;
};

/// Reads an expression (grammar in docs/where.md). Linear in its length; the limits `where_bytes`
/// and `where_depth` hold. Invalid-argument error PUE-0112 with line, column, the text that it is
/// about, and a hint.
absl::StatusOr<Expression> Parse(std::string_view text, const Limits& limits = DefaultLimits());

/// Writes an expression so that Parse reads an equal one, with no more parentheses than it needs.
std::string ExpressionText(const Expression& expression);

/// True when both say the same in the same order; where it stood in the text does not count.
bool SameExpression(const Expression& a, const Expression& b);

/// The error PUE-0112 about a part of an expression.
absl::Status ExpressionError(std::string_view text, Span span, std::string message,
                             std::string hint);

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_EXPRESSION_H_

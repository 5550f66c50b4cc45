// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Expressions of rules: written, compared, and what is wrong with them.
#include "core/check/expression.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"

namespace puente::check {
namespace {

std::string_view OperatorText(Syntax kind) {
  switch (kind) {
    case Syntax::kOr:
      return " or ";
    case Syntax::kAnd:
      return " and ";
    case Syntax::kEqual:
      return " = ";
    case Syntax::kNotEqual:
      return " != ";
    case Syntax::kLess:
      return " < ";
    case Syntax::kLessOrEqual:
      return " <= ";
    case Syntax::kGreater:
      return " > ";
    case Syntax::kGreaterOrEqual:
      return " >= ";
    case Syntax::kPlus:
      return " + ";
    case Syntax::kMinus:
      return " - ";
    default:
      return ", ";
  }
}

/// How strongly an operator binds; what binds less stands in parentheses within it.
int Strength(Syntax kind) {
  switch (kind) {
    case Syntax::kOr:
      return 0;
    case Syntax::kAnd:
      return 1;
    case Syntax::kNot:
      return 2;
    case Syntax::kPlus:
    case Syntax::kMinus:
      return 4;
    default:
      return IsComparison(kind) ? 3 : 5;
  }
}

/// Recurses as deep as the parser lets an expression nest.
class Printer {
 public:
  explicit Printer(const Expression& expression) : expression_(expression) {}

  /// Appends a node; in parentheses when it does not bind at least so strongly.
  void Print(uint32_t number, int least) {
    const ExpressionNode& node = expression_.nodes[number];
    const int strength = Strength(node.kind);
    const bool apart = strength < least;
    if (apart) out_ += '(';
    switch (node.kind) {
      case Syntax::kNot:
        out_ += "not ";
        Print(node.children[0], strength);
        break;
      case Syntax::kCall:
        out_ += node.text + "(";
        PrintList(node, 0, 0);
        out_ += ')';
        break;
      case Syntax::kName:
        out_ += node.text;
        break;
      case Syntax::kNumber:
        node.number.AppendTo(&out_);
        break;
      case Syntax::kText:
        PrintText(node.text);
        break;
      case Syntax::kTrue:
        out_ += "true";
        break;
      case Syntax::kFalse:
        out_ += "false";
        break;
      case Syntax::kPlus:
      case Syntax::kMinus:
        // `a - b + c` is `(a - b) + c`.
        PrintList(node, strength, strength + 1);
        break;
      default:
        PrintList(node, strength + 1, strength + 1);
    }
    if (apart) out_ += ')';
  }

  std::string Take() { return std::move(out_); }

 private:
  void PrintList(const ExpressionNode& node, int least_first, int least) {
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out_ += OperatorText(node.kind);
      Print(node.children[i], i == 0 ? least_first : least);
    }
  }

  void PrintText(std::string_view text) {
    out_ += '\'';
    for (const char c : text) {
      out_ += c;
      if (c == '\'') out_ += c;
    }
    out_ += '\'';
  }

  const Expression& expression_;
  std::string out_;
};

bool SameNode(const Expression& a, uint32_t in_a, const Expression& b, uint32_t in_b) {
  const ExpressionNode& x = a.nodes[in_a];
  const ExpressionNode& y = b.nodes[in_b];
  return x.kind == y.kind && x.text == y.text && Decimal::Identical(x.number, y.number) &&
         std::equal(x.children.begin(), x.children.end(), y.children.begin(), y.children.end(),
                    [&](uint32_t i, uint32_t j) { return SameNode(a, i, b, j); });
}

}  // namespace

std::string ExpressionText(const Expression& expression) {
  Printer printer(expression);
  printer.Print(expression.root, 0);
  return printer.Take();
}

bool SameExpression(const Expression& a, const Expression& b) {
  return SameNode(a, a.root, b, b.root);
}

absl::Status ExpressionError(std::string_view text, Span span, std::string message,
                             std::string hint) {
  const size_t begin = std::min(span.begin, text.size());
  const std::string_view before = text.substr(0, begin);
  ErrorDetail detail;
  detail.code = "PUE-0801";
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  detail.line = 1 + static_cast<uint64_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t line_begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  // In characters: bytes that begin one.
  detail.column = 1 + static_cast<uint64_t>(std::count_if(
                          before.begin() + static_cast<ptrdiff_t>(line_begin), before.end(),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  constexpr size_t kShown = 60;
  detail.text = ClipTextWithEllipsis(text.substr(begin, std::max(span.end, begin) - begin), kShown);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace puente::check

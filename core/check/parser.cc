// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads expressions of rules by recursive descent.
#include <utility>

#include "core/base/utf8.h"
#include "core/check/expression.h"
#include "core/check/lexer.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) {}

  absl::StatusOr<Expression> Run() {
    if (absl::Status status = Advance(); !status.ok()) return status;
    absl::StatusOr<uint32_t> root = Alternatives();
    if (!root.ok()) return root.status();
    if (token_.kind != TokenKind::kEnd) return Unexpected("and, or, a comparison or the end");
    expression_.root = *root;
    return std::move(expression_);
  }

 private:
  using Node = absl::StatusOr<uint32_t>;

  absl::Status Advance() {
    end_ = token_.span.end;
    absl::StatusOr<Token> next = lexer_.Next();
    if (!next.ok()) return next.status();
    token_ = *std::move(next);
    return absl::OkStatus();
  }

  bool AtWord(std::string_view word) const {
    return token_.kind == TokenKind::kWord && token_.text == word;
  }
  bool AtSign(std::string_view sign) const {
    return token_.kind == TokenKind::kSign && token_.text == sign;
  }

  absl::Status Unexpected(std::string_view wanted) const {
    const bool at_end = token_.kind == TokenKind::kEnd;
    return ExpressionError(text_, token_.span,
                           at_end ? std::string("the expression ends too early")
                                  : fmt::format("`{}` cannot stand here", token_.text),
                           fmt::format("there must be {}", wanted));
  }

  uint32_t Add(Syntax kind, std::vector<uint32_t> children, size_t begin) {
    ExpressionNode& node = expression_.nodes.emplace_back();
    node.kind = kind;
    node.children = std::move(children);
    node.span = {begin, end_};
    return static_cast<uint32_t>(expression_.nodes.size() - 1);
  }

  Node Alternatives() {
    return List("or", Syntax::kOr, [this] { return Conditions(); });
  }
  Node Conditions() {
    return List("and", Syntax::kAnd, [this] { return Condition(); });
  }

  /// `part word part word part`: one node with all parts.
  template <typename Part>
  Node List(std::string_view word, Syntax kind, Part part) {
    const size_t begin = token_.span.begin;
    Node first = part();
    if (!first.ok() || !AtWord(word)) return first;
    std::vector<uint32_t> children = {*first};
    while (AtWord(word)) {
      if (absl::Status status = Advance(); !status.ok()) return status;
      Node next = part();
      if (!next.ok()) return next;
      children.push_back(*next);
    }
    return Add(kind, std::move(children), begin);
  }

  Node Condition() {
    if (!AtWord("not")) return Comparison();
    const size_t begin = token_.span.begin;
    if (absl::Status status = Enter(); !status.ok()) return status;
    if (absl::Status status = Advance(); !status.ok()) return status;
    Node child = Condition();
    --depth_;
    if (!child.ok()) return child;
    return Add(Syntax::kNot, {*child}, begin);
  }

  Node Comparison() {
    const size_t begin = token_.span.begin;
    Node left = Sum();
    if (!left.ok()) return left;
    constexpr std::pair<std::string_view, Syntax> kComparators[] = {
        {"=", Syntax::kEqual},        {"!=", Syntax::kNotEqual}, {"<", Syntax::kLess},
        {"<=", Syntax::kLessOrEqual}, {">", Syntax::kGreater},   {">=", Syntax::kGreaterOrEqual}};
    for (const auto& [sign, kind] : kComparators) {
      if (!AtSign(sign)) continue;
      if (absl::Status status = Advance(); !status.ok()) return status;
      Node right = Sum();
      if (!right.ok()) return right;
      return Add(kind, {*left, *right}, begin);
    }
    return left;
  }

  Node Sum() {
    const size_t begin = token_.span.begin;
    Node left = Single();
    int terms = 0;
    while (left.ok() && (AtSign("+") || AtSign("-"))) {
      // Each nests the ones before it.
      if (++terms > kMaxExpressionDepth) return TooDeep();
      const Syntax kind = AtSign("+") ? Syntax::kPlus : Syntax::kMinus;
      if (absl::Status status = Advance(); !status.ok()) return status;
      Node right = Single();
      if (!right.ok()) return right;
      left = Add(kind, {*left, *right}, begin);
    }
    return left;
  }

  Node Single() {
    const Token token = token_;
    if (AtSign("-")) {
      if (absl::Status status = Advance(); !status.ok()) return status;
      if (token_.kind != TokenKind::kNumber) return Unexpected("a number behind the minus");
      return Literal(Syntax::kNumber, token.span.begin, token_.number.Negated());
    }
    if (token.kind == TokenKind::kNumber) {
      return Literal(Syntax::kNumber, token.span.begin, token.number);
    }
    if (token.kind == TokenKind::kText) return Literal(Syntax::kText, token.span.begin, Decimal());
    if (AtWord("true")) return Literal(Syntax::kTrue, token.span.begin, Decimal());
    if (AtWord("false")) return Literal(Syntax::kFalse, token.span.begin, Decimal());
    if (AtSign("(")) {
      if (absl::Status status = Enter(); !status.ok()) return status;
      if (absl::Status status = Advance(); !status.ok()) return status;
      Node inner = Alternatives();
      if (!inner.ok()) return inner;
      --depth_;
      if (absl::Status status = Expect(")"); !status.ok()) return status;
      return inner;
    }
    if (token.kind != TokenKind::kWord || AtWord("and") || AtWord("or") || AtWord("not")) {
      return Unexpected("a name, a number, a text or a function");
    }
    if (absl::Status status = Advance(); !status.ok()) return status;
    const Syntax kind = AtSign("(") ? Syntax::kCall : Syntax::kName;
    std::vector<uint32_t> children;
    if (kind == Syntax::kCall) {
      if (absl::Status status = Arguments(&children); !status.ok()) return status;
    }
    const uint32_t node = Add(kind, std::move(children), token.span.begin);
    expression_.nodes[node].text = token.text;
    return node;
  }

  absl::Status Arguments(std::vector<uint32_t>* children) {
    if (absl::Status status = Enter(); !status.ok()) return status;
    if (absl::Status status = Advance(); !status.ok()) return status;
    while (!AtSign(")")) {
      if (!children->empty()) {
        if (!AtSign(",")) return Unexpected("a comma or a closing parenthesis");
        if (absl::Status status = Advance(); !status.ok()) return status;
      }
      Node argument = Alternatives();
      if (!argument.ok()) return argument.status();
      children->push_back(*argument);
    }
    --depth_;
    return Advance();
  }

  Node Literal(Syntax kind, size_t begin, const Decimal& number) {
    std::string text = kind == Syntax::kText ? token_.text : std::string();
    if (absl::Status status = Advance(); !status.ok()) return status;
    const uint32_t node = Add(kind, {}, begin);
    expression_.nodes[node].number = number;
    expression_.nodes[node].text = std::move(text);
    return node;
  }

  absl::Status Expect(std::string_view sign) {
    if (!AtSign(sign)) return Unexpected(fmt::format("`{}`", sign));
    return Advance();
  }

  absl::Status TooDeep() const {
    return ExpressionError(
        text_, token_.span, "the expression nests too deeply",
        fmt::format("{} levels are possible; name a part of it as a term", kMaxExpressionDepth));
  }
  absl::Status Enter() { return ++depth_ > kMaxExpressionDepth ? TooDeep() : absl::OkStatus(); }

  const std::string_view text_;
  Lexer lexer_;
  Token token_;
  /// Where the token before this one ends.
  size_t end_ = 0;
  int depth_ = 0;
  Expression expression_;
};

}  // namespace

absl::StatusOr<Expression> ParseExpression(std::string_view text) {
  if (text.size() > kMaxExpressionBytes) {
    return ExpressionError(text, {0, 0}, "the expression is too long",
                           fmt::format("at most {} bytes", kMaxExpressionBytes));
  }
  if (const auto at = FirstInvalidUtf8(text); at.has_value()) {
    return ExpressionError(text, {*at, *at + 1}, "the expression is not UTF-8", "");
  }
  return Parser(text).Run();
}

}  // namespace puente::check

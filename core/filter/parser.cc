// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads expressions by recursive descent; parentheses alone recurse.

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/filter/expression.h"
#include "core/filter/lexer.h"
#include "fmt/format.h"

namespace puente::filter {
namespace {

constexpr std::string_view kComparisons = "the comparisons are = != < <= > >= and : (has)";

// The word in capitals when it is a logical operator in any case; else empty.
std::string_view LogicalWord(std::string_view word) {
  for (const std::string_view known : {"AND", "OR", "NOT"}) {
    if (word.size() == known.size() &&
        std::equal(word.begin(), word.end(), known.begin(), [](char a, char b) {
          return absl::ascii_toupper(static_cast<unsigned char>(a)) == b;
        })) {
      return known;
    }
  }
  return "";
}

constexpr bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Parser {
 public:
  Parser(std::string_view text, const Limits& limits)
      : text_(text), limits_(limits), lexer_(text) {}

  absl::StatusOr<Expression> Run();

 private:
  // Alternatives, and where the first OR between them stands; `bare_or` is empty for one alone.
  struct Alternatives {
    uint32_t node = 0;
    Span span;
    Span bare_or;
  };

  absl::Status Advance();
  bool AtWord(std::string_view word) const {
    return token_.kind == TokenKind::kWord && token_.text == word;
  }
  uint32_t Add(Node node);
  uint32_t Join(NodeKind kind, std::vector<uint32_t> children);

  absl::StatusOr<uint32_t> ParseConditions();
  absl::StatusOr<Alternatives> ParseAlternatives();
  absl::StatusOr<uint32_t> ParseTerm();
  absl::StatusOr<uint32_t> ParseSimple();
  absl::StatusOr<uint32_t> ParseGroup();
  absl::StatusOr<uint32_t> ParseComparison();
  absl::StatusOr<std::vector<PathStep>> ParsePath(const Token& word) const;
  absl::Status ConditionMissing() const;
  absl::Status NotCompared(const Token& word) const;
  absl::Status NotAfterCondition() const;

  std::string_view text_;
  const Limits& limits_;
  Lexer lexer_;
  Token token_;
  // Where the token before it ends.
  size_t last_end_ = 0;
  Expression expression_;
  uint64_t depth_ = 0;
};

absl::Status Parser::Advance() {
  last_end_ = token_.span.end;
  absl::StatusOr<Token> token = lexer_.Next();
  if (!token.ok()) return token.status();
  token_ = *token;
  return absl::OkStatus();
}

uint32_t Parser::Add(Node node) {
  expression_.nodes.push_back(std::move(node));
  return static_cast<uint32_t>(expression_.nodes.size() - 1);
}

uint32_t Parser::Join(NodeKind kind, std::vector<uint32_t> children) {
  if (children.size() == 1) return children[0];
  Node node;
  node.kind = kind;
  node.children = std::move(children);
  return Add(std::move(node));
}

absl::StatusOr<Expression> Parser::Run() {
  if (text_.size() > limits_.where_bytes) {
    return lexer_.Error({0, 0},
                        fmt::format("the expression has more than {}",
                                    FormatLimit(limits_.where_bytes, LimitUnit::kBytes)),
                        "--limit-set where_bytes=SIZE sets another limit");
  }
  if (const auto invalid = FirstInvalidUtf8(text_); invalid.has_value()) {
    return lexer_.Error({*invalid, *invalid + 1}, "the expression is not UTF-8", "");
  }
  if (absl::Status status = Advance(); !status.ok()) return status;
  if (token_.kind == TokenKind::kEnd) {
    return lexer_.Error({0, 0}, "the expression is empty", "leave it out to take all records");
  }
  absl::StatusOr<uint32_t> root = ParseConditions();
  if (!root.ok()) return root.status();
  if (token_.kind == TokenKind::kClose) {
    return lexer_.Error(token_.span, "this parenthesis closes none", "");
  }
  if (token_.kind != TokenKind::kEnd) return NotAfterCondition();
  expression_.root = *root;
  return std::move(expression_);
}

// alternatives {AND alternatives}
absl::StatusOr<uint32_t> Parser::ParseConditions() {
  std::vector<uint32_t> children;
  Alternatives mixed;
  while (true) {
    absl::StatusOr<Alternatives> next = ParseAlternatives();
    if (!next.ok()) return next.status();
    children.push_back(next->node);
    if (mixed.bare_or.end == 0) mixed = *next;
    if (!AtWord("AND")) break;
    if (absl::Status status = Advance(); !status.ok()) return status;
  }
  if (children.size() > 1 && mixed.bare_or.end != 0) {
    // AIP-160 binds OR tighter, nearly everything else binds AND tighter: too easily misread.
    const std::string_view group =
        text_.substr(mixed.span.begin, mixed.span.end - mixed.span.begin);
    constexpr size_t kShown = 120;
    return lexer_.Error(mixed.bare_or, "AND and OR are mixed without parentheses",
                        group.size() > kShown
                            ? std::string("put the conditions that OR joins into parentheses")
                            : fmt::format("if the OR is meant to go first, write ({})", group));
  }
  return Join(NodeKind::kAnd, std::move(children));
}

// term {OR term}
absl::StatusOr<Parser::Alternatives> Parser::ParseAlternatives() {
  Alternatives all;
  all.span.begin = token_.span.begin;
  std::vector<uint32_t> children;
  while (true) {
    absl::StatusOr<uint32_t> next = ParseTerm();
    if (!next.ok()) return next.status();
    children.push_back(*next);
    if (!AtWord("OR")) break;
    if (all.bare_or.end == 0) all.bare_or = token_.span;
    if (absl::Status status = Advance(); !status.ok()) return status;
  }
  all.span.end = last_end_;
  all.node = Join(NodeKind::kOr, std::move(children));
  return all;
}

// [NOT | -] simple
absl::StatusOr<uint32_t> Parser::ParseTerm() {
  if (!AtWord("NOT") && token_.kind != TokenKind::kMinus) return ParseSimple();
  if (absl::Status status = Advance(); !status.ok()) return status;
  if (AtWord("NOT") || token_.kind == TokenKind::kMinus) {
    return lexer_.Error(token_.span, "a negation is negated at once",
                        "leave both out, or write NOT (NOT ...)");
  }
  absl::StatusOr<uint32_t> child = ParseSimple();
  if (!child.ok()) return child;
  Node node;
  node.kind = NodeKind::kNot;
  node.children = {*child};
  return Add(std::move(node));
}

// comparison | ( conditions )
absl::StatusOr<uint32_t> Parser::ParseSimple() {
  if (token_.kind == TokenKind::kOpen) return ParseGroup();
  if (token_.kind == TokenKind::kWord && token_.text != "AND" && token_.text != "OR") {
    return ParseComparison();
  }
  return ConditionMissing();
}

absl::StatusOr<uint32_t> Parser::ParseGroup() {
  const Span open = token_.span;
  if (depth_ == limits_.where_depth) {
    return lexer_.Error(open, fmt::format("parentheses nest deeper than {}", limits_.where_depth),
                        "--limit-set where_depth=N sets another limit");
  }
  ++depth_;
  if (absl::Status status = Advance(); !status.ok()) return status;
  absl::StatusOr<uint32_t> inner = ParseConditions();
  if (!inner.ok()) return inner;
  --depth_;
  if (token_.kind == TokenKind::kEnd) {
    return lexer_.Error(open, "this parenthesis is not closed", "a ) is missing");
  }
  if (token_.kind != TokenKind::kClose) return NotAfterCondition();
  if (absl::Status status = Advance(); !status.ok()) return status;
  return inner;
}

absl::StatusOr<uint32_t> Parser::ParseComparison() {
  const Token word = token_;
  if (absl::Status status = Advance(); !status.ok()) return status;
  if (token_.kind != TokenKind::kComparator) return NotCompared(word);
  absl::StatusOr<std::vector<PathStep>> path = ParsePath(word);
  if (!path.ok()) return path.status();
  absl::StatusOr<Value> value = lexer_.NextValue(token_);
  if (!value.ok()) return value.status();
  Comparison comparison;
  comparison.path = *std::move(path);
  comparison.comparator = token_.comparator;
  comparison.comparator_span = token_.span;
  comparison.value = *std::move(value);
  expression_.comparisons.push_back(std::move(comparison));
  token_.span.end = expression_.comparisons.back().value.span.end;
  if (absl::Status status = Advance(); !status.ok()) return status;
  Node node;
  node.comparison = static_cast<uint32_t>(expression_.comparisons.size() - 1);
  return Add(std::move(node));
}

absl::StatusOr<std::vector<PathStep>> Parser::ParsePath(const Token& word) const {
  std::vector<PathStep> path;
  size_t begin = word.span.begin;
  while (true) {
    const size_t dot = text_.substr(0, word.span.end).find('.', begin);
    const size_t end = dot == std::string_view::npos ? word.span.end : dot;
    const std::string_view name = text_.substr(begin, end - begin);
    if (path.size() == limits_.where_depth) {
      return lexer_.Error(word.span,
                          fmt::format("a field path has more than {} steps", limits_.where_depth),
                          "--limit-set where_depth=N sets another limit");
    }
    if (name.empty()) {
      const size_t at = std::min(begin, word.span.end - 1);
      return lexer_.Error({at, at + 1}, "a name is missing beside a dot",
                          "a field path is names with dots between, such as reporting_org.ref");
    }
    for (size_t i = begin; i < end;) {
      const size_t size = DecodeUtf8(text_.substr(i)).size;
      if (!IsNameChar(text_[i])) {
        const std::string_view character = text_.substr(i, size);
        std::string hint = "names have letters, digits and _";
        if (character == "[") hint = "paths have no index: a condition holds when any value fits";
        if (character == "-") hint = "names are written with _, such as recipient_country";
        return lexer_.Error({i, i + size},
                            fmt::format("`{}` stands in the name of a field", character), hint);
      }
      i += size;
    }
    path.push_back({std::string(name), {begin, end}});
    if (dot == std::string_view::npos) return path;
    begin = dot + 1;
  }
}

absl::Status Parser::ConditionMissing() const {
  std::string before;
  if (last_end_ != 0) {
    size_t begin = last_end_;
    while (begin > 0 && IsNameChar(text_[begin - 1])) --begin;
    if (begin == last_end_) begin = last_end_ - 1;
    before = fmt::format(" after `{}`", text_.substr(begin, last_end_ - begin));
  }
  return lexer_.Error(token_.span, fmt::format("a condition is missing{}", before),
                      "write FIELD = \"text\", with one of = != < <= > >= and : (has)");
}

absl::Status Parser::NotCompared(const Token& word) const {
  const std::string_view logical = LogicalWord(word.text);
  if (!logical.empty()) {
    return lexer_.Error(word.span, fmt::format("`{}` is no field", word.text),
                        fmt::format("write {} in capitals", logical));
  }
  if (token_.kind == TokenKind::kOpen) {
    return lexer_.Error(word.span, fmt::format("there is no function `{}`", word.text),
                        std::string(kComparisons));
  }
  if (token_.kind == TokenKind::kWord && LogicalWord(token_.text).empty()) {
    return lexer_.Error(token_.span, fmt::format("`{}` is no comparison", token_.text),
                        std::string(kComparisons));
  }
  return lexer_.Error(word.span, fmt::format("`{}` is not compared with anything", word.text),
                      fmt::format("name the field that has the text, as FIELD = \"*{0}*\"; "
                                  "{0}:* asks whether a field has a value",
                                  word.text.size() > 60 ? std::string_view("text") : word.text));
}

absl::Status Parser::NotAfterCondition() const {
  if (token_.kind == TokenKind::kWord) {
    const std::string_view logical = LogicalWord(token_.text);
    if (!logical.empty()) {
      return lexer_.Error(token_.span, fmt::format("`{}` cannot stand here", token_.text),
                          logical == "NOT" ? std::string("write AND NOT")
                                           : fmt::format("write {} in capitals", logical));
    }
  }
  if (token_.kind == TokenKind::kComparator) {
    return lexer_.Error(token_.span, "a second comparison follows a value at once",
                        "write AND between conditions: FIELD > 1 AND FIELD < 9");
  }
  return lexer_.Error(token_.span, "AND or OR is missing before this",
                      "if the words before it are one text, put it between quotes");
}

}  // namespace

absl::Status ExpressionError(std::string_view text, Span span, std::string message,
                             std::string hint) {
  const size_t begin = std::min(span.begin, text.size());
  const size_t end = std::clamp(span.end, begin, text.size());
  ErrorDetail detail;
  detail.code = "PUE-0112";
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  detail.line = 1;
  detail.column = 1;
  for (size_t i = 0; i < begin;) {
    if (text[i] == '\n') {
      ++detail.line;
      detail.column = 1;
    } else {
      ++detail.column;
    }
    i += DecodeUtf8(text.substr(i)).size;
  }
  detail.text = std::string(text.substr(begin, end - begin));
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::StatusOr<Expression> Parse(std::string_view text, const Limits& limits) {
  return Parser(text, limits).Run();
}

}  // namespace puente::filter

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts an expression into words, texts, comparators and parentheses.

#ifndef PUENTE_CORE_FILTER_LEXER_H_
#define PUENTE_CORE_FILTER_LEXER_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/filter/expression.h"

namespace puente::filter {

/// What a token is.
enum class TokenKind { kEnd, kWord, kMinus, kComparator, kOpen, kClose };

/// A token outside of values.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
  /// The text of the token.
  std::string_view text;
  /// Of kComparator.
  Comparator comparator = Comparator::kEqual;
};

/// Reads tokens from left to right. Errors are PUE-0112 with their place.
class Lexer {
 public:
  /// The text must be UTF-8 and outlive the lexer and its tokens.
  explicit Lexer(std::string_view text) : text_(text) {}

  /// The next token where no value is expected.
  absl::StatusOr<Token> Next();

  /// The value after a comparator: a text in quotes, or a bare word.
  absl::StatusOr<Value> NextValue(const Token& comparator);

  /// An error about a part of the expression.
  absl::Status Error(Span span, std::string message, std::string hint) const {
    return ExpressionError(text_, span, std::move(message), std::move(hint));
  }

 private:
  void SkipSpace();
  absl::StatusOr<Token> Operator(size_t begin);
  absl::StatusOr<Value> Quoted();
  absl::Status Escape(Value* value);
  absl::StatusOr<Value> Bare(const Token& comparator);

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_LEXER_H_

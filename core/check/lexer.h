// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts an expression of a rule into words, numbers, texts and signs.
#ifndef PUENTE_CORE_CHECK_LEXER_H_
#define PUENTE_CORE_CHECK_LEXER_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/decimal.h"
#include "core/check/expression.h"

namespace puente::check {

/// What a token is.
enum class TokenKind { kEnd, kWord, kNumber, kText, kSign };

/// A part of an expression.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
  /// As it is written; of kText without quotes.
  std::string text;
  /// Of kNumber.
  Decimal number;
};

/// Reads tokens from left to right. Errors are PUE-0801 with their place.
class Lexer {
 public:
  /// The text must be UTF-8 and outlive the lexer.
  explicit Lexer(std::string_view text) : text_(text) {}

  /// The next token; kEnd at the end.
  absl::StatusOr<Token> Next();

 private:
  absl::StatusOr<Token> Quoted(size_t begin);
  absl::StatusOr<Token> Number(size_t begin);

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_LEXER_H_

// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts an expression of a rule into words, numbers, texts and signs.
#include "core/check/lexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "core/base/lexical.h"
#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsNameChar(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

constexpr std::string_view kSigns[] = {"!=", "<=", ">=", "=", "<", ">", "+", "-", "(", ")", ","};

}  // namespace

absl::StatusOr<Token> Lexer::Next() {
  while (at_ < text_.size() && IsXmlSpace(text_[at_])) ++at_;
  const size_t begin = at_;
  if (begin == text_.size()) return Token{TokenKind::kEnd, {begin, begin}, "", Decimal()};
  if (text_[begin] == '\'') return Quoted(begin);
  if (IsDigit(text_[begin])) return Number(begin);
  Token token;
  if (IsNameChar(text_[begin])) {
    while (at_ < text_.size() && IsNameChar(text_[at_])) ++at_;
    token.kind = TokenKind::kWord;
  } else {
    const std::string_view rest = text_.substr(begin);
    const auto* const sign =
        std::find_if(std::begin(kSigns), std::end(kSigns),
                     [&](std::string_view known) { return rest.starts_with(known); });
    if (sign == std::end(kSigns)) {
      const size_t size = DecodeUtf8(rest).size;
      std::string hint = "the signs are = != < <= > >= + - ( ) and ,";
      if (rest[0] == '"') hint = "write texts between single quotes: 'Yes'";
      return ExpressionError(text_, {begin, begin + size}, "the sign is not known",
                             std::move(hint));
    }
    at_ += sign->size();
    token.kind = TokenKind::kSign;
  }
  token.span = {begin, at_};
  token.text = std::string(text_.substr(begin, at_ - begin));
  return token;
}

absl::StatusOr<Token> Lexer::Quoted(size_t begin) {
  Token token;
  token.kind = TokenKind::kText;
  for (at_ = begin + 1; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\'') {
      // Two of them stand for one.
      if (at_ + 1 == text_.size() || text_[at_ + 1] != '\'') {
        ++at_;
        token.span = {begin, at_};
        return token;
      }
      ++at_;
    }
    token.text += text_[at_];
  }
  return ExpressionError(text_, {begin, text_.size()}, "the text has no end",
                         "write a single quote behind it; within a text it is written twice");
}

absl::StatusOr<Token> Lexer::Number(size_t begin) {
  while (at_ < text_.size() && (IsNameChar(text_[at_]) || text_[at_] == '.')) ++at_;
  Token token;
  token.kind = TokenKind::kNumber;
  token.span = {begin, at_};
  token.text = std::string(text_.substr(begin, at_ - begin));
  absl::StatusOr<Decimal> number = Decimal::Parse(token.text);
  if (!number.ok()) {
    return ExpressionError(text_, token.span, fmt::format("`{}` is not a number", token.text),
                           "write numbers as 12 or 0.5");
  }
  token.number = *number;
  return token;
}

}  // namespace puente::check

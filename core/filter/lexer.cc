// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts an expression into words, texts, comparators and parentheses.

#include "core/filter/lexer.h"

#include <cstdint>
#include <string>
#include <utility>

#include "core/base/lexical.h"
#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::filter {
namespace {

constexpr std::string_view kQuoteIt = "put the value between quotes: \"...\"";

// Characters that end a word wherever it stands.
constexpr bool EndsWord(char c) {
  return IsXmlSpace(c) || c == '(' || c == ')' || c == '<' || c == '>' || c == '=' || c == '!' ||
         c == '"' || c == '\'' || c == ',' || c == '&' || c == '|' || c == '~';
}

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Quotes and blanks that word processors put in place of the plain ones: nobody means them.
constexpr bool IsTypographic(char32_t c) {
  return c == 0xA0 || c == 0xAB || c == 0xBB || (c >= 0x2000 && c <= 0x206F) || c == 0x3000 ||
         c == 0xFEFF;
}

constexpr int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Adds a wildcard at the end; several in a row mean what one means.
void AddWildcard(Value* value) {
  if (value->wildcards.empty() || value->wildcards.back() != value->text.size()) {
    value->wildcards.push_back(value->text.size());
  }
}

}  // namespace

void Lexer::SkipSpace() {
  while (at_ < text_.size() && IsXmlSpace(text_[at_])) ++at_;
}

absl::StatusOr<Token> Lexer::Operator(size_t begin) {
  static constexpr struct {
    std::string_view text;
    Comparator comparator;
  } kComparators[] = {
      {"!=", Comparator::kNotEqual},
      {"<=", Comparator::kLessOrEqual},
      {">=", Comparator::kGreaterOrEqual},
      {"=", Comparator::kEqual},
      {"<", Comparator::kLess},
      {">", Comparator::kGreater},
      {":", Comparator::kHas},
  };
  // What other languages write.
  static constexpr struct {
    std::string_view text;
    std::string_view hint;
  } kStrange[] = {
      {"==", "write ="},
      {"=~", "write = with * for any text: FIELD = \"*water*\""},
      {"=<", "write <="},
      {"=>", "write >="},
      {"<>", "write !="},
      {"&", "write AND"},
      {"|", "write OR"},
      {"!=", ""},
      {"!", "write NOT, or != to compare"},
      {"~", "write = with * for any text: FIELD = \"*water*\""},
  };
  const std::string_view rest = text_.substr(begin);
  for (const auto& strange : kStrange) {
    if (!rest.starts_with(strange.text)) continue;
    if (strange.hint.empty()) break;
    const size_t size = rest.starts_with("&&") || rest.starts_with("||") ? 2 : strange.text.size();
    return Error({begin, begin + size},
                 fmt::format("`{}` is no operator here", rest.substr(0, size)),
                 std::string(strange.hint));
  }
  for (const auto& known : kComparators) {
    if (!rest.starts_with(known.text)) continue;
    at_ = begin + known.text.size();
    Token token;
    token.kind = TokenKind::kComparator;
    token.span = {begin, at_};
    token.text = rest.substr(0, known.text.size());
    token.comparator = known.comparator;
    return token;
  }
  return Token();
}

absl::StatusOr<Token> Lexer::Next() {
  SkipSpace();
  Token token;
  const size_t begin = at_;
  if (at_ == text_.size()) {
    token.span = {at_, at_};
    return token;
  }
  const char c = text_[at_];
  if (c == '(' || c == ')' || c == '-') {
    ++at_;
    token.kind = c == '(' ? TokenKind::kOpen : c == ')' ? TokenKind::kClose : TokenKind::kMinus;
    token.span = {begin, at_};
    token.text = text_.substr(begin, 1);
    return token;
  }
  if (c == ',') {
    return Error({begin, begin + 1}, "a comma has no meaning here",
                 "write OR between conditions: FIELD = a OR FIELD = b");
  }
  if (c == '"' || c == '\'') {
    absl::StatusOr<Value> value = Quoted();
    if (!value.ok()) return value.status();
    return Error(value->span, "a text stands where a field is expected",
                 "the field comes first: FIELD = \"text\"");
  }
  if (c == ':' || EndsWord(c)) return Operator(begin);
  while (at_ < text_.size() && !EndsWord(text_[at_]) && text_[at_] != ':') ++at_;
  token.kind = TokenKind::kWord;
  token.span = {begin, at_};
  token.text = text_.substr(begin, at_ - begin);
  return token;
}

absl::StatusOr<Value> Lexer::NextValue(const Token& comparator) {
  SkipSpace();
  if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) return Quoted();
  return Bare(comparator);
}

absl::StatusOr<Value> Lexer::Quoted() {
  Value value;
  value.quoted = true;
  const size_t begin = at_;
  const char quote = text_[at_++];
  while (true) {
    if (at_ == text_.size()) {
      return Error({begin, at_}, "a text is not closed",
                   fmt::format("a {} is missing at its end", quote));
    }
    const char c = text_[at_];
    if (c == quote) break;
    if (c == '\\') {
      if (absl::Status status = Escape(&value); !status.ok()) return status;
      continue;
    }
    ++at_;
    if (c == '*') {
      AddWildcard(&value);
    } else {
      value.text.push_back(c);
    }
  }
  ++at_;
  value.span = {begin, at_};
  if (at_ < text_.size() && !IsXmlSpace(text_[at_]) && text_[at_] != ')') {
    // `"a"b` is a slip of the quotes.
    return Error({begin, at_ + DecodeUtf8(text_.substr(at_)).size},
                 "a text is followed by something else at once",
                 fmt::format("write \\{0} for a {0} inside of a text", quote));
  }
  return value;
}

absl::Status Lexer::Escape(Value* value) {
  const size_t begin = at_++;
  const char c = at_ < text_.size() ? text_[at_++] : '\0';
  switch (c) {
    case '"':
    case '\'':
    case '\\':
    case '*':
      value->text.push_back(c);
      return absl::OkStatus();
    case 'n':
      value->text.push_back('\n');
      return absl::OkStatus();
    case 'r':
      value->text.push_back('\r');
      return absl::OkStatus();
    case 't':
      value->text.push_back('\t');
      return absl::OkStatus();
    case 'u': {
      char32_t code_point = 0;
      int digits = 0;
      for (; digits < 4 && at_ < text_.size() && HexDigit(text_[at_]) >= 0; ++digits) {
        code_point = code_point * 16 + static_cast<char32_t>(HexDigit(text_[at_++]));
      }
      if (digits == 4 && (code_point < 0xD800 || code_point > 0xDFFF)) {
        AppendUtf8(code_point, &value->text);
        return absl::OkStatus();
      }
      return Error({begin, at_}, "a character is not understood",
                   "write \\u with four hexadecimal digits, such as \\u00f1, or the character "
                   "itself");
    }
    default:
      break;
  }
  const size_t size = begin + 1 < text_.size() ? DecodeUtf8(text_.substr(begin + 1)).size : 0;
  return Error({begin, begin + 1 + size}, "an escape is not known",
               "there are \\\" \\' \\\\ \\* \\n \\r \\t and \\u00f1; write \\\\ for a backslash");
}

absl::StatusOr<Value> Lexer::Bare(const Token& comparator) {
  Value value;
  const size_t begin = at_;
  while (at_ < text_.size() && !EndsWord(text_[at_])) {
    const char c = text_[at_];
    // Between digits it belongs to a time of day; elsewhere it is the has operator.
    if (c == ':' && !(at_ > begin && IsDigit(text_[at_ - 1]) && at_ + 1 < text_.size() &&
                      IsDigit(text_[at_ + 1]))) {
      break;
    }
    if (c == '\\' || IsControl(c)) {
      return Error({at_, at_ + 1},
                   c == '\\' ? "a backslash stands in a value without quotes"
                             : "a control character stands in a value without quotes",
                   std::string(kQuoteIt));
    }
    const Utf8Char decoded = DecodeUtf8(text_.substr(at_));
    if (IsTypographic(decoded.code_point)) {
      return Error({at_, at_ + decoded.size},
                   "a typographic quote or blank stands in a value without quotes",
                   "write plain quotes: \"...\"");
    }
    if (c == '*') {
      AddWildcard(&value);
    } else {
      value.text.append(text_.substr(at_, decoded.size));
    }
    at_ += decoded.size;
  }
  value.span = {begin, at_};
  const std::string_view word = text_.substr(begin, at_ - begin);
  if (word.empty() || word == "AND" || word == "OR" || word == "NOT") {
    if (begin < text_.size() && text_[begin] == '(') {
      return Error({begin, begin + 1}, "parentheses stand where a value is expected",
                   "name the field each time: (FIELD = a OR FIELD = b)");
    }
    const Span rest = {begin, at_ > begin ? at_ : begin == text_.size() ? begin : begin + 1};
    return Error(rest, fmt::format("a value is missing after `{}`", comparator.text),
                 word.empty() ? "write FIELD = \"text\"; FIELD:* asks whether there is a value"
                              : fmt::format("if the word is the value, write \"{}\"", word));
  }
  if (at_ < text_.size() &&
      (text_[at_] == '"' || text_[at_] == '\'' || text_[at_] == ',' || text_[at_] == '&' ||
       text_[at_] == '|' || text_[at_] == '~' || text_[at_] == ':' || text_[at_] == '!' ||
       text_[at_] == '=' || text_[at_] == '<' || text_[at_] == '>' || text_[at_] == '(')) {
    return Error({at_, at_ + 1}, fmt::format("`{}` stands in a value without quotes", text_[at_]),
                 std::string(kQuoteIt));
  }
  return value;
}

}  // namespace puente::filter

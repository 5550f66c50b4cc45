// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Booleans and whole numbers: reading and writing them.

#include "core/base/lexical.h"

#include <charconv>
#include <cstddef>
#include <limits>

namespace puente {

TextForm ParseBool(std::string_view text, bool* out) {
  if (text == "1" || text == "0") {
    *out = text == "1";
    return TextForm::kCanonical;
  }
  const std::string_view trimmed = TrimXmlSpace(text);
  if (trimmed == "1" || trimmed == "true") {
    *out = true;
  } else if (trimmed == "0" || trimmed == "false") {
    *out = false;
  } else {
    return TextForm::kInvalid;
  }
  return TextForm::kVariant;
}

TextForm ParseInt32(std::string_view text, int32_t* out) {
  const std::string_view trimmed = TrimXmlSpace(text);
  std::string_view digits = trimmed;
  const bool negative = !digits.empty() && digits.front() == '-';
  const bool signed_text = !digits.empty() && (digits.front() == '-' || digits.front() == '+');
  if (signed_text) digits.remove_prefix(1);
  if (digits.empty()) return TextForm::kInvalid;

  // One beyond the largest value is what the smallest one needs.
  constexpr int64_t kLargest = std::numeric_limits<int32_t>::max();
  int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return TextForm::kInvalid;
    value = value * 10 + (c - '0');
    if (value > kLargest + 1) return TextForm::kInvalid;
  }
  if (value > kLargest && !negative) return TextForm::kInvalid;
  *out = static_cast<int32_t>(negative ? -value : value);

  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  const bool odd_sign = signed_text && (!negative || value == 0);
  const bool canonical = trimmed.size() == text.size() && !leading_zero && !odd_sign;
  return canonical ? TextForm::kCanonical : TextForm::kVariant;
}

void AppendBool(bool value, std::string* out) { out->push_back(value ? '1' : '0'); }

void AppendInt32(int32_t value, std::string* out) {
  char buffer[16];
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out->append(buffer, static_cast<size_t>(result.ptr - buffer));
}

}  // namespace puente

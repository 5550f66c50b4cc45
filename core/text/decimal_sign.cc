// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads local numbers, and tells the decimal sign of a column.

#include "core/text/decimal_sign.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "core/base/utf8.h"

namespace puente::text {
namespace {

// Longer texts are no numbers: 38 digits, zeros before them and marks of three bytes.
constexpr size_t kMostBytes = 256;
constexpr size_t kExampleBytes = 64;
constexpr size_t kGroupDigits = 3;

// A space, the no-break ones (also narrow) and the thin one.
constexpr std::string_view kBlanks[] = {" ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};

/// Takes a beginning off a text; false when it does not begin so.
bool Take(std::string_view beginning, std::string_view* text) {
  if (text->substr(0, beginning.size()) != beginning) return false;
  text->remove_prefix(beginning.size());
  return true;
}

bool TakeLast(std::string_view end, std::string_view* text) {
  if (text->size() < end.size() || text->substr(text->size() - end.size()) != end) return false;
  text->remove_suffix(end.size());
  return true;
}

void TrimBefore(std::string_view* text) {
  while (std::any_of(std::begin(kBlanks), std::end(kBlanks),
                     [text](std::string_view blank) { return Take(blank, text); })) {
  }
}

void TrimAfter(std::string_view* text) {
  while (std::any_of(std::begin(kBlanks), std::end(kBlanks),
                     [text](std::string_view blank) { return TakeLast(blank, text); })) {
  }
}

/// Takes `+` or `-` off; false when there is none.
bool TakeSign(std::string_view* text, bool* negative) {
  if (Take("+", text)) return true;
  *negative = Take("-", text);
  return *negative;
}

bool TakeDollar(std::string_view* text) { return Take("US$", text) || Take("$", text); }
bool TakeLastDollar(std::string_view* text) { return TakeLast("US$", text) || TakeLast("$", text); }

struct Body {
  std::string_view digits;  // with marks
  bool negative = false;
};

/// Takes sign, dollar and blanks away.
Body TakeBody(std::string_view text) {
  Body body;
  TrimBefore(&text);
  TrimAfter(&text);
  const bool has_sign = TakeSign(&text, &body.negative);
  const bool has_dollar = TakeDollar(&text);
  if (has_dollar) TrimBefore(&text);
  if (!has_sign) TakeSign(&text, &body.negative);
  if (!has_dollar && TakeLastDollar(&text)) TrimAfter(&text);
  body.digits = text;
  return body;
}

/// Takes digits off, to the end of `out`; the result is how many.
size_t TakeDigits(std::string_view* text, std::string* out) {
  size_t n = 0;
  while (n < text->size() && absl::ascii_isdigit(static_cast<unsigned char>((*text)[n]))) ++n;
  out->append(text->substr(0, n));
  text->remove_prefix(n);
  return n;
}

/// The mark between groups at the beginning of a text; empty when there is none.
std::string_view GroupMark(std::string_view text, std::string_view point) {
  const std::string_view other = point == "." ? "," : ".";
  if (text.substr(0, 1) == other) return other;
  for (const std::string_view blank : kBlanks) {
    if (text.substr(0, blank.size()) == blank) return blank;
  }
  return {};
}

/// Reads a number with one decimal sign.
std::optional<Decimal> Read(const Body& body, std::string_view point) {
  std::string_view text = body.digits;
  std::string plain = body.negative ? "-" : "";
  const size_t begin = plain.size();
  size_t digits = TakeDigits(&text, &plain);
  if (const std::string_view mark = GroupMark(text, point); !mark.empty()) {
    if (digits < 1 || digits > kGroupDigits || plain[begin] == '0') return std::nullopt;
    while (Take(mark, &text)) {
      if (TakeDigits(&text, &plain) != kGroupDigits) return std::nullopt;
    }
  }
  if (Take(point, &text)) {
    plain += '.';
    const size_t decimals = TakeDigits(&text, &plain);
    // `5.` may be the end of a sentence, or an ordinal.
    if (decimals == 0) return std::nullopt;
    digits += decimals;
  }
  if (digits == 0 || !text.empty()) return std::nullopt;
  const absl::StatusOr<Decimal> number = Decimal::Parse(plain);
  if (!number.ok()) return std::nullopt;
  return *number;
}

struct Readings {
  std::optional<Decimal> point;
  std::optional<Decimal> comma;
};

Readings ReadBoth(std::string_view text) {
  if (text.size() > kMostBytes) return {};
  const Body body = TakeBody(text);
  return {Read(body, "."), Read(body, ",")};
}

bool AreOne(const Readings& readings) {
  return readings.point.has_value() && readings.comma.has_value() &&
         Decimal::Identical(*readings.point, *readings.comma);
}

}  // namespace

LocalNumber ParseLocalNumber(std::string_view text, DecimalSign sign, Decimal* out) {
  Readings readings = ReadBoth(text);
  if (sign == DecimalSign::kComma) {
    readings.point.reset();
  } else if (sign == DecimalSign::kPoint || AreOne(readings)) {
    readings.comma.reset();
  }
  if (readings.point.has_value() && readings.comma.has_value()) return LocalNumber::kAmbiguous;
  const std::optional<Decimal>& number =
      readings.point.has_value() ? readings.point : readings.comma;
  if (!number.has_value()) return LocalNumber::kNotANumber;
  *out = *number;
  return LocalNumber::kExact;
}

void DecimalSignDetector::Count(std::string_view text, uint64_t* count, Example* first) {
  if (++*count == 1) *first = {ClipTextWithEllipsis(text, kExampleBytes), added_};
}

void DecimalSignDetector::Add(std::string_view text) {
  ++added_;
  const Readings readings = ReadBoth(text);
  if (AreOne(readings)) {
    ++result_.neutral;
  } else if (readings.point.has_value() && readings.comma.has_value()) {
    Count(text, &result_.ambiguous, &result_.first_ambiguous);
  } else if (readings.point.has_value()) {
    Count(text, &result_.point, &result_.first_point);
  } else if (readings.comma.has_value()) {
    Count(text, &result_.comma, &result_.first_comma);
  } else {
    ++result_.other;
  }
}

DecimalSignDetector::Result DecimalSignDetector::Find() const {
  Result result = result_;
  result.conflicting = std::min(result.point, result.comma);
  if (result.conflicting == 0 && result.point != result.comma) {
    result.sign = result.point > 0 ? DecimalSign::kPoint : DecimalSign::kComma;
  }
  return result;
}

}  // namespace puente::text

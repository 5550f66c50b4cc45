// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Exact decimal numbers: reading, writing, comparing and adding them.

#include "core/base/decimal.h"

#include <array>
#include <cstddef>
#include <limits>

#include "absl/status/status.h"
#include "core/base/lexical.h"
#include "fmt/format.h"

namespace puente {
namespace {

__extension__ typedef unsigned __int128 Uint128;

constexpr int64_t kInt64Min = std::numeric_limits<int64_t>::min();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();

// Longest text of which any run of digits fits into int64.
constexpr size_t kMaxPlainLength = 18;

// A sign, 38 digits, a point and a zero before it; rounded up.
constexpr size_t kMaxTextLength = 48;

constexpr std::array<Uint128, kMaxDecimalDigits + 1> MakePowersOfTen() {
  std::array<Uint128, kMaxDecimalDigits + 1> powers{};
  Uint128 power = 1;
  for (Uint128& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}

constexpr std::array<Uint128, kMaxDecimalDigits + 1> kPowersOfTen = MakePowersOfTen();
constexpr Uint128 kLargest = kPowersOfTen[kMaxDecimalDigits] - 1;

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr Uint128 Magnitude(Int128 value) {
  return value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

constexpr bool FitsInt64(Int128 value) { return value >= kInt64Min && value <= kInt64Max; }

// Writes the digits of a number backwards from `end`, with a point before the last `scale` of them;
// returns where the text begins.
template <typename Unsigned>
char* WriteBackwards(Unsigned magnitude, int scale, char* end) {
  char* begin = end;
  for (int written = 0; magnitude != 0 || written <= scale; ++written) {
    if (written == scale && scale != 0) *--begin = '.';
    *--begin = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  }
  return begin;
}

void AppendText(Int128 unscaled, int scale, std::string* out) {
  char buffer[kMaxTextLength];
  char* const end = buffer + kMaxTextLength;
  const Uint128 magnitude = Magnitude(unscaled);
  char* begin = magnitude <= std::numeric_limits<uint64_t>::max()
                    ? WriteBackwards(static_cast<uint64_t>(magnitude), scale, end)
                    : WriteBackwards(magnitude, scale, end);
  if (unscaled < 0) *--begin = '-';
  out->append(begin, static_cast<size_t>(end - begin));
}

void SetProto(int64_t unscaled, int32_t scale, v1::Decimal* out) {
  out->set_unscaled(unscaled);
  out->set_scale(scale);
  if (!out->digits().empty()) out->clear_digits();
}

// Reads a short text in canonical form: nearly all decimals of real data are such.
bool ParsePlain(std::string_view text, int64_t* unscaled, int32_t* scale) {
  if (text.empty() || text.size() > kMaxPlainLength) return false;
  const char* next = text.data();
  const char* const end = next + text.size();
  const bool negative = *next == '-';
  if (negative) ++next;
  const char* const first = next;
  int64_t value = 0;
  while (next != end && IsDigit(*next)) value = value * 10 + (*next++ - '0');
  if (next == first || (*first == '0' && next - first > 1)) return false;
  *scale = 0;
  if (next != end) {
    if (*next++ != '.') return false;
    const char* const fraction = next;
    while (next != end && IsDigit(*next)) value = value * 10 + (*next++ - '0');
    if (next == fraction || next != end) return false;
    *scale = static_cast<int32_t>(next - fraction);
  }
  if (negative && value == 0) return false;
  *unscaled = negative ? -value : value;
  return true;
}

// Collects digits; leading zeros cost nothing, more than 38 others are too many.
class DigitCollector {
 public:
  // Takes the digits at the beginning of `text` off it; returns how many there were.
  size_t Take(std::string_view* text) {
    size_t taken = 0;
    for (; taken < text->size() && IsDigit((*text)[taken]); ++taken) {
      const int digit = (*text)[taken] - '0';
      if (significant_ == 0 && digit == 0) continue;
      if (significant_ <= kMaxDecimalDigits) ++significant_;
      if (significant_ <= kMaxDecimalDigits) value_ = value_ * 10 + static_cast<Uint128>(digit);
    }
    text->remove_prefix(taken);
    return taken;
  }

  int significant() const { return significant_; }
  Uint128 value() const { return value_; }

 private:
  Uint128 value_ = 0;
  int significant_ = 0;
};

// Takes an exponent off the beginning of `text`; values beyond any use are cut.
bool TakeExponent(std::string_view* text, int64_t* exponent) {
  constexpr int64_t kBeyondUse = 1'000'000'000;
  text->remove_prefix(1);
  const bool negative = !text->empty() && text->front() == '-';
  if (!text->empty() && (text->front() == '-' || text->front() == '+')) text->remove_prefix(1);
  if (text->empty()) return false;
  int64_t value = 0;
  for (; !text->empty() && IsDigit(text->front()); text->remove_prefix(1)) {
    if (value < kBeyondUse) value = value * 10 + (text->front() - '0');
  }
  *exponent = negative ? -value : value;
  return true;
}

// Reads every text that is a decimal in any form.
bool ParseAny(std::string_view text, Int128* unscaled, int* scale) {
  text = TrimXmlSpace(text);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);

  DigitCollector digits;
  const size_t before_point = digits.Take(&text);
  size_t after_point = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    after_point = digits.Take(&text);
  }
  if (before_point + after_point == 0 || digits.significant() > kMaxDecimalDigits) return false;

  int64_t exponent = 0;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    if (!TakeExponent(&text, &exponent)) return false;
  }
  if (!text.empty()) return false;

  Uint128 magnitude = digits.value();
  int64_t wanted_scale = static_cast<int64_t>(after_point) - exponent;
  if (wanted_scale > kMaxDecimalScale) return false;
  if (wanted_scale < 0) {
    if (magnitude != 0) {
      if (digits.significant() - wanted_scale > kMaxDecimalDigits) return false;
      magnitude *= kPowersOfTen[static_cast<size_t>(-wanted_scale)];
    }
    wanted_scale = 0;
  }
  *unscaled = negative ? -static_cast<Int128>(magnitude) : static_cast<Int128>(magnitude);
  *scale = static_cast<int>(wanted_scale);
  return true;
}

}  // namespace

absl::StatusOr<Decimal> Decimal::Make(Int128 unscaled, int scale) {
  if (scale < 0 || scale > kMaxDecimalScale) {
    return absl::OutOfRangeError(
        fmt::format("the scale {} of a decimal is not within 0 to {}", scale, kMaxDecimalScale));
  }
  if (Magnitude(unscaled) > kLargest) {
    return absl::OutOfRangeError(
        fmt::format("the decimal has more than {} digits", kMaxDecimalDigits));
  }
  return Decimal(unscaled, scale);
}

absl::StatusOr<Decimal> Decimal::Parse(std::string_view text) {
  Int128 unscaled = 0;
  int scale = 0;
  if (!ParseAny(text, &unscaled, &scale)) {
    return absl::InvalidArgumentError("the text is not a decimal number");
  }
  return Decimal(unscaled, scale);
}

int Decimal::Compare(const Decimal& a, const Decimal& b) {
  if (a.scale_ == b.scale_) {
    return a.unscaled_ < b.unscaled_ ? -1 : static_cast<int>(a.unscaled_ > b.unscaled_);
  }
  if (a.is_negative() != b.is_negative()) return a.is_negative() ? -1 : 1;

  // One scale for both could take more than 128 bits: compare before and after the point in turn.
  struct Parts {
    Uint128 whole;
    Uint128 fraction;
  };
  const auto split = [](const Decimal& decimal) {
    const Uint128 magnitude = Magnitude(decimal.unscaled_);
    const Uint128 power = kPowersOfTen[static_cast<size_t>(decimal.scale_)];
    const Uint128 rest = kPowersOfTen[static_cast<size_t>(kMaxDecimalScale - decimal.scale_)];
    return Parts{magnitude / power, magnitude % power * rest};
  };
  const Parts left = split(a);
  const Parts right = split(b);
  int order = 0;
  if (left.whole != right.whole) {
    order = left.whole < right.whole ? -1 : 1;
  } else if (left.fraction != right.fraction) {
    order = left.fraction < right.fraction ? -1 : 1;
  }
  return a.is_negative() ? -order : order;
}

absl::StatusOr<Decimal> Decimal::Add(const Decimal& a, const Decimal& b) {
  const int scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  const auto rescale = [scale](const Decimal& term, Int128* out) {
    const Uint128 power = kPowersOfTen[static_cast<size_t>(scale - term.scale_)];
    if (Magnitude(term.unscaled_) > kLargest / power) return false;
    *out = term.unscaled_ * static_cast<Int128>(power);
    return true;
  };
  Int128 left = 0;
  Int128 right = 0;
  Int128 sum = 0;
  if (!rescale(a, &left) || !rescale(b, &right) || __builtin_add_overflow(left, right, &sum) ||
      Magnitude(sum) > kLargest) {
    return absl::OutOfRangeError(
        fmt::format("the sum needs more than {} digits", kMaxDecimalDigits));
  }
  return Decimal(sum, scale);
}

void Decimal::AppendTo(std::string* out) const { AppendText(unscaled_, scale_, out); }

std::string Decimal::ToString() const {
  std::string text;
  AppendTo(&text);
  return text;
}

void Decimal::ToProto(v1::Decimal* out) const {
  if (FitsInt64(unscaled_)) {
    SetProto(static_cast<int64_t>(unscaled_), scale_, out);
    return;
  }
  out->set_unscaled(0);
  out->set_scale(scale_);
  out->clear_digits();
  AppendText(unscaled_, 0, out->mutable_digits());
}

TextForm ParseDecimal(std::string_view text, v1::Decimal* out) {
  int64_t plain = 0;
  int32_t plain_scale = 0;
  if (ParsePlain(text, &plain, &plain_scale)) {
    SetProto(plain, plain_scale, out);
    return TextForm::kCanonical;
  }
  const absl::StatusOr<Decimal> decimal = Decimal::Parse(text);
  if (!decimal.ok()) return TextForm::kInvalid;
  decimal->ToProto(out);
  return decimal->ToString() == text ? TextForm::kCanonical : TextForm::kVariant;
}

bool AppendDecimal(const v1::Decimal& decimal, std::string* out) {
  if (decimal.digits().empty() && decimal.scale() >= 0 && decimal.scale() <= kMaxDecimalScale) {
    AppendText(decimal.unscaled(), decimal.scale(), out);
    return true;
  }
  const absl::StatusOr<Decimal> value = DecimalFromProto(decimal);
  if (!value.ok()) return false;
  value->AppendTo(out);
  return true;
}

absl::StatusOr<Decimal> DecimalFromProto(const v1::Decimal& decimal) {
  if (decimal.scale() < 0 || decimal.scale() > kMaxDecimalScale) {
    return absl::InvalidArgumentError(fmt::format("the scale {} of a decimal is not within 0 to {}",
                                                  decimal.scale(), kMaxDecimalScale));
  }
  if (decimal.digits().empty()) return Decimal::Make(decimal.unscaled(), decimal.scale());

  if (decimal.unscaled() != 0) {
    return absl::InvalidArgumentError("a decimal has both an unscaled number and digits");
  }
  std::string_view digits = decimal.digits();
  const bool negative = digits.front() == '-';
  if (negative) digits.remove_prefix(1);
  DigitCollector collector;
  const bool plain = !digits.empty() && digits.front() != '0' &&
                     collector.Take(&digits) <= static_cast<size_t>(kMaxDecimalDigits) &&
                     digits.empty();
  if (!plain) {
    return absl::InvalidArgumentError(
        fmt::format("the digits of a decimal are not those of a whole number of at most {} digits",
                    kMaxDecimalDigits));
  }
  const Int128 magnitude = static_cast<Int128>(collector.value());
  const Int128 unscaled = negative ? -magnitude : magnitude;
  if (FitsInt64(unscaled)) {
    return absl::InvalidArgumentError(
        "a decimal has digits though its number fits into the unscaled field");
  }
  return Decimal::Make(unscaled, decimal.scale());
}

}  // namespace puente

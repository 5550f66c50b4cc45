// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Calendar dates and times: reading, checking and writing them.

#include "core/base/calendar.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/lexical.h"

namespace puente {
namespace {

constexpr int kMaxOffsetMinutes = 14 * 60;
constexpr int kNanosDigits = 9;

// The parts of a date; month and day are 0 where they are not given.
struct DateParts {
  int year = 0;
  int month = 0;
  int day = 0;
};

struct TimeParts {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanos = 0;
  std::optional<int> utc_offset_minutes;
  // False when the text of the time, its fraction or its zone is not the canonical one.
  bool canonical = true;
};

constexpr bool IsLeapYear(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr int DaysOf(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && IsLeapYear(year) ? 1 : 0);
}

constexpr bool IsDateValid(const DateParts& date) {
  if (date.year < 1 || date.year > 9999 || date.month < 0 || date.month > 12) return false;
  if (date.month == 0) return date.day == 0;
  return date.day >= 0 && date.day <= DaysOf(date.year, date.month);
}

// Takes `count` digits off the beginning of a text.
bool TakeDigits(std::string_view* text, size_t count, int* out) {
  if (text->size() < count) return false;
  int value = 0;
  for (size_t i = 0; i < count; ++i) {
    const char c = (*text)[i];
    if (!IsDigit(c)) return false;
    value = value * 10 + (c - '0');
  }
  text->remove_prefix(count);
  *out = value;
  return true;
}

bool TakeChar(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// True for `+hh:mm` and `-hh:mm` in shape: told from the month of a date by the colon.
bool LooksLikeOffset(std::string_view text) {
  return text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
}

// Reads a whole text as a zone. Nothing when it is none.
std::optional<int> ParseZone(std::string_view text) {
  if (text == "Z") return 0;
  if (!LooksLikeOffset(text)) return std::nullopt;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!TakeDigits(&text, 2, &hours) || !TakeChar(&text, ':') || !TakeDigits(&text, 2, &minutes)) {
    return std::nullopt;
  }
  const int offset = hours * 60 + minutes;
  if (minutes > 59 || offset > kMaxOffsetMinutes) return std::nullopt;
  return negative ? -offset : offset;
}

// Takes a date, or the beginning of one, off the beginning of a text.
bool TakeDate(std::string_view* text, DateParts* out) {
  if (!TakeDigits(text, 4, &out->year)) return false;
  if (!text->empty() && text->front() == '-' && !LooksLikeOffset(*text)) {
    text->remove_prefix(1);
    if (!TakeDigits(text, 2, &out->month) || out->month == 0) return false;
    if (!text->empty() && text->front() == '-' && !LooksLikeOffset(*text)) {
      text->remove_prefix(1);
      if (!TakeDigits(text, 2, &out->day) || out->day == 0) return false;
    }
  }
  return IsDateValid(*out);
}

// Takes the fraction of a second off the beginning of a text that begins with its point.
bool TakeFraction(std::string_view* text, TimeParts* out) {
  text->remove_prefix(1);
  size_t digits = 0;
  while (digits < text->size() && IsDigit((*text)[digits])) {
    if (digits < kNanosDigits) out->nanos = out->nanos * 10 + ((*text)[digits] - '0');
    ++digits;
  }
  if (digits == 0) return false;
  for (size_t i = digits; i < kNanosDigits; ++i) out->nanos *= 10;
  if (digits > kNanosDigits || (*text)[digits - 1] == '0') out->canonical = false;
  text->remove_prefix(digits);
  return true;
}

// Reads a whole text as a time with an optional zone.
bool ParseTime(std::string_view text, TimeParts* out) {
  if (!TakeDigits(&text, 2, &out->hour) || !TakeChar(&text, ':') ||
      !TakeDigits(&text, 2, &out->minute)) {
    return false;
  }
  if (TakeChar(&text, ':')) {
    if (!TakeDigits(&text, 2, &out->second)) return false;
    if (!text.empty() && text.front() == '.' && !TakeFraction(&text, out)) return false;
  } else {
    out->canonical = false;
  }
  if (out->hour > 23 || out->minute > 59 || out->second > 60) return false;
  if (text.empty()) return true;
  out->utc_offset_minutes = ParseZone(text);
  if (!out->utc_offset_minutes.has_value()) return false;
  if (*out->utc_offset_minutes == 0 && text != "Z") out->canonical = false;
  return true;
}

// Reads the canonical `YYYY-MM-DD`: nearly all dates of real data are such.
bool ParsePlainDate(std::string_view text, DateParts* out) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  unsigned digits[8];
  constexpr size_t kPlaces[] = {0, 1, 2, 3, 5, 6, 8, 9};
  bool all_digits = true;
  for (size_t i = 0; i < 8; ++i) {
    digits[i] = static_cast<unsigned char>(text[kPlaces[i]]) - unsigned{'0'};
    all_digits &= digits[i] <= 9;
  }
  if (!all_digits) return false;
  out->year = static_cast<int>(digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3]);
  out->month = static_cast<int>(digits[4] * 10 + digits[5]);
  out->day = static_cast<int>(digits[6] * 10 + digits[7]);
  return out->month != 0 && out->day != 0 && IsDateValid(*out);
}

void SetDate(const DateParts& parts, v1::Date* out) {
  out->set_year(parts.year);
  out->set_month(parts.month);
  out->set_day(parts.day);
}

char* WriteDigits(int value, int count, char* out) {
  for (int i = count - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + count;
}

char* WriteDate(const DateParts& date, char* out) {
  out = WriteDigits(date.year, 4, out);
  if (date.month == 0) return out;
  *out++ = '-';
  out = WriteDigits(date.month, 2, out);
  if (date.day == 0) return out;
  *out++ = '-';
  return WriteDigits(date.day, 2, out);
}

}  // namespace

int DaysInMonth(int year, int month) { return month < 1 || month > 12 ? 0 : DaysOf(year, month); }

bool IsValid(const v1::Date& date) { return IsDateValid({date.year(), date.month(), date.day()}); }

bool IsValid(const v1::DateTime& date_time) {
  return date_time.month() != 0 && date_time.day() != 0 &&
         IsDateValid({date_time.year(), date_time.month(), date_time.day()}) &&
         date_time.hour() >= 0 && date_time.hour() <= 23 && date_time.minute() >= 0 &&
         date_time.minute() <= 59 && date_time.second() >= 0 && date_time.second() <= 60 &&
         date_time.nanos() >= 0 && date_time.nanos() <= 999'999'999 &&
         date_time.utc_offset_minutes() >= -kMaxOffsetMinutes &&
         date_time.utc_offset_minutes() <= kMaxOffsetMinutes;
}

TextForm ParseDate(std::string_view text, v1::Date* out) {
  DateParts date;
  if (ParsePlainDate(text, &date)) {
    SetDate(date, out);
    return TextForm::kCanonical;
  }
  date = DateParts();
  std::string_view rest = TrimXmlSpace(text);
  bool canonical = rest.size() == text.size();
  if (!TakeDate(&rest, &date)) return TextForm::kInvalid;
  if (!rest.empty()) {
    canonical = false;
    if (date.day != 0 && (rest.front() == 'T' || rest.front() == ' ')) {
      TimeParts time;
      if (!ParseTime(rest.substr(1), &time)) return TextForm::kInvalid;
    } else if (!ParseZone(rest).has_value()) {
      return TextForm::kInvalid;
    }
  }
  SetDate(date, out);
  return canonical ? TextForm::kCanonical : TextForm::kVariant;
}

TextForm ParseDateTime(std::string_view text, v1::DateTime* out) {
  constexpr size_t kDateLength = 10;
  const std::string_view trimmed = TrimXmlSpace(text);
  DateParts date;
  TimeParts time;
  if (trimmed.size() <= kDateLength || !ParsePlainDate(trimmed.substr(0, kDateLength), &date)) {
    return TextForm::kInvalid;
  }
  const char separator = trimmed[kDateLength];
  if ((separator != 'T' && separator != ' ') ||
      !ParseTime(trimmed.substr(kDateLength + 1), &time)) {
    return TextForm::kInvalid;
  }
  out->set_year(date.year);
  out->set_month(date.month);
  out->set_day(date.day);
  out->set_hour(time.hour);
  out->set_minute(time.minute);
  out->set_second(time.second);
  out->set_nanos(time.nanos);
  if (time.utc_offset_minutes.has_value()) {
    out->set_utc_offset_minutes(*time.utc_offset_minutes);
  } else {
    out->clear_utc_offset_minutes();
  }
  const bool canonical = time.canonical && separator == 'T' && trimmed.size() == text.size();
  return canonical ? TextForm::kCanonical : TextForm::kVariant;
}

bool AppendDate(const v1::Date& date, std::string* out) {
  if (!IsValid(date)) return false;
  char buffer[16];
  const char* end = WriteDate({date.year(), date.month(), date.day()}, buffer);
  out->append(buffer, static_cast<size_t>(end - buffer));
  return true;
}

bool AppendDateTime(const v1::DateTime& date_time, std::string* out) {
  if (!IsValid(date_time)) return false;
  char buffer[48];
  char* end = WriteDate({date_time.year(), date_time.month(), date_time.day()}, buffer);
  *end++ = 'T';
  end = WriteDigits(date_time.hour(), 2, end);
  *end++ = ':';
  end = WriteDigits(date_time.minute(), 2, end);
  *end++ = ':';
  end = WriteDigits(date_time.second(), 2, end);
  if (date_time.nanos() != 0) {
    *end++ = '.';
    end = WriteDigits(date_time.nanos(), kNanosDigits, end);
    while (end[-1] == '0') --end;
  }
  if (date_time.has_utc_offset_minutes()) {
    const int offset = date_time.utc_offset_minutes();
    if (offset == 0) {
      *end++ = 'Z';
    } else {
      const int minutes = offset < 0 ? -offset : offset;
      *end++ = offset < 0 ? '-' : '+';
      end = WriteDigits(minutes / 60, 2, end);
      *end++ = ':';
      end = WriteDigits(minutes % 60, 2, end);
    }
  }
  out->append(buffer, static_cast<size_t>(end - buffer));
  return true;
}

}  // namespace puente

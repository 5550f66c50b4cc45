// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Dates, parts of dates and moments, compared.

#include "core/filter/date_span.h"

#include "core/base/calendar.h"

namespace puente::filter {
namespace {

// Grows with time; not a count of days.
constexpr int32_t DayKey(int32_t year, int32_t month, int32_t day) {
  return (year * 16 + month) * 32 + day;
}

// Days since a fixed one, proleptic Gregorian.
int64_t DayNumber(int64_t year, int64_t month, int64_t day) {
  // Years begin in March, so that the leap day is the last one.
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t m = month <= 2 ? month + 9 : month - 3;
  return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day;
}

int64_t Seconds(const v1::DateTime& moment, bool with_offset) {
  const int64_t days = DayNumber(moment.year(), moment.month(), moment.day());
  const int64_t minutes = (days * 24 + moment.hour()) * 60 + moment.minute() -
                          (with_offset ? moment.utc_offset_minutes() : 0);
  return minutes * 60 + moment.second();
}

}  // namespace

DateSpan SpanOf(const v1::Date& date) {
  const int32_t year = date.year();
  if (date.month() == 0) return {DayKey(year, 1, 1), DayKey(year, 12, 31)};
  if (date.day() == 0) {
    return {DayKey(year, date.month(), 1),
            DayKey(year, date.month(), DaysInMonth(year, date.month()))};
  }
  const int32_t day = DayKey(year, date.month(), date.day());
  return {day, day};
}

DateSpan DayOf(const v1::DateTime& moment) {
  const int32_t day = DayKey(moment.year(), moment.month(), moment.day());
  return {day, day};
}

bool CompareSpans(const DateSpan& a, Comparator comparator, const DateSpan& b) {
  switch (comparator) {
    case Comparator::kEqual:
    case Comparator::kHas:
      return a.first >= b.first && a.last <= b.last;
    case Comparator::kNotEqual:
      return a.last < b.first || a.first > b.last;
    case Comparator::kLess:
      return a.last < b.first;
    case Comparator::kLessOrEqual:
      return a.last <= b.last;
    case Comparator::kGreater:
      return a.first > b.last;
    case Comparator::kGreaterOrEqual:
      return a.first >= b.first;
  }
  return false;
}

int CompareMoments(const v1::DateTime& a, const v1::DateTime& b) {
  const bool with_offset = a.has_utc_offset_minutes() && b.has_utc_offset_minutes();
  const int64_t x = Seconds(a, with_offset);
  const int64_t y = Seconds(b, with_offset);
  if (x != y) return x < y ? -1 : 1;
  return a.nanos() == b.nanos() ? 0 : a.nanos() < b.nanos() ? -1 : 1;
}

}  // namespace puente::filter

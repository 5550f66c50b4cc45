// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Dates, parts of dates and moments, compared.

#ifndef PUENTE_CORE_FILTER_DATE_SPAN_H_
#define PUENTE_CORE_FILTER_DATE_SPAN_H_

#include <cstdint>

#include "core/filter/expression.h"
#include "puente/v1/text.pb.h"

namespace puente::filter {

/// The days that a date, a month or a year covers, as numbers that grow with time.
struct DateSpan {
  int32_t first = 0;
  int32_t last = 0;
};

/// The days of a valid date.
DateSpan SpanOf(const v1::Date& date);

/// The day of a valid moment, as its source wrote it.
DateSpan DayOf(const v1::DateTime& moment);

/// True when every day that `a` covers compares so with `b`: `=` lies within it, `!=` outside of
/// it,
/// `<` before its first day, `<=` not after its last one.
bool CompareSpans(const DateSpan& a, Comparator comparator, const DateSpan& b);

/// Negative when `a` is before `b`, 0 when they are the same moment, positive when it is after it.
/// Both must be valid. Offsets count when both have one; else the clocks are compared as written.
int CompareMoments(const v1::DateTime& a, const v1::DateTime& b);

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_DATE_SPAN_H_

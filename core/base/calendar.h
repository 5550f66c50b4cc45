// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Calendar dates and times as sources write them.

#ifndef PUENTE_CORE_BASE_CALENDAR_H_
#define PUENTE_CORE_BASE_CALENDAR_H_

#include <string>
#include <string_view>

#include "core/base/text_form.h"
#include "puente/v1/text.pb.h"

namespace puente {

/// Days of a month of the proleptic Gregorian calendar; 0 when `month` is not within 1 to 12.
int DaysInMonth(int year, int month);

/// True when the message is a date, or the year or the month of one, of the years 1 to 9999.
bool IsValid(const v1::Date& date);

/// True when every part of the message is within its range and the day exists.
bool IsValid(const v1::DateTime& date_time);

/// Reads a date. Canonical: `YYYY-MM-DD`, `YYYY-MM`, `YYYY`. Variants: a zone (`Z`, `+hh:mm`) after
/// any of these, a date with a time after it (anything that ParseDateTime reads; the time and the
/// zone are not in the value), XML white space around. Days that do not exist are invalid.
TextForm ParseDate(std::string_view text, v1::Date* out);

/// Reads a date with a time of day. Canonical: `YYYY-MM-DDThh:mm:ss`, a fraction of 1 to 9 digits
/// that does not end in 0, `Z` or `+hh:mm` (up to 14:00, not `+00:00`); fraction and zone may be
/// absent. Variants: a fraction that ends in 0 or has more digits (cut to nanoseconds), `+00:00`
/// and
/// `-00:00`, no seconds, a space instead of `T`, XML white space around. A date alone is invalid.
TextForm ParseDateTime(std::string_view text, v1::DateTime* out);

/// Appends the canonical text. Returns false, and appends nothing, when the date is not valid.
bool AppendDate(const v1::Date& date, std::string* out);

/// Appends the canonical text. Returns false, and appends nothing, when the value is not valid.
bool AppendDateTime(const v1::DateTime& date_time, std::string* out);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_CALENDAR_H_

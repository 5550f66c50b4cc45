// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The styles of a workbook's cells, as far as they say what a number is.
#include "core/text/xlsx_styles.h"

#include <algorithm>
#include <charconv>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/text/xlsx_names.h"

namespace puente::text {
namespace {

constexpr uint32_t kFirstOwnFormat = 164;

/// Formats that every program knows without being told; those of East Asia are dates as well.
XlsxNumber NumberOfBuiltIn(uint32_t id) {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58)) {
    return XlsxNumber::kDate;
  }
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47)) {
    return XlsxNumber::kTime;
  }
  return id == 22 ? XlsxNumber::kDateTime : XlsxNumber::kPlain;
}

uint32_t NumberIn(std::string_view text) {
  uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar, and back.
void DayOf(int64_t days, v1::DateTime* out) {
  // Years begin with March here, so that the day of a leap year is the last one.
  constexpr int64_t kDaysOf400Years = 146097;
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - kDaysOf400Years + 1) / kDaysOf400Years;
  const int64_t of_era = days - era * kDaysOf400Years;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * of_year + 2) / 153;
  out->set_day(static_cast<int32_t>(of_year - (153 * month + 2) / 5 + 1));
  out->set_month(static_cast<int32_t>(month < 10 ? month + 3 : month - 9));
  out->set_year(static_cast<int32_t>(year_of_era + era * 400 + (month >= 10 ? 1 : 0)));
}

}  // namespace

XlsxNumber NumberOfFormat(std::string_view format) {
  // Of several sections the first one is for numbers above zero.
  bool has_date = false;
  bool has_time = false;
  bool has_minutes = false;
  for (size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == ';') break;
    if (c == '"') {
      i = std::min(format.find('"', i + 1), format.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      const size_t end = std::min(format.find(']', i), format.size());
      const std::string_view inner = format.substr(i + 1, end - i - 1);
      // `[hh]` is hours that passed; colours, conditions and languages are no time.
      has_time = has_time ||
                 (!inner.empty() && inner.find_first_not_of("hHmMsS") == std::string_view::npos);
      i = end;
    } else if (format.substr(i, 7) == "General" || format.substr(i, 8) == "Standard") {
      return XlsxNumber::kPlain;
    } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
      has_date = true;
    } else if (c == 'h' || c == 'H' || c == 's' || c == 'S') {
      has_time = true;
    } else if (c == 'm' || c == 'M') {
      has_minutes = true;  // or a month
    } else if (c == 'E' || c == 'e') {
      if (i + 1 < format.size() && (format[i + 1] == '+' || format[i + 1] == '-')) {
        return XlsxNumber::kPlain;
      }
    }
  }
  if (has_date && has_time) return XlsxNumber::kDateTime;
  if (has_time) return XlsxNumber::kTime;
  return has_date || has_minutes ? XlsxNumber::kDate : XlsxNumber::kPlain;
}

absl::Status XlsxStyles::Read(XmlReader* xml) {
  bool in_cells = false;
  while (true) {
    const XmlEvent event = xml->Step();
    if (event == XmlEvent::kError) return xml->status();
    if (event == XmlEvent::kEndOfDocument) return absl::OkStatus();
    const std::string_view name = LocalName(xml->name());
    if (event == XmlEvent::kEnd && name == "cellXfs") in_cells = false;
    if (event != XmlEvent::kStart) continue;
    if (name == "cellXfs") {
      in_cells = true;
    } else if (name == "numFmt") {
      formats_[NumberIn(AttributeOf(*xml, "numFmtId"))] =
          NumberOfFormat(AttributeOf(*xml, "formatCode"));
    } else if (name == "xf" && in_cells) {
      const uint32_t id = NumberIn(AttributeOf(*xml, "numFmtId"));
      const auto own = formats_.find(id);
      // A program may tell a format of its own for a number below 164, too.
      numbers_.push_back(own != formats_.end()   ? own->second
                         : id >= kFirstOwnFormat ? XlsxNumber::kPlain
                                                 : NumberOfBuiltIn(id));
    }
  }
}

std::optional<v1::DateTime> DateOfSerial(std::string_view serial, bool is_1904) {
  const absl::StatusOr<Decimal> number = Decimal::Parse(serial);
  if (!number.ok() || number->is_negative()) return std::nullopt;
  constexpr int64_t kMillisOfDay = 86400000;
  // Exact: doubles would turn 0.1 of a second into a neighbour.
  Int128 unit = 1;
  for (int i = 0; i < number->scale(); ++i) unit *= 10;
  const Int128 whole = number->unscaled() / unit;
  constexpr int64_t kLastSerial = 2958465;
  if (whole > kLastSerial) return std::nullopt;
  const Int128 rest = number->unscaled() - whole * unit;
  auto millis = static_cast<int64_t>((rest * kMillisOfDay * 2 + unit) / (unit * 2));
  auto days = static_cast<int64_t>(whole);
  if (millis == kMillisOfDay) {
    millis = 0;
    ++days;
  }
  constexpr int64_t kDayThatNeverWas = 60;
  constexpr int64_t kFrom1900 = -25569;  // serial 0 of all days behind it
  constexpr int64_t kFrom1904 = -24107;
  if (!is_1904 && days == kDayThatNeverWas) return std::nullopt;
  int64_t since_1970 = days + (is_1904 ? kFrom1904 : kFrom1900);
  if (!is_1904 && days < kDayThatNeverWas) ++since_1970;
  v1::DateTime out;
  DayOf(since_1970, &out);
  out.set_hour(static_cast<int32_t>(millis / 3600000));
  out.set_minute(static_cast<int32_t>(millis / 60000 % 60));
  out.set_second(static_cast<int32_t>(millis / 1000 % 60));
  out.set_nanos(static_cast<int32_t>(millis % 1000 * 1000000));
  if (!IsValid(out)) return std::nullopt;
  return out;
}

}  // namespace puente::text

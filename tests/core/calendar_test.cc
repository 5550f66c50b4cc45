// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of dates and times: forms of text, ranges, hostile messages, every day of two centuries.

#include "core/base/calendar.h"

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

namespace puente {
namespace {

std::string Text(const v1::Date& date) {
  std::string text;
  return AppendDate(date, &text) ? text : "(invalid)";
}

std::string Text(const v1::DateTime& date_time) {
  std::string text;
  return AppendDateTime(date_time, &text) ? text : "(invalid)";
}

v1::Date MakeDate(int year, int month, int day) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

struct Case {
  std::string text;
  // The canonical text of the value.
  std::string value;
};

TEST(DateTest, ReadsCanonicalTexts) {
  for (const std::string text :
       {"2012-01-01", "2012-12-31", "2000-02-29", "2012-02-29", "0001-01-01", "9999-12-31",
        "2012-05", "0001-12", "2012", "0001", "9999"}) {
    v1::Date date;
    EXPECT_EQ(ParseDate(text, &date), TextForm::kCanonical) << text;
    EXPECT_EQ(Text(date), text);
    EXPECT_TRUE(IsValid(date));
  }
}

TEST(DateTest, ReadsVariants) {
  const std::vector<Case> cases = {
      {" 2012-01-01", "2012-01-01"},
      {"2012-01-01\n\t\r ", "2012-01-01"},
      {"2012-01-01Z", "2012-01-01"},
      {"2012-01-01+01:00", "2012-01-01"},
      {"2012-01-01-14:00", "2012-01-01"},
      {" 2012-01-01Z ", "2012-01-01"},
      {"2012-05Z", "2012-05"},
      {"2012-05-05:00", "2012-05"},
      {"2012Z", "2012"},
      {"2012+03:30", "2012"},
      {"2012-05:00", "2012"},
      {"2012-01-01T00:00:00", "2012-01-01"},
      {"2012-01-01T23:59:59.9999999Z", "2012-01-01"},
      {"2012-01-01 00:00:00", "2012-01-01"},
      {"2012-01-01T00:00:00+14:00", "2012-01-01"},
      {"2012-01-01T00:00", "2012-01-01"},
  };
  for (const Case& expected : cases) {
    v1::Date date = MakeDate(1, 2, 3);
    EXPECT_EQ(ParseDate(expected.text, &date), TextForm::kVariant) << expected.text;
    EXPECT_EQ(Text(date), expected.value) << expected.text;
  }
}

TEST(DateTest, RefusesAllElse) {
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "2012-13-01",
                                          "2012-00-01",
                                          "2012-01-00",
                                          "2012-01-32",
                                          "2012-04-31",
                                          "2012-02-30",
                                          "2011-02-29",
                                          "1900-02-29",
                                          "2100-02-29",
                                          "0000-01-01",
                                          "0000",
                                          "12012-01-01",
                                          "-2012-01-01",
                                          "+2012",
                                          "12",
                                          "201",
                                          "2012-1-1",
                                          "2012-01-1",
                                          "2012-01-",
                                          "2012-",
                                          "2012-01-01T",
                                          "2012-01-01T25:00:00",
                                          "2012-01-01Tgarbage",
                                          "01/02/2012",
                                          "2012/01/01",
                                          "20120101",
                                          "2012.01.01",
                                          "01-02-2012",
                                          "2012-01-01z",
                                          "2012-01-01+15:00",
                                          "2012-01-01+1:00",
                                          "2012-01-01+01:60",
                                          "2012-01-01+0100",
                                          "2012-05T00:00:00",
                                          "2012T00:00:00",
                                          "2012-01-01-02",
                                          "2012-01-01 ,",
                                          "2012-01 -01",
                                          "1 May 2012",
                                          "\xC2\xA0"
                                          "2012-01-01",
                                          "2012-01-01\xC2\xA0",
                                          "2012-0a-01",
                                          "2012-01-0:",
                                          "2O12-01-01",
                                          "2012-01-01T00:00:00Zx",
                                          "2012-W01-1",
                                          "2012-001",
                                          std::string("2012-01-01\0", 11)};
  for (const std::string& text : texts) {
    v1::Date date = MakeDate(1, 2, 3);
    EXPECT_EQ(ParseDate(text, &date), TextForm::kInvalid) << text;
    EXPECT_EQ(Text(date), "0001-02-03") << "touched by " << text;
  }
}

TEST(DateTest, RefusesHostileMessages) {
  for (const v1::Date& date :
       {MakeDate(0, 0, 0), MakeDate(0, 1, 1), MakeDate(-1, 1, 1), MakeDate(10000, 1, 1),
        MakeDate(2012, 0, 1), MakeDate(2012, 13, 1), MakeDate(2012, -1, 1), MakeDate(2012, 2, 30),
        MakeDate(2012, 1, 32), MakeDate(2012, 1, -1), MakeDate(INT32_MAX, INT32_MAX, INT32_MAX),
        MakeDate(INT32_MIN, INT32_MIN, INT32_MIN)}) {
    EXPECT_FALSE(IsValid(date)) << date.ShortDebugString();
    EXPECT_EQ(Text(date), "(invalid)") << date.ShortDebugString();
  }
}

TEST(DateTest, KnowsEveryDayFrom1900To2100) {
  using std::chrono::days;
  using std::chrono::year_month_day;
  const std::chrono::sys_days first = std::chrono::year(1900) / 1 / 1;
  const std::chrono::sys_days last = std::chrono::year(2100) / 12 / 31;
  int count = 0;
  for (std::chrono::sys_days day = first; day <= last; day += days(1)) {
    const year_month_day expected(day);
    const std::string text =
        fmt::format("{:04}-{:02}-{:02}", static_cast<int>(expected.year()),
                    static_cast<unsigned>(expected.month()), static_cast<unsigned>(expected.day()));
    v1::Date date;
    ASSERT_EQ(ParseDate(text, &date), TextForm::kCanonical) << text;
    ASSERT_EQ(Text(date), text);
    ++count;
  }
  EXPECT_EQ(count, 73414);
}

TEST(DateTest, KnowsNoOtherDay) {
  int count = 0;
  v1::Date date;
  for (int year = 1900; year <= 2100; ++year) {
    for (int month = 0; month <= 99; ++month) {
      for (int day = 0; day <= 99; ++day) {
        const std::string text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
        count += ParseDate(text, &date) != TextForm::kInvalid;
      }
    }
  }
  EXPECT_EQ(count, 73414);
}

TEST(DateTest, KnowsTheLengthOfMonths) {
  EXPECT_EQ(DaysInMonth(2011, 2), 28);
  EXPECT_EQ(DaysInMonth(2012, 2), 29);
  EXPECT_EQ(DaysInMonth(1900, 2), 28);
  EXPECT_EQ(DaysInMonth(2000, 2), 29);
  EXPECT_EQ(DaysInMonth(2011, 4), 30);
  EXPECT_EQ(DaysInMonth(2011, 12), 31);
  EXPECT_EQ(DaysInMonth(2011, 0), 0);
  EXPECT_EQ(DaysInMonth(2011, 13), 0);
}

TEST(DateTimeTest, ReadsCanonicalTexts) {
  for (const std::string text :
       {"2012-01-01T00:00:00", "2012-01-01T23:59:59Z", "2012-01-01T23:59:60Z",
        "2012-01-01T12:30:15.5", "2012-01-01T12:30:15.000000001Z", "2012-01-01T12:30:15.1234+01:00",
        "2012-01-01T12:30:15-03:30", "2012-01-01T12:30:15+14:00", "2012-01-01T12:30:15-14:00",
        "0001-01-01T00:00:00", "9999-12-31T23:59:59.999999999-00:01"}) {
    v1::DateTime date_time;
    date_time.set_utc_offset_minutes(5);
    date_time.set_nanos(5);
    EXPECT_EQ(ParseDateTime(text, &date_time), TextForm::kCanonical) << text;
    EXPECT_EQ(Text(date_time), text);
  }
}

TEST(DateTimeTest, TellsNoOffsetFromZero) {
  v1::DateTime date_time;
  EXPECT_EQ(ParseDateTime("2012-01-01T00:00:00Z", &date_time), TextForm::kCanonical);
  EXPECT_TRUE(date_time.has_utc_offset_minutes());
  EXPECT_EQ(ParseDateTime("2012-01-01T00:00:00", &date_time), TextForm::kCanonical);
  EXPECT_FALSE(date_time.has_utc_offset_minutes());
  EXPECT_EQ(ParseDateTime("2012-01-01T00:00:00-03:30", &date_time), TextForm::kCanonical);
  EXPECT_EQ(date_time.utc_offset_minutes(), -210);
}

TEST(DateTimeTest, ReadsVariants) {
  const std::vector<Case> cases = {
      {"2013-07-30 16:35:42", "2013-07-30T16:35:42"},
      {"2013-07-30T16:35:42.0000000Z", "2013-07-30T16:35:42Z"},
      {"2013-07-30T16:35:42.50", "2013-07-30T16:35:42.5"},
      {"2013-07-30T16:35:42.1234567891", "2013-07-30T16:35:42.123456789"},
      {"2013-07-30T16:35:42.0000000009", "2013-07-30T16:35:42"},
      {"2013-07-30T16:35:42+00:00", "2013-07-30T16:35:42Z"},
      {"2013-07-30T16:35:42-00:00", "2013-07-30T16:35:42Z"},
      {" 2013-07-30T16:35:42\n", "2013-07-30T16:35:42"},
      {"2013-07-30T16:35", "2013-07-30T16:35:00"},
      {"2013-07-30T16:35Z", "2013-07-30T16:35:00Z"},
      {"2013-07-30T16:35:42." + std::string(100000, '3'), "2013-07-30T16:35:42.333333333"},
  };
  for (const Case& expected : cases) {
    v1::DateTime date_time;
    EXPECT_EQ(ParseDateTime(expected.text, &date_time), TextForm::kVariant) << expected.text;
    EXPECT_EQ(Text(date_time), expected.value) << expected.text;
  }
}

TEST(DateTimeTest, RefusesAllElse) {
  for (const std::string text : {"",
                                 "2013-07-30",
                                 "2013-07-30Z",
                                 "2013-07-30T",
                                 "2013-07-30T16",
                                 "2013-07-30T16:35:4",
                                 "2013-07-30T16:35:42.",
                                 "2013-07-30T16:35:42.Z",
                                 "2013-07-30T24:00:00",
                                 "2013-07-30T16:60:00",
                                 "2013-07-30T16:35:61",
                                 "2013-02-30T00:00:00",
                                 "2013-07T00:00:00",
                                 "2013-07-30t16:35:42",
                                 "2013-07-30T16:35:42z",
                                 "2013-07-30T16:35:42+1",
                                 "2013-07-30T16:35:42+14:01",
                                 "2013-07-30T16:35:42+01:60",
                                 "2013-07-30T16:35:42 Z",
                                 "2013-07-30  16:35:42",
                                 "2013-07-30T16:35:42,5",
                                 "2013-07-30T-1:35:42",
                                 "16:35:42",
                                 "0000-07-30T16:35:42",
                                 "2013-07-30T16.5:35",
                                 "2013-07-30T16:35.5"}) {
    v1::DateTime date_time;
    EXPECT_EQ(ParseDateTime(text, &date_time), TextForm::kInvalid) << text;
    EXPECT_EQ(date_time.ByteSizeLong(), 0) << "touched by " << text;
  }
}

TEST(DateTimeTest, RefusesHostileMessages) {
  v1::DateTime good;
  ASSERT_EQ(ParseDateTime("2012-01-01T00:00:00Z", &good), TextForm::kCanonical);
  EXPECT_TRUE(IsValid(good));
  const auto refuse = [&good](auto set) {
    v1::DateTime date_time = good;
    set(&date_time);
    EXPECT_FALSE(IsValid(date_time)) << date_time.ShortDebugString();
    EXPECT_EQ(Text(date_time), "(invalid)") << date_time.ShortDebugString();
  };
  refuse([](v1::DateTime* d) { d->set_year(0); });
  refuse([](v1::DateTime* d) { d->set_month(0); });
  refuse([](v1::DateTime* d) { d->set_day(0); });
  refuse([](v1::DateTime* d) { d->set_day(32); });
  refuse([](v1::DateTime* d) { d->set_hour(24); });
  refuse([](v1::DateTime* d) { d->set_hour(-1); });
  refuse([](v1::DateTime* d) { d->set_minute(60); });
  refuse([](v1::DateTime* d) { d->set_second(61); });
  refuse([](v1::DateTime* d) { d->set_nanos(1000000000); });
  refuse([](v1::DateTime* d) { d->set_nanos(-1); });
  refuse([](v1::DateTime* d) { d->set_utc_offset_minutes(841); });
  refuse([](v1::DateTime* d) { d->set_utc_offset_minutes(-841); });
  EXPECT_FALSE(IsValid(v1::DateTime()));
}

TEST(DateTimeTest, RandomValuesSurvive) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 100000; ++i) {
    v1::DateTime expected;
    expected.set_year(1 + static_cast<int>(random() % 9999));
    expected.set_month(1 + static_cast<int>(random() % 12));
    expected.set_day(1 + static_cast<int>(random() % 28));
    expected.set_hour(static_cast<int>(random() % 24));
    expected.set_minute(static_cast<int>(random() % 60));
    expected.set_second(static_cast<int>(random() % 61));
    if (random() % 2 == 0) expected.set_nanos(static_cast<int>(random() % 1000000000));
    if (random() % 2 == 0) {
      expected.set_utc_offset_minutes(static_cast<int>(random() % 1681) - 840);
    }
    v1::DateTime read;
    ASSERT_EQ(ParseDateTime(Text(expected), &read), TextForm::kCanonical) << Text(expected);
    ASSERT_EQ(read.SerializeAsString(), expected.SerializeAsString()) << Text(expected);
  }
}

}  // namespace
}  // namespace puente

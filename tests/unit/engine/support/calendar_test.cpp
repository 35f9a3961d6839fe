#include <gatepost/support/calendar.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace gatepost::support {
namespace {

using namespace std::chrono;

TEST(Calendar, ReadsBackEachDayThatItWrites) {
  EXPECT_TRUE(rc::check("the parts of a written day are that day", [] {
    const year_month_day day{sys_days(days(*rc::gen::inRange(-50'000, 100'000)))};
    const std::string text = to_text(day);
    RC_ASSERT(text.size() == 10U);
    RC_ASSERT(day_of(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)) == day);
  }));
}

TEST(Calendar, KnowsWhatIsNoDay) {
  EXPECT_FALSE(day_of("2021", "02", "29"));
  EXPECT_FALSE(day_of("2021", "13", "01"));
  EXPECT_FALSE(day_of("2021", "00", "01"));
  EXPECT_FALSE(day_of("2021", "01", "**"));
  EXPECT_FALSE(day_of("", "01", "01"));
  EXPECT_FALSE(day_of("2021", "", "01"));
  EXPECT_FALSE(day_of("2021", "01", ""));
  EXPECT_TRUE(day_of("0000", "01", "01"));
  EXPECT_FALSE(day_of("20210", "01", "01"));
  EXPECT_TRUE(day_of("2020", "02", "29"));
}

TEST(Calendar, ADayIsWholeToItsLastNanosecond) {
  const auto vietnam = whole_day_at(2026y / 11 / 23, minutes(420));
  EXPECT_EQ(vietnam.first, WallTime(sys_days(2026y / 11 / 23)) - 7h);
  EXPECT_EQ(vietnam.last, WallTime(sys_days(2026y / 11 / 24)) - 7h - 1ns);
  ::setenv("TZ", "ICT-7", 1);
  ::tzset();
  EXPECT_EQ(whole_day_here(2026y / 11 / 23).first, vietnam.first);
  EXPECT_EQ(whole_day_here(2026y / 11 / 23).last, vietnam.last);
  EXPECT_EQ(moment_here(2026y / 11 / 23, 3661s), vietnam.first + 3661s);
}

TEST(Calendar, TimesBeyondTheLastNanosecondAreTheLast) {
  EXPECT_GT(whole_day_at(9999y / 12 / 31, minutes(0)).last, WallTime(sys_days(2262y / 4 / 1)));
  EXPECT_GT(whole_day_here(9999y / 12 / 31).last, WallTime(sys_days(2262y / 4 / 1)));
}

TEST(Day, WhatIsNoDateIsNone) {
  for (const char* text : {"", "2026-02-30", "2026-2-1", "2026-02-01x", "30/02/2026", "1/2/2026", "2026-13-01",
                           "-000-02-01", "2026/02/01", "01-02-2026", "20260201", "+1/02/2026", "01/02/26"})
    EXPECT_FALSE(parse_day(text)) << text;
}

RC_GTEST_PROP(Day, EachIsReadInEachForm, ()) {
  const std::chrono::local_days day(std::chrono::days(*rc::gen::inRange(-100'000, 200'000)));
  const std::chrono::year_month_day date(day);
  const auto text = [](const char* form, int a, int b, int c) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), form, a, b, c);
    return std::string(buffer.data());
  };
  const int year = int(date.year()), month = int(unsigned(date.month())), number = int(unsigned(date.day()));
  RC_ASSERT(parse_day(text("%04d-%02d-%02d", year, month, number)) == day);
  RC_ASSERT(parse_day(text("%02d/%02d/%04d", number, month, year)) == day);
  RC_ASSERT(parse_day(text("%02d.%02d.%04d 08:00", number, month, year)) == day);
}

TEST(TimeOfDay, HasTwoDigitsAndTwoDigits) {
  EXPECT_EQ(time_of_day("00:00"), std::chrono::minutes(0));
  EXPECT_EQ(time_of_day("18:30"), std::chrono::hours(18) + std::chrono::minutes(30));
  EXPECT_EQ(time_of_day("23:59"), std::chrono::minutes(24 * 60 - 1));
  for (const char* text : {"", "24:00", "18:60", "8:30", "18:3", "18.30", "-1:10", "18:-1", "+1:10", " 8:30", "18:30 ",
                           "18:30:00", "1830"})
    EXPECT_FALSE(time_of_day(text)) << text;
}

}  // namespace
}  // namespace gatepost::support

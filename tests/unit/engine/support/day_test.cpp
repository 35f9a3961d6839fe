#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <array>
#include <cstdio>
#include <gatepost/support/day.hpp>
#include <string>

namespace gatepost::support {
namespace {

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

}  // namespace
}  // namespace gatepost::support

#include <gatepost/support/calendar.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

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

}  // namespace
}  // namespace gatepost::support

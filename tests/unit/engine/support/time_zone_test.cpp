#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <gatepost/support/time_zone.hpp>

#include <filesystem>

namespace gatepost::support {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

WallTime utc(int year, unsigned month, unsigned day, Duration of_day) {
  return WallTime(sys_days(year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)))) +
         of_day;
}
LocalTime shown(int year, unsigned month, unsigned day, Duration of_day) {
  return LocalTime(
             local_days(year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)))) +
         of_day;
}

TEST(TimeZone, KnowsWhatClocksShow) {
  const auto berlin = TimeZone::find("Europe/Berlin"), saigon = TimeZone::find("Asia/Ho_Chi_Minh");
  ASSERT_TRUE(berlin && saigon);
  EXPECT_EQ(berlin->local(utc(2026, 1, 1, 11h)), shown(2026, 1, 1, 12h));
  EXPECT_EQ(berlin->local(utc(2026, 7, 1, 22h)), shown(2026, 7, 2, 0h));
  EXPECT_EQ(saigon->day(utc(2026, 1, 1, 17h)), local_days(2026y / 1 / 2));
  EXPECT_EQ(saigon->day(utc(2026, 1, 1, 17h) - 1ns), local_days(2026y / 1 / 1));
}

TEST(TimeZone, ATimeThatIsLeaptOverIsTheLeap) {
  const auto berlin = TimeZone::find("Europe/Berlin");
  ASSERT_TRUE(berlin);
  EXPECT_EQ(berlin->first(shown(2026, 3, 29, 2h + 30min)), utc(2026, 3, 29, 1h));
  EXPECT_EQ(berlin->last(shown(2026, 3, 29, 2h + 30min)), utc(2026, 3, 29, 1h));
  EXPECT_EQ(berlin->first(shown(2026, 3, 29, 3h)), utc(2026, 3, 29, 1h));
}

TEST(TimeZone, ATimeThatIsShownTwiceBeginsWithTheFirstAndEndsWithTheSecond) {
  const auto berlin = TimeZone::find("Europe/Berlin");
  ASSERT_TRUE(berlin);
  EXPECT_EQ(berlin->first(shown(2026, 10, 25, 2h + 30min)), utc(2026, 10, 25, 30min));
  EXPECT_EQ(berlin->last(shown(2026, 10, 25, 2h + 30min)), utc(2026, 10, 25, 1h + 30min));
}

TEST(TimeZone, SaysWhichNameIsNone) {
  for (const char* name : {"Asia/Hanoi", "../../../etc/passwd", "/etc/localtime", "europe/berlin", "."}) {
    const auto none = TimeZone::find(name);
    ASSERT_FALSE(none) << name;
    EXPECT_EQ(none.error().where, name);
  }
}

RC_GTEST_PROP(TimeZone, LooksBackAtWhatItSaid, ()) {
  const auto zone =
      TimeZone::find(*rc::gen::element<std::string>("Europe/Berlin", "Asia/Ho_Chi_Minh", "America/St_Johns", "UTC"));
  RC_ASSERT(zone.has_value());
  const WallTime time(seconds(*rc::gen::inRange<std::int64_t>(0, 2'000'000'000)));
  const LocalTime shown = zone->local(time);
  RC_ASSERT(zone->first(shown) <= time);
  RC_ASSERT(time <= zone->last(shown));
  RC_ASSERT(zone->local(zone->first(shown)) == shown);
  RC_ASSERT(zone->local(zone->last(shown)) == shown);
}

}  // namespace
}  // namespace gatepost::support

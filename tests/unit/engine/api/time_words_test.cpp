// Times as people say them.
#include "api/time_words.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <gatepost/support/rfc3339.hpp>

namespace gatepost::api {
namespace {

using support::parse_rfc3339;
using support::rfc3339;

// Thursday, 26 November 2026, 15:30 in Hanoi.
class TimeWords : public testing::Test {
 protected:
  TimeWords() { zone("Asia/Ho_Chi_Minh"); }
  ~TimeWords() override { zone("UTC"); }
  static void zone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  std::string said(std::string_view words, DayEdge edge = DayEdge::begin) const {
    const auto time = time_of_words(words, now_, edge);
    return time ? rfc3339(*time) : "none";
  }
  WallTime now_ = *parse_rfc3339("2026-11-26T15:30:00+07:00");
};

TEST_F(TimeWords, AreDaysOfThisZone) {
  EXPECT_EQ(said("today"), "2026-11-25T17:00:00.000000000Z");
  EXPECT_EQ(said("Yesterday"), "2026-11-24T17:00:00.000000000Z");
  EXPECT_EQ(said("monday"), "2026-11-22T17:00:00.000000000Z");
  EXPECT_EQ(said("thursday"), "2026-11-25T17:00:00.000000000Z") << "today is one";
  EXPECT_EQ(said("fri"), "2026-11-19T17:00:00.000000000Z") << "the last one";
  EXPECT_EQ(said("2026-03-01"), "2026-02-28T17:00:00.000000000Z");
}

TEST_F(TimeWords, ADayEndsWithItsLastMoment) {
  EXPECT_EQ(said("yesterday", DayEdge::end), "2026-11-25T16:59:59.999999999Z");
  EXPECT_EQ(said("2026-12-31", DayEdge::end), "2026-12-31T16:59:59.999999999Z");
  EXPECT_EQ(said("yesterday 08:00", DayEdge::end), "2026-11-25T01:00:00.000000000Z");
}

TEST_F(TimeWords, HaveATimeBehindADayOrAlone) {
  EXPECT_EQ(said("monday 08:00"), "2026-11-23T01:00:00.000000000Z");
  EXPECT_EQ(said(" 8:05:30 "), "2026-11-26T01:05:30.000000000Z");
  EXPECT_EQ(said("2026-11-24 23:59"), "2026-11-24T16:59:00.000000000Z");
}

TEST_F(TimeWords, GoBackFromNow) {
  EXPECT_EQ(said("now"), rfc3339(now_));
  EXPECT_EQ(said("90s"), "2026-11-26T08:28:30.000000000Z");
  EXPECT_EQ(said("2 hours ago"), "2026-11-26T06:30:00.000000000Z");
  EXPECT_EQ(said("an hour ago"), said("1h"));
  EXPECT_EQ(said("3 days ago"), said("3d"));
  EXPECT_EQ(said("2w"), said("14 days ago"));
}

// A day ago is the same time of the clock, whether the zone has changed its clocks or not.
TEST_F(TimeWords, DaysGoByTheCalendar) {
  zone("Europe/Berlin");
  now_ = *parse_rfc3339("2026-03-29T12:00:00+02:00");
  EXPECT_EQ(said("1 day ago"), "2026-03-28T11:00:00.000000000Z");
  EXPECT_EQ(said("24h"), "2026-03-28T10:00:00.000000000Z");
  EXPECT_EQ(said("today"), "2026-03-28T23:00:00.000000000Z");
}

TEST_F(TimeWords, AreRefusedWhereTheyAreNearlyRight) {
  for (const char* words : {"",
                            " ",
                            "tomorrow",
                            "2026-02-29",
                            "2026-13-01",
                            "25:00",
                            "8:60",
                            "08",
                            "8",
                            "-1h",
                            "1x",
                            "ago",
                            "2 ago",
                            "2 hours",
                            "hours ago",
                            "monday tuesday",
                            "today 08:00 09:00",
                            "1h 08:00",
                            "2026-11-24T08:00:00",
                            "99999999h",
                            "2026-11-24T08:00:00+7"})
    EXPECT_EQ(said(words), "none") << words;
}

TEST(Rfc3339, IsReadAsItIsWritten) {
  for (const char* text :
       {"2026-11-24T00:41:49.123456789Z", "1969-12-31T23:59:59.999999999Z", "2000-02-29T00:00:00.000000000Z"})
    EXPECT_EQ(rfc3339(parse_rfc3339(text).value()), text);
  EXPECT_EQ(parse_rfc3339("2026-11-24T07:00:00.5+07:00"), parse_rfc3339("2026-11-24T00:00:00.500Z"));
  EXPECT_EQ(parse_rfc3339("2026-11-23T19:30:00-04:30"), parse_rfc3339("2026-11-24T00:00:00Z"));
  for (const char* text :
       {"2026-11-24", "2026-11-24T00:00Z", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T00:00:00.Z",
        "2026-11-24T00:00:00.1234567890Z", "2026-11-24T00:00:00ZZ", "0000-01-01T00:00:00Z", "9999-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

}  // namespace
}  // namespace gatepost::api

// Whether a checkpoint scans in earnest.
#include "api/scan_rate.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <boost/json/array.hpp>
#include <chrono>

namespace gatepost::api {
namespace {

using namespace std::chrono_literals;
using Presence = ScanRate::Presence;

constexpr WallTime now = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + 14h + 20min;

Record scan(WallTime wall) {
  return {.wall = wall, .clock = {ClockSource::network, 1ms}, .device = "gun", .reason = "granted"};
}

Record device(WallTime wall, const std::string& name, const char* reason) {
  return {
      .kind = RecordKind::device, .wall = wall, .clock = {ClockSource::network, 1ms}, .device = name, .reason = reason};
}

/// Each hour of `weeks` has so many scans, in its middle; the last day ends `until` before now.
ScanRate weeks_of(int weeks, int an_hour, Duration until = {}) {
  ScanRate rate(now);
  const auto first = std::chrono::floor<std::chrono::hours>(now) - std::chrono::hours(weeks * 7 * 24 + 24);
  rate.add(device(first, "gun", "up"));
  for (auto hour = first; hour < now - until; hour += 1h)
    for (int i = 0; i < an_hour; ++i)
      if (hour + 30min < now - until) rate.add(scan(hour + 30min));
  return rate;
}

TEST(ScanRate, KnowsACheckpointThatScansAsUsual) {
  const auto rate = weeks_of(4, 10);
  EXPECT_EQ(rate.presence(), Presence::earnest);
  EXPECT_EQ(rate.scans_of_day(), 240U);
  EXPECT_NEAR(*rate.usual_of_day(), 240, 1);
  EXPECT_TRUE(rate.gaps().empty());
}

TEST(ScanRate, SeesThatNobodyScansAnyMore) {
  const auto rate = weeks_of(2, 10, 3h);
  EXPECT_EQ(rate.presence(), Presence::quiet);
  ASSERT_EQ(rate.gaps().size(), 1U);
  EXPECT_EQ(rate.gaps().front().until, now);
  EXPECT_NEAR(rate.gaps().front().usual, 30, 0.1);
}

TEST(ScanRate, TakesANightWithoutScansForWhatItIs) {
  ScanRate rate(WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + 3h);
  for (int day = 28; day >= 1; --day)
    for (int hour = 7; hour < 20; ++hour)
      for (int i = 0; i < 20; ++i)
        rate.add(scan(WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) - day * 24h + hour * 1h));
  EXPECT_EQ(rate.presence(), Presence::earnest);
  EXPECT_TRUE(rate.gaps().empty());
}

TEST(ScanRate, SeesThatScansHaveBecomeFew) {
  ScanRate rate = weeks_of(3, 10, 24h);
  for (int hour = 23; hour >= 0; --hour)
    for (int i = 0; i < 2; ++i) rate.add(scan(now - hour * 1h - 10min));
  EXPECT_EQ(rate.presence(), Presence::slow);
}

TEST(ScanRate, SeesThatAReaderIsUnplugged) {
  ScanRate rate = weeks_of(2, 10, 3h);
  rate.add(device(now - 3h, "gun", "down"));
  EXPECT_EQ(rate.presence(), Presence::unplugged);
  EXPECT_EQ(rate.json().at("down").as_array().size(), 1U);
  rate.add(device(now - 1h, "gun", "up"));
  EXPECT_EQ(rate.presence(), Presence::quiet);
}

TEST(ScanRate, ComparesNothingBeforeAWeekIsOver) {
  ScanRate rate(now);
  EXPECT_EQ(rate.presence(), Presence::silent);
  rate.add(scan(now - 1h));
  EXPECT_EQ(rate.presence(), Presence::unknown);
  EXPECT_TRUE(rate.json().at("usual").is_null());
}

TEST(ScanRate, CountsNoButtonsAndNothingOfAClockThatNobodySet) {
  ScanRate rate(now);
  Record button = scan(now - 1h), unset = scan(now - 1h);
  button.reason = "button";
  unset.clock.source = ClockSource::unset;
  rate.add(button);
  rate.add(unset);
  rate.add(scan(now + 1h));
  EXPECT_EQ(rate.presence(), Presence::silent);
}

// Whatever the scans are: the gaps hold none, lie one after the other, and each is worth to be told.
RC_GTEST_PROP(ScanRate, TellsGapsThatAreOnes, ()) {
  ScanRate rate(now);
  std::vector<WallTime> all;
  const int weeks = *rc::gen::inRange(1, 5);
  for (int hour = weeks * 7 * 24 + 24; hour >= 0; --hour) {
    const int count = *rc::gen::element(0, 0, 3, 12);
    for (int i = 0; i < count; ++i) all.push_back(now - hour * 1h + std::chrono::minutes(i));
  }
  std::erase_if(all, [](WallTime time) { return time > now; });
  for (const auto time : all) rate.add(scan(time));
  WallTime end = now - 24h;
  for (const auto& gap : rate.gaps()) {
    RC_ASSERT(gap.from >= end);
    RC_ASSERT(gap.until > gap.from);
    RC_ASSERT(gap.until <= now);
    RC_ASSERT(gap.usual >= 5);
    RC_ASSERT(std::ranges::none_of(all, [&](WallTime time) { return time > gap.from && time < gap.until; }));
    end = gap.until;
  }
  const auto of_day = std::ranges::count_if(all, [](WallTime time) { return time > now - 24h; });
  RC_ASSERT(rate.scans_of_day() == static_cast<std::uint64_t>(of_day));
}

}  // namespace
}  // namespace gatepost::api

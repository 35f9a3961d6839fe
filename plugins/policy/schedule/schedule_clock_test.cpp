// Times of the week on the days on which clocks are changed, against each minute of two weeks gone through.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "schedule.cpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using gatepost::WallTime;
using std::chrono::minutes;
using std::chrono::sys_days;
using world::Visit;

// By the rule of the European Union: summer time from 01:00 UTC of 29 March to 01:00 UTC of 25 October 2026.
constexpr WallTime summer_begins{sys_days(std::chrono::year(2026) / 3 / 29) + 1h};
constexpr WallTime summer_ends{sys_days(std::chrono::year(2026) / 10 / 25) + 1h};

/// What a clock in Berlin shows, as minutes since the first midnight of 1970 there.
minutes shown(WallTime time) {
  const bool summer = summer_begins <= time && time < summer_ends;
  return std::chrono::floor<minutes>(time.time_since_epoch()) + (summer ? 2h : 1h);
}

/// Two weeks around a change, minute by minute.
struct Minutes {
  explicit Minutes(WallTime change) : first(std::chrono::floor<std::chrono::days>(change) - std::chrono::days(7)) {
    for (minutes m{0}; m < std::chrono::days(15); ++m) labels.push_back(shown(first + m));
  }
  /// The first minute whose label is that or later.
  WallTime begin(minutes label) const {
    std::size_t at = 0;
    while (at < labels.size() && labels[at] < label) ++at;
    return first + minutes(at);
  }
  /// The minute behind the last one whose label is earlier.
  WallTime end(minutes label) const {
    std::size_t at = labels.size();
    while (at > 0 && labels[at - 1] >= label) --at;
    return first + minutes(at);
  }
  WallTime first;
  std::vector<minutes> labels;
};

/// Days in words, and the times of one stretch.
struct Drawn {
  std::vector<unsigned> days;  // 0: Sunday
  int begin = 0, end = 0;      // minutes of a day
};
std::ostream& operator<<(std::ostream& out, const Drawn& drawn) {
  for (const unsigned day : drawn.days) out << day << " ";
  return out << drawn.begin << "-" << drawn.end;
}

std::string clock_text(int of_day) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", of_day / 60, of_day % 60);
  return text.data();
}

std::string text_of(const Drawn& drawn) {
  constexpr std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  std::string text;
  for (const unsigned day : drawn.days) text += (text.empty() ? "" : ",") + std::string(names.at(day));
  return text + " " + clock_text(drawn.begin) + "-" + clock_text(drawn.end);
}

rc::Gen<Drawn> any_times() {
  // Half of them in the hours in which clocks are changed.
  const auto minute = rc::gen::oneOf(rc::gen::inRange(0, 1440), rc::gen::inRange(60, 240));
  const auto days = rc::gen::nonEmpty(rc::gen::unique<std::vector<unsigned>>(rc::gen::inRange(0U, 7U)));
  const auto drawn = rc::gen::build<Drawn>(rc::gen::set(&Drawn::days, days), rc::gen::set(&Drawn::begin, minute),
                                           rc::gen::set(&Drawn::end, minute));
  return rc::gen::suchThat(drawn, [](const Drawn& one) { return one.begin != one.end; });
}

/// Whether each minute is within those times.
std::vector<bool> plain(const Minutes& all, const std::vector<Drawn>& times, minutes early, minutes late) {
  std::vector<bool> open(all.labels.size());
  const auto first_day = std::chrono::floor<std::chrono::days>(all.labels.front());
  for (const Drawn& one : times)
    for (auto day = first_day - std::chrono::days(2); day <= first_day + std::chrono::days(16);
         day += std::chrono::days(1)) {
      const auto weekday = std::chrono::weekday(sys_days(day)).c_encoding();
      if (std::ranges::find(one.days, weekday) == one.days.end()) continue;
      const minutes length = minutes(one.end > one.begin ? one.end : one.end + 1440);
      const auto begin = all.begin(day + minutes(one.begin)), end = all.end(day + length);
      for (std::size_t at = 0; at < open.size(); ++at) {
        const WallTime now = all.first + minutes(at);
        if (begin < end && begin - early <= now && now < end + late) open[at] = true;
      }
    }
  return open;
}

void holds_through(WallTime change) {
  const Minutes all(change);
  const auto times = *rc::gen::resize(3, rc::gen::nonEmpty(rc::gen::container<std::vector<Drawn>>(any_times())));
  Settings settings{.early = minutes(*rc::gen::element(0, 10, 90)),
                    .late = minutes(*rc::gen::element(0, 10, 90)),
                    .time_zone = "Europe/Berlin"};
  for (const Drawn& one : times) settings.times.push_back(text_of(one));
  const auto policy = Schedule::make(settings, {"hours", "/"});
  RC_ASSERT(policy.has_value());
  const auto open = plain(all, times, settings.early, settings.late);
  // What lies at the edges of these weeks the model does not know whole.
  for (std::size_t at = 2 * 1440; at + 2 * 1440 < open.size(); ++at) {
    const Visit visit{.wall = all.first + minutes(at)};
    const std::string decided = world::decision(**policy, visit);
    if (decided != (open[at] ? "grant" : "deny outside_hours")) RC_FAIL(std::to_string(at) + ": " + decided);
  }
}

RC_GTEST_PROP(ScheduleClock, IsRightInEachMinuteWhileClocksAreSetForward, ()) { holds_through(summer_begins); }
RC_GTEST_PROP(ScheduleClock, IsRightInEachMinuteWhileClocksAreSetBack, ()) { holds_through(summer_ends); }

std::string at(const std::string& times, WallTime wall) {
  const auto policy = Schedule::make({.times = {times}, .time_zone = "Europe/Berlin"}, {"hours", "/"});
  return world::decision(**policy, {.wall = wall});
}

TEST(ScheduleClock, ATimeThatClocksLeapOverBeginsWithTheLeap) {
  EXPECT_EQ(at("sun 02:30-05:00", summer_begins), "grant") << "03:00";
  EXPECT_EQ(at("sun 02:30-05:00", summer_begins - 1ns), "deny outside_hours") << "01:59";
  EXPECT_EQ(at("sun 01:00-02:30", summer_begins - 1ns), "grant");
  EXPECT_EQ(at("sun 01:00-02:30", summer_begins), "deny outside_hours");
  EXPECT_EQ(at("sun 02:15-02:45", summer_begins), "deny outside_hours") << "there is no such time on that day";
}

TEST(ScheduleClock, ATimeThatClocksShowTwiceLastsFromTheFirstToTheSecond) {
  const WallTime first = summer_ends - 30min, second = summer_ends + 30min;  // both are 02:30
  EXPECT_EQ(at("sun 02:30-04:00", first), "grant");
  EXPECT_EQ(at("sun 02:30-04:00", first - 1ns), "deny outside_hours");
  EXPECT_EQ(at("sun 02:30-04:00", summer_ends + 1min), "grant") << "02:01 again";
  EXPECT_EQ(at("sun 01:00-02:30", second - 1ns), "grant");
  EXPECT_EQ(at("sun 01:00-02:30", second), "deny outside_hours");
}

TEST(ScheduleClock, WhatIsLeaptOverIsNotOnAWhileBeforeOrAfterEither) {
  const auto policy =
      Schedule::make({.times = {"sun 02:15-02:45"}, .early = 1h, .late = 1h, .time_zone = "Europe/Berlin"}, {"", "/"});
  for (const auto distance : {-30min, 0min, 30min})
    EXPECT_EQ(world::decision(**policy, {.wall = summer_begins + distance}), "deny outside_hours");
}

TEST(ScheduleClock, ATimeMayReachIntoTheDayAfterTheNext) {
  const auto policy = Schedule::make({.times = {"mon 23:00-22:00"}, .late = 12h, .time_zone = "UTC"}, {"", "/"});
  const WallTime wednesday(sys_days(std::chrono::year(2026) / 6 / 3));
  EXPECT_EQ(world::decision(**policy, {.wall = wednesday + 10h - 1ns}), "grant");
  EXPECT_EQ(world::decision(**policy, {.wall = wednesday + 10h}), "deny outside_hours");
}

TEST(ScheduleClock, ANightShiftIsAnHourShorterOrLonger) {
  const auto length = [](WallTime change) {
    const auto policy = Schedule::make({.times = {"sat 22:00-06:00"}, .time_zone = "Europe/Berlin"}, {"hours", "/"});
    minutes open{0};
    for (WallTime now = change - 12h; now < change + 12h; now += 1min)
      if (world::decision(**policy, {.wall = now}) == "grant") ++open;
    return open;
  };
  EXPECT_EQ(length(summer_begins), 7h);
  EXPECT_EQ(length(summer_ends), 9h);
}

}  // namespace

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "schedule.cpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using gatepost::WallTime;
using std::chrono::local_days;
using std::chrono::sys_days;
using testing::HasSubstr;
using world::replace;
using world::Visit;

std::unique_ptr<Schedule> make(Settings settings, const std::shared_ptr<gatepost::Host>& host = gatepost::idle_host()) {
  if (settings.time_zone.empty()) settings.time_zone = "Europe/Berlin";
  auto made = Schedule::make(settings, {"hours", "/", host});
  return made ? std::move(*made) : nullptr;
}

std::string refusal(const Settings& settings) {
  auto checked = Schedule::check(settings);
  if (!checked) return to_line(checked.error());
  auto made = Schedule::make(settings, {"hours", "/"});
  return made ? "taken" : to_line(made.error());
}

/// Of a day of winter or summer of 2026 by the clocks of Berlin.
WallTime berlin(unsigned month, unsigned day, gatepost::Duration of_day) {
  const bool summer = month > 3 && month < 10;
  const std::chrono::year_month_day date{std::chrono::year(2026), std::chrono::month(month), std::chrono::day(day)};
  return WallTime(sys_days(date)) + of_day - (summer ? 2h : 1h);
}

std::string at(const Schedule& policy, WallTime wall, const std::string& shift = {}) {
  Visit visit{.wall = wall};
  if (!shift.empty()) visit.credential.attributes["shift"] = shift;
  return world::decision(policy, visit);
}

TEST(Schedule, OfEverybody) {
  const auto policy = make({.times = {"mon-fri 06:00-12:00, 13:00-18:00", "sat 07:00-12:00"}});
  ASSERT_TRUE(policy);
  EXPECT_EQ(at(*policy, berlin(6, 1, 6h)), "grant") << "a Monday";
  EXPECT_EQ(at(*policy, berlin(6, 1, 6h) - 1ns), "deny outside_hours");
  EXPECT_EQ(at(*policy, berlin(6, 1, 12h) - 1ns), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 1, 12h)), "deny outside_hours");
  EXPECT_EQ(at(*policy, berlin(6, 1, 13h)), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 6, 11h)), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 6, 13h)), "deny outside_hours");
  EXPECT_EQ(at(*policy, berlin(6, 7, 11h)), "deny outside_hours");
}

TEST(Schedule, AShiftGoesOnAfterMidnight) {
  const auto policy = make({.shifts = {"early: mon-sat 06:00-14:00", "Night: sun-fri 22:00-06:00"}});
  ASSERT_TRUE(policy);
  EXPECT_EQ(at(*policy, berlin(6, 6, 5h), "night"), "grant") << "Friday's";
  EXPECT_EQ(at(*policy, berlin(6, 6, 23h), "night"), "deny outside_hours") << "none on Saturday";
  EXPECT_EQ(at(*policy, berlin(6, 7, 23h), "night"), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 1, 7h), "night"), "deny not_your_shift");
  EXPECT_EQ(at(*policy, berlin(6, 1, 7h), "Early"), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 1, 7h), "night, early"), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 1, 7h), "late"), "deny no_shift");
  EXPECT_EQ(at(*policy, berlin(6, 1, 7h)), "deny no_shift");
}

TEST(Schedule, LetsPassALittleEarlyAndLate) {
  const auto policy = make({.shifts = {"early: mon-sat 06:00-14:00"}, .early = 30min, .late = 15min});
  ASSERT_TRUE(policy);
  EXPECT_EQ(at(*policy, berlin(6, 1, 5h + 30min), "early"), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 1, 5h + 30min) - 1ns, "early"), "deny outside_hours");
  EXPECT_EQ(at(*policy, berlin(6, 1, 14h + 15min) - 1ns, "early"), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 1, 14h + 15min), "early"), "deny outside_hours");
}

TEST(Schedule, OnHolidaysOnlyTheTimesOfHolidaysHold) {
  const auto policy =
      make({.times = {"mon-fri 06:00-18:00", "holiday 08:00-10:00"}, .holidays = {"2026-06-01", "01-01"}});
  ASSERT_TRUE(policy);
  EXPECT_EQ(at(*policy, berlin(6, 1, 7h)), "deny holiday");
  EXPECT_EQ(at(*policy, berlin(6, 1, 9h)), "grant");
  EXPECT_EQ(at(*policy, berlin(6, 1, 19h)), "deny outside_hours");
  EXPECT_EQ(at(*policy, berlin(6, 2, 9h)), "grant");
  EXPECT_EQ(at(*policy, berlin(1, 1, 7h)), "deny holiday") << "each year";
}

TEST(Schedule, AShiftBelongsToTheDayOnWhichItBegins) {
  const auto policy = make({.shifts = {"night: daily 22:00-06:00"}, .holidays = {"2026-06-02"}});
  ASSERT_TRUE(policy);
  EXPECT_EQ(at(*policy, berlin(6, 2, 3h), "night"), "grant") << "it began before the holiday";
  EXPECT_EQ(at(*policy, berlin(6, 2, 23h), "night"), "deny holiday");
  EXPECT_EQ(at(*policy, berlin(6, 3, 3h), "night"), "deny holiday");
}

TEST(Schedule, WhoGoesOutIsLetThroughUnlessItIsTimed) {
  Settings settings{.times = {"mon-fri 06:00-18:00"}};
  const Visit late{.direction = Direction::out, .wall = berlin(6, 1, 20h)};
  EXPECT_EQ(world::decision(*make(settings), late), "grant");
  settings.out = Out::timed;
  EXPECT_EQ(world::decision(*make(settings), late), "deny outside_hours");
}

TEST(Schedule, LetsNobodyInWhileTheMachineDoesNotKnowTheTime) {
  const auto policy = make({.times = {"daily,holiday 00:00-24:00"}});
  ASSERT_TRUE(policy);
  EXPECT_EQ(world::decision(*policy, {.wall = berlin(6, 1, 7h)}), "grant");
  EXPECT_EQ(world::decision(*policy, {.wall = berlin(6, 1, 7h), .clock_is_set = false}), "deny clock_unset");
}

TEST(Schedule, TellsTheShiftToWhoeverStandsThere) {
  const auto policy = make({.shifts = {"early: daily 06:00-14:00", "night: daily 22:00-06:00"}});
  Visit visit{.wall = berlin(6, 1, 7h)};
  visit.credential.attributes["shift"] = "night";
  const auto decided = world::attempt(visit, [&](const Attempt& attempt) { return policy->decide(attempt); });
  EXPECT_EQ(decided->facts.at("shift"), "night");
}

TEST(Schedule, AFileTellsWhoHasWhichShift) {
  const world::Scratch folder;
  replace(folder / "plan.csv",
          "Subject,name,shift,from,until\nE1,An,early,2026-06-01,2026-06-05\nE1,An,night,08/06/2026,\nE2,Ba,Early,,\n");
  const auto policy =
      make({.shifts = {"early: daily 06:00-14:00", "night: daily 22:00-06:00"}, .file = folder / "plan.csv"});
  ASSERT_TRUE(policy);
  const auto asked = [&](const std::string& subject, WallTime wall) {
    return world::decision(*policy, {.subject = subject, .wall = wall});
  };
  EXPECT_EQ(asked("E1", berlin(5, 31, 7h)), "deny not_your_shift");
  EXPECT_EQ(asked("E1", berlin(6, 1, 7h)), "grant");
  EXPECT_EQ(asked("E1", berlin(6, 5, 7h)), "grant") << "both days are within";
  EXPECT_EQ(asked("E1", berlin(6, 6, 7h)), "deny not_your_shift");
  EXPECT_EQ(asked("E1", berlin(6, 8, 3h)), "deny not_your_shift") << "the night of the 7th";
  EXPECT_EQ(asked("E1", berlin(6, 9, 3h)), "grant");
  EXPECT_EQ(asked("E2", berlin(6, 6, 7h)), "grant");
  EXPECT_EQ(asked("E3", berlin(6, 6, 7h)), "deny no_shift");
}

TEST(Schedule, TakesANewPlanWholeAndKeepsTheOldOneWhileItIsBroken) {
  const world::Scratch folder;
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  replace(folder / "plan.csv", "subject,shift\nE1,early\n");
  replace(folder / "days.csv", "date,name\n2026-06-01,a feast\n");
  const auto policy = make(
      {.shifts = {"early: daily 06:00-14:00"}, .file = folder / "plan.csv", .holiday_file = folder / "days.csv"}, host);
  ASSERT_TRUE(policy);
  const auto asked = [&](const std::string& subject, unsigned day) {
    return world::decision(*policy, {.subject = subject, .wall = berlin(6, day, 7h)});
  };
  EXPECT_EQ(asked("E1", 1), "deny holiday");
  EXPECT_EQ(asked("E1", 2), "grant");
  replace(folder / "plan.csv", "subject,shift\nE2,early\n");
  EXPECT_TRUE(world::comes_true([&] { return asked("E2", 2) == "grant"; }));
  replace(folder / "plan.csv", "subject,shift\nE1,nearly\n");
  EXPECT_TRUE(world::comes_true([&] { return !host->alarm("plan_not_taken").empty(); }));
  EXPECT_EQ(asked("E2", 2), "grant");
  replace(folder / "days.csv", "date\n06-02\n");
  EXPECT_TRUE(world::comes_true([&] { return asked("E2", 2) == "deny holiday"; }));
}

// ---- What is refused

TEST(Schedule, SaysWhatIsWrongWithItsSettings) {
  EXPECT_THAT(refusal({}), HasSubstr("either times"));
  EXPECT_THAT(refusal({.times = {"daily 06:00-18:00"}, .shifts = {"a: daily 06:00-18:00"}}), HasSubstr("not both"));
  EXPECT_THAT(refusal({.times = {"daily 06:00-18:00"}, .file = "plan.csv"}), HasSubstr("there are no shifts"));
  EXPECT_THAT(refusal({.times = {"daily 06:00-18:00"}, .time_zone = "Asia/Hanoi"}), HasSubstr("no such time zone"));
  EXPECT_THAT(refusal({.times = {"daily 06:00-18:00"}, .holidays = {"25 December"}}), HasSubstr("is no date"));
  EXPECT_THAT(refusal({.times = {"daily 06:00-18:00"}, .holidays = {"02-30"}}), HasSubstr("is no date"));
  EXPECT_THAT(refusal({.shifts = {"a: daily 06:00-18:00"}, .file = "/absent/plan.csv"}), HasSubstr("/absent/plan.csv"));
  for (const char* text : {"", "mon", "mon-fri", "noday 06:00-18:00", "mon- 06:00-18:00", "mon,,tue 06:00-18:00",
                           "mon 6:00-18:00", "mon 06:00-25:00", "mon 24:00-06:00", "mon 06:60-18:00", "mon 06:00",
                           "mon 06:00-06:00", "mon 06:00-18:00,", "mon 06:00-18:00-20:00", "mon 24:01-06:00"})
    EXPECT_FALSE(schedule::parse_times(text)) << text;
  for (const char* text : {"early mon 06:00-18:00", ": mon 06:00-18:00", "mon-fri 06:00-18:00", "a,b: mon 06:00-18:00"})
    EXPECT_FALSE(schedule::parse_shifts({text})) << text;
}

TEST(Schedule, SaysWhatIsWrongWithItsFiles) {
  const world::Scratch folder;
  const auto plan = [&](const std::string& text) {
    replace(folder / "plan.csv", text);
    return refusal({.shifts = {"early: daily 06:00-14:00", "night: daily 22:00-06:00"}, .file = folder / "plan.csv"});
  };
  EXPECT_EQ(plan("subject;shift;note\nE1;early;\n"), "taken");
  EXPECT_THAT(plan(""), HasSubstr("is missing"));
  EXPECT_THAT(plan("subject,shift\n"), HasSubstr("nobody in it"));
  EXPECT_THAT(plan("subject,name\nE1,An\n"), HasSubstr("plan.csv:1: the column subject or shift is missing"));
  EXPECT_THAT(plan("subject,shift,shift\nE1,early,night\n"), HasSubstr("two columns have one name"));
  EXPECT_THAT(plan("subject,shift,valid until\nE1,early,\n"), HasSubstr("plan.csv:1:15: this column looks like one"));
  EXPECT_THAT(plan("subject,shift\nE1,late\n"),
              HasSubstr("plan.csv:2:4: there is no such shift; write one of: early, night"));
  EXPECT_THAT(plan("subject,shift\n,early\n"), HasSubstr("plan.csv:2:1: the subject is empty"));
  EXPECT_THAT(plan("subject,shift\nE1\n"), HasSubstr("plan.csv:2: this row has another number of fields"));
  EXPECT_THAT(plan("subject,shift,from\nE1,early,soon\n"), HasSubstr("plan.csv:2:10: that is no date"));
  EXPECT_THAT(plan("subject,shift,from,until\nE1,early,2026-02-01,2026-01-31\n"), HasSubstr("ends before it begins"));
  const auto days = [&](const std::string& text) {
    replace(folder / "days.csv", text);
    return refusal({.times = {"daily 06:00-14:00"}, .holiday_file = folder / "days.csv"});
  };
  EXPECT_EQ(days("name,date\nTết,2026-02-17\n"), "taken");
  EXPECT_EQ(days("date\n"), "taken") << "a year may have none left";
  EXPECT_THAT(days("day\n2026-02-17\n"), HasSubstr("no column is called date"));
  EXPECT_THAT(days(""), HasSubstr("no column is called date"));
  EXPECT_THAT(days("date\nsoon\n"), HasSubstr("days.csv:2:1: that is no date"));
  EXPECT_THAT(days("name,date\nTết\n"), HasSubstr("days.csv:2: this row has another number"));
}

}  // namespace

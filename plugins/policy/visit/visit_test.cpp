#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/shared_policy.hpp"
#include "visit.cpp"
#include "world/plain_presence.hpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using gatepost::Record;
using testing::HasSubstr;
using world::replace;
using world::Step;

constexpr WallTime midnight{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};

std::unique_ptr<VisitPolicy> make(Settings settings,
                                  const std::shared_ptr<gatepost::Host>& host = gatepost::idle_host()) {
  if (settings.time_zone.empty()) settings.time_zone = "UTC";
  auto made = VisitPolicy::make(settings, {"visits", "/", host});
  EXPECT_TRUE(made) << to_line(made.error());
  return made ? std::move(*made) : nullptr;
}

std::string refusal(const Settings& settings) {
  auto made = VisitPolicy::make(settings, {"visits", "/"});
  return made ? "taken" : to_line(made.error());
}

/// A visit as the plain model has it: in minutes after midnight.
struct Drawn {
  unsigned person = 0;
  int from = 0, length = 1;
};
std::ostream& operator<<(std::ostream& out, const Drawn& one) {
  return out << "{E" << one.person + 1 << " " << one.from << "+" << one.length << "}";
}

std::string text_of(const std::vector<Drawn>& visits) {
  std::string text = "subject,from,until,host\n";
  for (const Drawn& one : visits)
    text += world::people.at(one.person) + "," +
            shown(midnight + std::chrono::minutes(one.from), *TimeZone::find("UTC")) + "," +
            shown(midnight + std::chrono::minutes(one.from + one.length), *TimeZone::find("UTC")) + ",H\n";
  return text;
}

rc::Gen<std::vector<Drawn>> any_visits() {
  return rc::gen::container<std::vector<Drawn>>(rc::gen::build<Drawn>(
      rc::gen::set(&Drawn::person, rc::gen::inRange(0U, 3U)), rc::gen::set(&Drawn::from, rc::gen::inRange(0, 3000)),
      rc::gen::set(&Drawn::length, rc::gen::inRange(1, 600))));
}

/// Goes through all Records and all visits, minute by minute, each time it is asked.
struct Plain {
  const Settings& settings;
  const std::vector<Drawn>& visits;
  const world::PlainPresence& all;

  bool open(const Drawn& one, int minute) const {
    return one.from - settings.early.count() <= minute && minute < one.from + one.length + settings.late.count();
  }
  static int minute_of(WallTime time) {
    return static_cast<int>(std::chrono::floor<std::chrono::minutes>(time - midnight).count());
  }

  // The one that ends first of those that are open and left; of two alike the one that begins first.
  const Drawn* spend(std::vector<const Drawn*>& left, int minute) const {
    const Drawn* best = nullptr;
    for (const Drawn* one : left) {
      if (!open(*one, minute)) continue;
      const auto order = [](const Drawn& d) { return std::pair(d.from + d.length, d.from); };
      if (best == nullptr || order(*one) < order(*best)) best = one;
    }
    std::erase(left, best);
    return best;
  }

  std::string decision(const world::Visit& visit) const {
    if (visit.direction == Direction::out) return "grant";
    if (!visit.clock_is_set) return "deny clock_unset";
    const int now = minute_of(visit.wall);
    std::vector<const Drawn*> left;
    for (const Drawn& one : visits)
      if (world::people.at(one.person) == visit.subject) left.push_back(&one);
    const auto mine = left;
    std::vector<int> entries;
    for (const Record& one : all.records) {
      const auto zone = one.details.find("zone");
      if (one.kind != gatepost::RecordKind::attempt || one.outcome != Outcome::grant || all.was_taken_back(one))
        continue;
      if (one.subject != visit.subject || one.direction != Direction::in) continue;
      if ((zone == one.details.end() ? "" : zone->second) != visit.zone) continue;
      entries.push_back(minute_of(all.time_of(one).value_or(visit.wall)));
    }
    std::ranges::sort(entries);
    if (settings.once)
      for (const int entry : entries) spend(left, entry);
    if (spend(left, now) != nullptr) return "grant";
    if (std::ranges::any_of(mine, [&](const Drawn* one) { return open(*one, now); })) return "deny already_here";
    const auto day = [](int minute) { return minute / 1440; };
    if (std::ranges::any_of(mine, [&](const Drawn* one) { return one->from > now && day(one->from) == day(now); }))
      return "deny too_early";
    if (std::ranges::any_of(
            mine, [&](const Drawn* one) { return one->from <= now && day(one->from + one->length - 1) == day(now); }))
      return "deny too_late";
    return "deny not_expected";
  }
};

RC_GTEST_PROP(Visit, DecidesAsGoingThroughAllRecordsDoesAndAlikeAfterAKill, ()) {
  Settings settings;
  settings.once = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
  settings.early = std::chrono::minutes(*rc::gen::element(0, 30, 90));
  settings.late = std::chrono::minutes(*rc::gen::element(0, 20));
  const auto visits = *any_visits();
  const world::Scratch folder;
  replace(settings.file = folder / "visits.csv", text_of(visits));
  const auto policy = make(settings);
  world::PlainPresence all;
  world::Passages passages(midnight);
  const Plain plain{settings, visits, all};
  for (const Step& step : *rc::gen::container<std::vector<Step>>(world::any_step())) {
    all.records.push_back(passages.record(step));
    policy->learn(all.records.back());
    const Step next = *world::any_step();
    const world::Visit visit{.subject = world::people.at(next.person),
                             .scheme = world::schemes.at(next.scheme),
                             .zone = world::zones.at(next.zone),
                             .direction = next.direction,
                             .wall = next.clock_is_set ? passages.wall() : WallTime(1h),
                             .clock_is_set = next.clock_is_set};
    const std::string decided = world::decision(*policy, visit);
    RC_ASSERT(decided == plain.decision(visit));
    const auto again = make(settings);
    for (const Record& record : world::within_horizon(all.records, policy->horizon(), passages.wall()))
      again->learn(record);
    RC_ASSERT(world::decision(*again, visit) == decided);
  }
}

RC_GTEST_PROP(Visit, AGrantOnItsWayCountsAsOneThatIsLearned, ()) {
  const auto visits = *any_visits();
  const world::Scratch folder;
  const Settings settings{.file = folder / "visits.csv"};
  replace(settings.file, text_of(visits));
  const auto any = [&] {
    const Step step = *world::any_step();
    return world::Visit{.subject = world::people.at(step.person),
                        .scheme = world::schemes.at(step.scheme),
                        .zone = world::zones.at(step.zone),
                        .direction = step.direction};
  };
  world::Visit visit = any(), other = any();
  visit.wall = other.wall = midnight + std::chrono::minutes(*rc::gen::inRange(0, 3000));
  const auto policy = make(settings);
  const std::string beside = world::decision(*policy, visit, {world::reservation(other)});
  policy->learn(world::granted(other, 1));
  RC_ASSERT(world::decision(*policy, visit) == beside);
}

// As the plain model, but for what its steps never bring.
std::string_view answered(const std::vector<visit::Expected>& visits, std::chrono::minutes now,
                          const std::vector<WallTime>& entries) {
  return visit::answer_of(visits, {}, midnight + now, entries, *TimeZone::find("UTC")).reason;
}

TEST(Visit, SpendsVisitsInTheOrderOfTimeWhateverTheOrderOfRecords) {
  const std::vector<visit::Expected> visits{{midnight + 9h, midnight + 10h}, {midnight + 9h + 30min, midnight + 11h}};
  const WallTime first = midnight + 9h + 15min, second = midnight + 9h + 45min;
  EXPECT_EQ(answered(visits, 9h + 50min, {first, second}), "already_here");
  EXPECT_EQ(answered(visits, 9h + 50min, {second, first}), "already_here") << "the clock was put back";
}

TEST(Visit, AVisitWithoutLengthIsOneOfTheDayOnWhichItIs) {
  EXPECT_EQ(answered({{midnight, midnight}}, 10min, {}), "too_late");
  EXPECT_EQ(answered({{midnight - 1h, midnight}}, 10min, {}), "not_expected") << "it was all on the day before";
}

TEST(Visit, LetsOneOfTwoLanesThroughAtOneInstant) {
  const world::Scratch folder;
  replace(folder / "visits.csv", "subject,from\nE1,2026-03-01\n");
  const auto shared =
      std::make_shared<gatepost::runtime::SharedPolicy>("visits", make({.file = folder / "visits.csv"}));
  const auto decide = [&](const world::Visit& visit) {
    return world::attempt(visit, [&](const Attempt& attempt) { return shared->decide(attempt); });
  };
  auto left = decide({.wall = midnight, .lane = "left"});
  EXPECT_EQ(left.decision->outcome, Outcome::grant);
  EXPECT_EQ(decide({.wall = midnight, .lane = "right"}).decision->reason, "already_here");
  EXPECT_EQ(decide({.scheme = "visitor", .wall = midnight}).decision->reason, "already_here")
      << "one person, one visit";
  EXPECT_EQ(decide({.zone = "hall", .wall = midnight}).decision->outcome, Outcome::grant) << "into another part";
  left.held.reset();  // its Record was not kept
  EXPECT_EQ(decide({.wall = midnight, .lane = "right"}).decision->outcome, Outcome::grant);
}

TEST(Visit, ShowsWhomAndWhen) {
  const world::Scratch folder;
  replace(folder / "visits.csv",
          "subject;from;until;Host;company\nE1;01/03/2026 09:00;01/03/2026 10:00;Bình;\x1b[2J\n");
  const auto policy =
      make({.file = folder / "visits.csv", .show = {"host", "company"}, .time_zone = "Asia/Ho_Chi_Minh"});
  const auto decided = world::attempt({.wall = midnight + 3h}, [&](const Attempt& one) { return policy->decide(one); });
  EXPECT_EQ(decided->reason, "too_late");
  const visit::Facts expected{
      {"host", "Bình"}, {"company", "·[2J"}, {"from", "2026-03-01 09:00"}, {"until", "2026-03-01 10:00"}};
  EXPECT_EQ(decided->facts, expected);
}

TEST(Visit, ReadsACalendarWhateverItsNameIs) {
  const world::Scratch folder;
  replace(
      folder / "visits.txt",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:V7\nDTSTART:20260301T090000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n");
  const auto policy = make({.file = folder / "visits.txt", .subject = "UID"});
  EXPECT_EQ(world::decision(*policy, {.subject = "V7", .wall = midnight + 9h}), "grant");
  EXPECT_EQ(world::decision(*policy, {.subject = "V7", .wall = midnight + 10h}), "deny too_late");
  EXPECT_EQ(world::decision(*policy, {.subject = "V7", .wall = midnight + 8h}), "deny too_early");
  EXPECT_EQ(world::decision(*policy, {.subject = "V8", .wall = midnight + 9h}), "deny not_expected");
}

TEST(Visit, KeepsTheVisitsWhileTheNewOnesAreBroken) {
  const world::Scratch folder;
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  replace(folder / "visits.csv", "subject,from\nE1,2026-03-01\n");
  const auto policy = make({.file = folder / "visits.csv"}, host);
  replace(folder / "visits.csv", "subject,from\nE1,soon\n");
  EXPECT_TRUE(world::comes_true([&] { return !host->alarm("visits_not_taken").empty(); }));
  EXPECT_EQ(world::decision(*policy, {.wall = midnight}), "grant");
  host->pass(25h);
  EXPECT_THAT(world::decision(*policy, {.wall = midnight}), HasSubstr("error: "));
  EXPECT_EQ(world::decision(*policy, {.direction = Direction::out, .wall = midnight}), "grant") << "out is free";
  replace(folder / "visits.csv", "subject,from\nE2,2026-03-01\n");
  EXPECT_TRUE(world::comes_true([&] { return world::decision(*policy, {.wall = midnight}) == "deny not_expected"; }));
}

TEST(Visit, NeedsToTellPeopleApartWhereAVisitIsSpent) {
  const world::Scratch folder;
  replace(folder / "visits.csv", "subject,from\nE1,2026-03-01\n");
  const auto nobody = [](const std::string&) { return std::string(); };
  const auto once = make({.file = folder / "visits.csv"});
  EXPECT_TRUE(once->needs_subject());
  EXPECT_THAT(world::decision(*once, {.wall = midnight, .key = nobody}), HasSubstr("error: "));
  const auto often = make({.file = folder / "visits.csv", .once = false});
  EXPECT_FALSE(often->needs_subject());
  EXPECT_EQ(often->horizon(), gatepost::Duration(0));
  EXPECT_EQ(world::decision(*often, {.wall = midnight, .key = nobody}), "grant");
  const world::Visit visit{.wall = midnight};
  EXPECT_EQ(world::decision(*often, visit, {world::reservation(visit)}), "grant") << "nothing is spent";
}

TEST(Visit, SaysWhatIsWrongWithItsFile) {
  const world::Scratch folder;
  const auto said = [&](const std::string& text, Settings settings = {}) {
    replace(settings.file = folder / "visits.csv", text);
    return refusal(settings);
  };
  EXPECT_EQ(said("subject,from,until\nA,2026-03-01T09:00:00Z,2026-03-01T17:00:00+07:00\n"), "taken");
  EXPECT_EQ(said("subject,from,until\nA,2026-03-01,\n"), "taken");
  EXPECT_THAT(said("subject,until\n"), HasSubstr("the column from is missing"));
  EXPECT_THAT(said("from\n"), HasSubstr("the column subject is missing"));
  EXPECT_THAT(said("subject,from,status\n"), HasSubstr("looks like one that changes"));
  EXPECT_THAT(said("subject,from\nA,soon\n"), HasSubstr("visits.csv:2:3: that is no time"));
  for (const char* time : {"2026-03-01 9:00", "2026-03-01 24:00", "2026-03-01 09:60", "2026-03-01 09:00:60",
                           "2026-03-01 09-00", "2026-03-01 09:00-30", "2026-03-01 09:00h", "2026-13-01", "3026-03-01"})
    EXPECT_THAT(said("subject,from\nA," + std::string(time) + "\n"), HasSubstr("that is no time")) << time;
  EXPECT_THAT(said("subject,from,until\nA,2026-03-01,2026-02-28\n"), HasSubstr("ends before it begins"));
  EXPECT_THAT(said("subject,from,until\nA,2026-03-01,2026-04-20\n"), HasSubstr("longer than one may be"));
  EXPECT_EQ(said("subject,from,until\nA,2026-03-01,2026-04-20\n", {.once = false}), "taken");
  EXPECT_THAT(said("subject,from\nA,2026-03-01\n", {.show = {"host"}}), HasSubstr("there is no column host"));
  EXPECT_THAT(refusal({.file = folder / "absent.ics"}), HasSubstr("absent.ics"));
  EXPECT_FALSE(VisitPolicy::check({.subject = "attendee mail"}));
}

}  // namespace

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "quota.cpp"
#include "runtime/shared_policy.hpp"
#include "world/plain_presence.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using gatepost::Duration;
using world::Step;
using world::Visit;

constexpr WallTime morning{std::chrono::sys_days(std::chrono::year(2026) / 3 / 29) + 7h};

std::unique_ptr<Quota> make(const Settings& settings) {
  auto made = Quota::make(settings, {"quota", "/"});
  return made ? std::move(*made) : nullptr;
}

/// Judges by all Records each time it is asked. Clocks are those of Ho Chi Minh City: seven hours ahead.
struct Plain {
  Settings settings;
  world::PlainPresence all;

  std::string scheme(const std::string& word) const { return settings.schemes == Schemes::apart ? word : ""; }
  static auto day(WallTime wall) { return std::chrono::floor<std::chrono::days>(wall + 7h); }

  std::size_t passes(const Visit& visit) const {
    std::size_t count = 0;
    for (const Record& one : all.records) {
      if (one.kind != gatepost::RecordKind::attempt || one.outcome != Outcome::grant || all.was_taken_back(one))
        continue;
      if (one.direction != Direction::in || one.subject != visit.subject) continue;
      if (settings.schemes == Schemes::apart && one.scheme != visit.scheme) continue;
      if ((one.details.contains("zone") ? one.details.at("zone") : "") != visit.zone) continue;
      const auto then = all.time_of(one);
      count += !then || day(*then) == day(visit.wall) ? 1U : 0U;
    }
    return count;
  }
  std::size_t others(const Visit& visit) const {
    std::size_t count = 0;
    for (const auto& word : settings.schemes == Schemes::apart ? world::schemes : std::array<std::string, 2>{"", "-"})
      for (const auto& subject : world::people) {
        const auto last = all.last(visit.zone, word, subject);
        if (!last || last->direction == Direction::out) continue;
        if (subject == visit.subject && word == scheme(visit.scheme)) continue;
        const auto then = all.time_of(*last);
        if (then && visit.clock_is_set && visit.wall - *then >= settings.forget_after) continue;
        ++count;
      }
    return count;
  }
  std::string decision(const Visit& visit) const {
    if (visit.direction == Direction::out) return "grant";
    if (settings.passes_per_day > 0 && !visit.clock_is_set) return "deny clock_unset";
    if (settings.passes_per_day > 0 && passes(visit) >= settings.passes_per_day) return "deny passes_spent";
    if (settings.inside_at_most > 0 && others(visit) >= settings.inside_at_most) return "deny full";
    return "grant";
  }
};

rc::Gen<Settings> any_settings() {
  const auto drawn =
      rc::gen::build<Settings>(rc::gen::set(&Settings::inside_at_most, rc::gen::inRange(0U, 5U)),
                               rc::gen::set(&Settings::passes_per_day, rc::gen::inRange(0U, 4U)),
                               rc::gen::set(&Settings::forget_after, rc::gen::element<std::chrono::seconds>(3h, 16h)),
                               rc::gen::set(&Settings::time_zone, rc::gen::just(std::string("Asia/Ho_Chi_Minh"))),
                               rc::gen::set(&Settings::schemes, rc::gen::element(Schemes::apart, Schemes::together)));
  return rc::gen::suchThat(drawn, [](const Settings& settings) { return Quota::check(settings).has_value(); });
}

rc::Gen<Visit> any_visit(WallTime now) {
  return rc::gen::map(world::any_step(), [now](const Step& step) {
    return Visit{.subject = world::people.at(step.person),
                 .scheme = world::schemes.at(step.scheme),
                 .zone = world::zones.at(step.zone),
                 .direction = step.direction,
                 .wall = step.clock_is_set ? now + step.later : WallTime(1h),
                 .clock_is_set = step.clock_is_set};
  });
}

RC_GTEST_PROP(Quota, DecidesByWhatTheRecordsSayAndAlikeAfterAKill, ()) {
  Plain plain{*any_settings(), {}};
  const auto policy = make(plain.settings);
  RC_ASSERT(policy != nullptr);
  world::Passages passages;
  for (const Step& step : *rc::gen::container<std::vector<Step>>(world::any_step())) {
    plain.all.records.push_back(passages.record(step));
    policy->learn(plain.all.records.back());
    const Visit visit = *any_visit(passages.wall());
    const std::string decided = world::decision(*policy, visit);
    RC_ASSERT(decided == plain.decision(visit));
    const auto again = make(plain.settings);
    for (const Record& record : world::within_horizon(plain.all.records, policy->horizon(), visit.wall))
      again->learn(record);
    RC_ASSERT(world::decision(*again, visit) == decided);
  }
}

RC_GTEST_PROP(Quota, TakesAWayInThatIsOnItsWayToARecordForOne, ()) {
  Plain plain{*any_settings(), {}};
  const auto policy = make(plain.settings);
  RC_ASSERT(policy != nullptr);
  world::Passages passages;
  for (const Step& step : *rc::gen::container<std::vector<Step>>(world::any_step())) {
    plain.all.records.push_back(passages.record(step));
    policy->learn(plain.all.records.back());
  }
  const Visit visit = *any_visit(passages.wall());
  std::vector<Reservation> reserved;
  for (std::uint64_t i = 0; i < 3; ++i) {
    Visit other = *any_visit(passages.wall());
    other.wall = visit.wall;
    other.clock_is_set = visit.clock_is_set;
    reserved.push_back(world::reservation(other));
    if (other.direction == Direction::in) plain.all.records.push_back(world::granted(other, 10'000 + i));
  }
  RC_ASSERT(world::decision(*policy, visit, reserved) == plain.decision(visit));
}

TEST(Quota, CountsThePeopleInside) {
  const auto policy = make({.inside_at_most = 2});
  ASSERT_TRUE(policy);
  policy->learn(world::granted({.subject = "A", .wall = morning}, 1));
  EXPECT_EQ(world::decision(*policy, {.subject = "C", .wall = morning}), "grant");
  policy->learn(world::granted({.subject = "B", .wall = morning + 1h}, 2));
  EXPECT_EQ(world::decision(*policy, {.subject = "C", .wall = morning + 1h}), "deny full");
  EXPECT_EQ(world::decision(*policy, {.subject = "B", .wall = morning + 1h}), "grant") << "he takes no room of another";
  EXPECT_EQ(world::decision(*policy, {.subject = "C", .zone = "hall", .wall = morning + 1h}), "grant");
  EXPECT_EQ(world::decision(*policy, {.subject = "C", .direction = Direction::out, .wall = morning + 1h}), "grant");
  EXPECT_EQ(world::decision(*policy, {.subject = "C", .wall = morning + 16h}), "grant") << "A forgot to scan";
  policy->learn(world::granted({.subject = "A", .direction = Direction::out, .wall = morning + 2h}, 3));
  EXPECT_EQ(world::decision(*policy, {.subject = "C", .wall = morning + 2h}), "grant");
}

TEST(Quota, CountsThePassesOfADay) {
  const auto policy = make({.passes_per_day = 2, .time_zone = "Asia/Ho_Chi_Minh"});
  ASSERT_TRUE(policy);
  Visit visit{.wall = morning};
  policy->learn(world::granted(visit, 1));
  policy->learn(world::granted({.direction = Direction::out, .wall = morning}, 2));
  EXPECT_EQ(world::decision(*policy, visit), "grant");
  policy->learn(world::granted(visit, 3));
  EXPECT_EQ(world::decision(*policy, visit), "deny passes_spent");
  visit.wall = morning + 10h - 1ns;  // 17:00 UTC is the midnight of that time zone
  EXPECT_EQ(world::decision(*policy, visit), "deny passes_spent");
  visit.wall = morning + 10h;
  EXPECT_EQ(world::decision(*policy, visit), "grant");
  visit.clock_is_set = false;
  EXPECT_EQ(world::decision(*policy, visit), "deny clock_unset");
  visit.direction = Direction::out;
  EXPECT_EQ(world::decision(*policy, visit), "grant");
}

TEST(Quota, ManyWaysOutHideNoWayIn) {
  const auto policy = make({.passes_per_day = 1, .time_zone = "UTC"});
  ASSERT_TRUE(policy);
  policy->learn(world::granted({.wall = morning}, 1));
  for (std::uint64_t i = 2; i < 100; ++i)
    policy->learn(world::granted({.direction = Direction::out, .wall = morning}, i));
  EXPECT_EQ(world::decision(*policy, {.wall = morning}), "deny passes_spent");
}

TEST(Quota, GivesTheLastPlaceToOneOfTwoLanesAtOneInstant) {
  auto made = make({.inside_at_most = 1});
  ASSERT_TRUE(made);
  const auto shared = std::make_shared<gatepost::runtime::SharedPolicy>("quota", std::move(made));
  const auto decide = [&](const Visit& visit) {
    return world::attempt(visit, [&](const Attempt& attempt) { return shared->decide(attempt); });
  };
  auto left = decide({.subject = "A", .wall = morning, .lane = "left"});
  EXPECT_EQ(left.decision->outcome, Outcome::grant);
  EXPECT_EQ(decide({.subject = "B", .wall = morning, .lane = "right"}).decision->reason, "full");
  left.held.reset();
  EXPECT_EQ(decide({.subject = "B", .wall = morning, .lane = "right"}).decision->outcome, Outcome::grant);
}

TEST(Quota, FindsPeopleByTheKeyThatRecordsHave) {
  const auto policy = make({.passes_per_day = 1, .time_zone = "UTC"});
  ASSERT_TRUE(policy);
  const auto hash = [](const std::string& subject) { return "5f2c" + subject; };
  policy->learn(world::granted({.wall = morning, .key = hash}, 1));
  EXPECT_EQ(world::decision(*policy, {.wall = morning, .key = hash}), "deny passes_spent");
  EXPECT_EQ(world::decision(*policy, {.wall = morning}), "grant");
}

TEST(Quota, NeedsToTellPeopleApart) {
  const auto policy = make({.inside_at_most = 1});
  ASSERT_TRUE(policy);
  EXPECT_TRUE(policy->needs_subject()) << "check refuses it where Records name nobody";
  EXPECT_THAT(world::decision(*policy, {.subject = "", .wall = morning}), testing::StartsWith("error: "));
}

TEST(Quota, SaysWhatIsWrongWithItsSettings) {
  EXPECT_FALSE(Quota::check({}));
  const auto nowhere = Quota::make({.inside_at_most = 1, .time_zone = "Asia/Hanoi"}, {"quota", "/"});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().where, "Asia/Hanoi");
}

TEST(Quota, ReadsNoFurtherBackThanItCounts) {
  EXPECT_EQ(make({.inside_at_most = 1})->horizon(), Duration(16h));
  EXPECT_EQ(make({.passes_per_day = 1})->horizon(), Duration(25h));
  EXPECT_EQ(make({.inside_at_most = 1, .passes_per_day = 1, .forget_after = 48h})->horizon(), Duration(48h));
}

}  // namespace

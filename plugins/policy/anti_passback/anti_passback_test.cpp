#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "anti_passback.cpp"
#include "runtime/shared_policy.hpp"
#include "world/plain_presence.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using gatepost::Duration;
using gatepost::Record;
using gatepost::WallTime;
using world::Step;
using world::Visit;

constexpr WallTime morning{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 7h};

/// Judges by all Records each time it is asked.
std::string plain_decision(const Settings& settings, const world::PlainPresence& all, const Visit& visit) {
  const auto last = all.last(visit.zone, settings.schemes == Schemes::apart ? visit.scheme : "", visit.subject);
  bool counts = last.has_value();
  if (last && visit.clock_is_set) {
    const auto then = all.time_of(*last);
    const Duration memory = settings.mode == Mode::timed ? settings.within : settings.forget_after;
    if (then && visit.wall - *then >= memory) counts = false;
  }
  const bool same_way = counts && last->direction == visit.direction;
  const bool inside = counts && last->direction == Direction::in;
  std::string reason;
  if (settings.mode == Mode::timed)
    reason = same_way ? "passback" : "";
  else if (visit.direction == Direction::in)
    reason = same_way ? "passback" : "";
  else if (settings.out_without_in == OutWithoutIn::denied)
    reason = inside ? "" : "not_inside";
  if (reason.empty()) return "grant";
  return settings.mode == Mode::soft ? "grant " + reason + "_soft" : "deny " + reason;
}

rc::Gen<Settings> any_settings() {
  return rc::gen::build<Settings>(
      rc::gen::set(&Settings::mode, rc::gen::element(Mode::hard, Mode::soft, Mode::timed)),
      rc::gen::set(&Settings::out_without_in, rc::gen::element(OutWithoutIn::accepted, OutWithoutIn::denied)),
      rc::gen::set(&Settings::forget_after, rc::gen::element<std::chrono::seconds>(3h, 16h)),
      rc::gen::set(&Settings::within, rc::gen::element<std::chrono::seconds>(10min, 2h)),
      rc::gen::set(&Settings::schemes, rc::gen::element(Schemes::apart, Schemes::together)));
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

RC_GTEST_PROP(AntiPassback, DecidesByWhatTheRecordsSayAndAlikeAfterAKill, ()) {
  const Settings settings = *any_settings();
  AntiPassback policy(settings);
  world::PlainPresence plain;
  world::Passages passages;
  for (const Step& step : *rc::gen::container<std::vector<Step>>(world::any_step())) {
    plain.records.push_back(passages.record(step));
    policy.learn(plain.records.back());
    const Visit visit = *any_visit(passages.wall());
    const std::string decided = world::decision(policy, visit);
    RC_ASSERT(decided == plain_decision(settings, plain, visit));
    AntiPassback again(settings);
    for (const Record& record : world::within_horizon(plain.records, policy.horizon(), visit.wall)) again.learn(record);
    RC_ASSERT(world::decision(again, visit) == decided);
  }
}

RC_GTEST_PROP(AntiPassback, TakesAGrantOnItsWayForOneThatMayYetBeGivenBack, ()) {
  const Settings settings = *any_settings();
  AntiPassback policy(settings);
  world::Passages passages;
  for (const Step& step : *rc::gen::container<std::vector<Step>>(world::any_step()))
    policy.learn(passages.record(step));
  const Visit visit = *any_visit(passages.wall());
  Visit other = visit;
  if (*rc::gen::arbitrary<bool>()) other = *any_visit(passages.wall());
  other.wall = visit.wall;
  other.clock_is_set = visit.clock_is_set;
  const std::string alone = world::decision(policy, visit);
  const std::string beside = world::decision(policy, visit, {world::reservation(other)});
  const bool is_same_person =
      other.subject == visit.subject && (other.scheme == visit.scheme || settings.schemes == Schemes::together);
  if (!is_same_person || other.zone != visit.zone || other.direction != visit.direction) {
    RC_ASSERT(beside == alone);
    return;
  }
  // As if the other one had just been learned: it asks for the same.
  world::PlainPresence plain;
  plain.records.push_back(world::granted(other, 1));
  RC_ASSERT(beside == plain_decision(settings, plain, visit));
}

TEST(AntiPassback, LetsOneOfTwoLanesThroughAtOneInstant) {
  const auto shared =
      std::make_shared<gatepost::runtime::SharedPolicy>("once", std::make_unique<AntiPassback>(Settings{}));
  const auto decide = [&](const Visit& visit) {
    return world::attempt(visit, [&](const Attempt& attempt) { return shared->decide(attempt); });
  };
  auto left = decide({.wall = morning, .lane = "left"});
  EXPECT_EQ(left.decision->outcome, Outcome::grant);
  const auto right = decide({.wall = morning, .lane = "right"});
  EXPECT_EQ(right.decision->reason, "passback");
  EXPECT_EQ(decide({.zone = "hall", .wall = morning}).decision->outcome, Outcome::grant) << "into another part";
  EXPECT_EQ(decide({.scheme = "visitor", .wall = morning}).decision->reason, "passback") << "by another code of his";
  left.held.reset();  // its Record was not kept
  EXPECT_EQ(decide({.wall = morning, .lane = "right"}).decision->outcome, Outcome::grant);
}

TEST(AntiPassback, ADayAtAGate) {
  AntiPassback policy(Settings{.out_without_in = OutWithoutIn::denied});
  Visit visit{.wall = morning};
  std::uint64_t last = 0;
  const auto passes = [&] {
    const std::string decided = world::decision(policy, visit);
    if (decided.starts_with("grant")) policy.learn(world::granted(visit, ++last));
    return decided;
  };
  EXPECT_EQ(passes(), "grant");
  EXPECT_EQ(passes(), "deny passback");
  visit.direction = Direction::out;
  EXPECT_EQ(passes(), "grant");
  EXPECT_EQ(passes(), "deny not_inside");
  visit.direction = Direction::in;
  EXPECT_EQ(passes(), "grant");
  policy.learn(
      {.id = {4017, 1, last + 1}, .kind = gatepost::RecordKind::passage, .reason = "timed_out", .about = last});
  EXPECT_EQ(passes(), "grant") << "he had not gone through";
  visit.wall = morning + 16h;
  EXPECT_EQ(passes(), "grant") << "he forgot to scan on his way out";
}

TEST(AntiPassback, FindsPeopleByTheKeyThatRecordsHave) {
  AntiPassback policy(Settings{});
  const auto hash = [](const std::string& subject) { return "5f2c" + subject; };
  const Visit visit{.wall = morning, .key = hash};
  policy.learn(world::granted(visit, 1));
  EXPECT_EQ(world::decision(policy, visit), "deny passback");
  EXPECT_EQ(world::decision(policy, {.wall = morning}), "grant");
}

TEST(AntiPassback, NeedsToTellPeopleApart) {
  const AntiPassback policy(Settings{});
  EXPECT_TRUE(policy.needs_subject()) << "check refuses it where Records name nobody";
  EXPECT_THAT(world::decision(policy, {.subject = "", .wall = morning}), testing::StartsWith("error: "));
}

TEST(AntiPassback, ReadsNoFurtherBackThanItRemembers) {
  EXPECT_EQ(AntiPassback(Settings{}).horizon(), Duration(16h));
  EXPECT_EQ(AntiPassback(Settings{.mode = Mode::timed}).horizon(), Duration(10min));
}

}  // namespace

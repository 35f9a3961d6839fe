#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <gatepost/support/presence.hpp>

#include "world/plain_presence.hpp"

namespace gatepost::support {
namespace {

using namespace std::chrono_literals;
using world::Step;

RC_GTEST_PROP(Presence, IsWhatTheRecordsSayWheneverItIsAsked, (bool together)) {
  Presence presence(together ? Schemes::together : Schemes::apart);
  world::PlainPresence plain;
  world::Passages passages;
  for (const Step& step : *rc::gen::container<std::vector<Step>>(world::any_step())) {
    plain.records.push_back(passages.record(step));
    presence.learn(plain.records.back());
    for (const auto& zone : world::zones) {
      std::size_t inside = 0;
      for (const auto& scheme : together ? std::vector<std::string>{""} : std::vector<std::string>{"staff", "visitor"})
        for (const auto& subject : world::people) {
          const auto said = plain.last(zone, scheme, subject);
          const auto* known = presence.last(zone, presence.person(scheme, subject));
          RC_ASSERT((known != nullptr) == said.has_value());
          const bool is_inside = said && said->direction == Direction::in;
          RC_ASSERT(presence.is_inside(zone, presence.person(scheme, subject)) == is_inside);
          inside += is_inside ? 1 : 0;
          if (known == nullptr) continue;
          RC_ASSERT(known->attempt == said->id);
          RC_ASSERT(known->wall == plain.time_of(*said));
        }
      RC_ASSERT(presence.inside(zone).size() == inside);
    }
  }
}

RC_GTEST_PROP(Presence, NeverKeepsMorePeopleThanItMay, ()) {
  Presence presence(Schemes::apart, {.people = 3});
  world::Passages passages;
  for (const Step& step : *rc::gen::container<std::vector<Step>>(world::any_step())) {
    presence.learn(passages.record(step));
    std::size_t known = 0;
    for (const auto& zone : world::zones)
      for (const auto& scheme : world::schemes)
        for (const auto& subject : world::people)
          if (presence.last(zone, {scheme, subject}) != nullptr) ++known;
    RC_ASSERT(known <= 3U);
    RC_ASSERT(presence.zones().size() <= 2U);
  }
}

Record passage(std::uint64_t sequence, const std::string& subject, Direction direction = Direction::in) {
  Record record{.id = {4017, 1, sequence}, .wall = WallTime(1h * sequence), .direction = direction};
  record.subject = subject;
  record.outcome = Outcome::grant;
  return record;
}

TEST(Presence, ForgetsFirstWhoMovedLongestAgo) {
  Presence presence(Schemes::together, {.people = 2});
  presence.learn(passage(1, "A"));
  presence.learn(passage(2, "B"));
  presence.learn(passage(3, "A"));
  presence.learn(passage(4, "C"));
  const auto inside = presence.inside("");
  ASSERT_EQ(inside.size(), 2U);
  EXPECT_EQ(inside[0].person.subject, "A");
  EXPECT_EQ(inside[0].came.attempt.sequence, 3U) << "who came longest ago stands first";
  EXPECT_EQ(inside[1].person.subject, "C");
}

TEST(Presence, OfAnotherJournalTheSameNumberIsAnotherAttempt) {
  Presence presence;
  presence.learn(passage(1, "A"));
  Record nobody{.id = {4017, 2, 2}, .kind = RecordKind::passage, .reason = "timed_out", .about = 1};
  presence.learn(nobody);
  EXPECT_TRUE(presence.is_inside("", {"", "A"}));
  nobody.id.epoch = 1;
  presence.learn(nobody);
  EXPECT_FALSE(presence.is_inside("", {"", "A"}));
}

TEST(Presence, GoesBackToWhatWasBeforeWhereSeveralGrantsLedNobodyThrough) {
  Presence presence;
  presence.learn(passage(1, "A"));
  for (const std::uint64_t sequence : {2U, 3U, 4U}) presence.learn(passage(sequence, "A", Direction::out));
  for (const std::uint64_t about : {3U, 4U, 2U}) {
    EXPECT_FALSE(presence.is_inside("", {"", "A"}));
    presence.learn({.id = {4017, 1, 5}, .kind = RecordKind::passage, .reason = "timed_out", .about = about});
  }
  EXPECT_TRUE(presence.is_inside("", {"", "A"}));
}

TEST(Presence, CountsAPassageThatNobodySawAsOne) {
  Presence presence;
  presence.learn(passage(1, "A"));
  for (const char* reason : {"passage_unknown", "opened_late"})
    presence.learn({.id = {4017, 1, 2}, .kind = RecordKind::alarm, .reason = reason, .about = 1});
  presence.learn({.id = {4017, 1, 3}, .kind = RecordKind::alarm, .reason = "timed_out", .about = 1});
  EXPECT_TRUE(presence.is_inside("", {"", "A"}));
}

TEST(Movement, IsYoungWhereNobodyCanTell) {
  const auto at = [](Duration wall) { return Movement{{}, Direction::in, WallTime(wall)}; };
  EXPECT_TRUE(at(1h).is_within(1h, WallTime(2h) - 1ns));
  EXPECT_FALSE(at(1h).is_within(1h, WallTime(2h)));
  EXPECT_TRUE(at(2h).is_within(1h, WallTime(1h) + 1ns)) << "the clock was put back";
  EXPECT_FALSE(at(2h).is_within(1h, WallTime(1h))) << "by more than that";
  EXPECT_TRUE(at(1h).is_within(1h, std::nullopt));
  EXPECT_TRUE(Movement().is_within(1h, WallTime(100h)));
}

}  // namespace
}  // namespace gatepost::support

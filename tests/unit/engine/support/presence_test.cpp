#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <gatepost/support/presence.hpp>

#include "world/passages.hpp"

namespace gatepost::support {
namespace {

using namespace std::chrono_literals;
using world::Step;

/// All Records, gone through from the first one for each question.
struct Plain {
  std::vector<Record> records;

  bool was_taken_back(const Record& attempt) const {
    return std::ranges::any_of(records, [&](const Record& one) {
      const bool passage = one.kind == RecordKind::passage && one.reason == "timed_out";
      const bool alarm =
          one.kind == RecordKind::alarm && (one.reason == "actuator_failed" || one.reason == "kept_too_late");
      return (passage || alarm) && one.about == attempt.id.sequence;
    });
  }
  std::optional<Record> last(const std::string& zone, const std::string& scheme, const std::string& subject) const {
    std::optional<Record> found;
    for (const Record& one : records) {
      const auto detail = one.details.find("zone");
      if (one.kind != RecordKind::attempt || one.outcome != Outcome::grant || was_taken_back(one)) continue;
      if (one.subject != subject || (!scheme.empty() && one.scheme != scheme)) continue;
      if ((detail == one.details.end() ? "" : detail->second) == zone) found = one;
    }
    return found;
  }
  std::optional<WallTime> time_of(const Record& attempt) const {
    for (const Record& one : records)
      if (one.id >= attempt.id && one.clock.source != ClockSource::unset) return one.wall;
    return {};
  }
};

RC_GTEST_PROP(Presence, IsWhatTheRecordsSayWheneverItIsAsked, (bool together)) {
  Presence presence(together ? Presence::Schemes::together : Presence::Schemes::apart);
  Plain plain;
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
  Presence presence(Presence::Schemes::apart, 3);
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
  Presence presence(Presence::Schemes::together, 2);
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
  for (const std::uint64_t sequence : {2, 3, 4}) presence.learn(passage(sequence, "A", Direction::out));
  for (const std::uint64_t about : {3, 4, 2}) {
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

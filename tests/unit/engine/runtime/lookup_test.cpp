// What a lane would answer, asked without anybody there.
#include "runtime/lookup.hpp"

#include <gmock/gmock.h>

#include "world/world.hpp"

namespace gatepost::runtime {
namespace {

using core::GateState;

/// Each subject may pass once; whoever has a reservation has passed.
struct OnePassage final : Policy {
  Result<Decision> decide(const Attempt& attempt) const override {
    if (!attempt.reserved.empty() || learned > 0) return Decision{Outcome::deny, "spent"};
    return Decision{Outcome::grant};
  }
  void learn(const Record&) override { ++learned; }
  int learned = 0;
};

class Lookups : public testing::Test {
 protected:
  Lookup look_up(const std::string& code, GateState gate = GateState::at_rest) {
    return runtime::look_up(world_.settings, world_.parts, {.code = code}, gate,
                            [](std::string_view subject) { return std::string(subject); });
  }
  world::World world_;
};

TEST_F(Lookups, AnswerAsTheLaneWouldAndLeaveNoTrace) {
  world_.lets("E1");
  const Lookup granted = look_up("E1"), denied = look_up("E2"), unknown = look_up("7");
  EXPECT_EQ(granted.answer.verdict.outcome, world_.scan("E1").verdict.outcome);
  world_.passage(Passage::seen);
  const auto records = world_.writer.records().size();
  EXPECT_EQ(granted.answer.verdict.reason, "granted");
  EXPECT_EQ(granted.decided_by(), "policy list");
  EXPECT_EQ(granted.answer.verdict.facts.at("name"), "Sample Person");
  EXPECT_EQ(denied.answer.verdict.reason, "not_listed");
  EXPECT_EQ(denied.decided_by(), "policy list");
  EXPECT_EQ(unknown.answer.verdict.reason, "unknown_code");
  EXPECT_EQ(unknown.decided_by(), "the credentials of the lane");
  const int releases = world_.gate.releases;
  for (int i = 0; i < 3; ++i) look_up("E1");
  EXPECT_EQ(world_.writer.records().size(), records);
  EXPECT_EQ(world_.gate.releases, releases);
  EXPECT_EQ(world_.observer.answers, 1) << "nobody is told";
}

TEST_F(Lookups, TellThatTheGateCannotFollow) {
  world_.lets("E1");
  const Lookup busy = look_up("E1", GateState::open), absent = look_up("E1", GateState::unknown);
  EXPECT_EQ(busy.answer.verdict.reason, "busy");
  EXPECT_EQ(busy.decided_by(), "the gate");
  EXPECT_EQ(absent.answer.verdict.reason, "gate_not_ready");
}

TEST_F(Lookups, AskNobodyAfterTheOneThatDenies) {
  auto second = std::make_shared<SharedPolicy>("second", std::make_unique<OnePassage>());
  world_.parts.policies.push_back(second);
  const Lookup denied = look_up("E9");
  ASSERT_EQ(denied.policies.size(), 1U);
  EXPECT_THAT(denied.not_asked, testing::ElementsAre("second"));
}

// A grant that is only asked for must not take the place of one that is given.
TEST_F(Lookups, ReserveNothing) {
  world_.lets("E1");
  auto once = std::make_shared<SharedPolicy>("once", std::make_unique<OnePassage>());
  world_.parts.policies.push_back(once);
  std::vector<Lookup> kept;
  for (int i = 0; i < 3; ++i) kept.push_back(look_up("E1"));
  for (const Lookup& one : kept) EXPECT_EQ(one.answer.verdict.outcome, Outcome::grant);
  const Credential credential{.scheme = "letters", .subject = "E1"};
  const Reading reading{.payload = "E1"};
  const Attempt attempt{credential, reading, "main", Direction::in, {}, {}};
  const auto asked = once->ask(attempt);
  const auto given = once->decide(attempt);
  ASSERT_TRUE(asked && given.decision);
  EXPECT_EQ(given.decision->outcome, Outcome::grant);
  EXPECT_EQ(once->ask(attempt)->reason, "spent") << "one that is given is known to whoever asks";
}

TEST_F(Lookups, KeepToTheRulesOfTheLane) {
  world_.lets("E1");
  world_.settings.rules.require_verified = true;
  const Lookup found = look_up("E1");
  EXPECT_EQ(found.answer.verdict.reason, "not_verified");
  EXPECT_EQ(found.decided_by(), "the lane's own rules");
  EXPECT_TRUE(found.policies.empty());
}

}  // namespace
}  // namespace gatepost::runtime

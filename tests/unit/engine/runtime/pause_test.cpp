// A lane between two scans.
#include <gtest/gtest.h>

#include "world/world.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using world::World;

// Decides when it is told to.
struct Deliberate final : Policy {
  Result<Decision> decide(const Attempt&) const override {
    asked = true;
    asked.notify_all();
    answer.wait(false);
    return Decision{Outcome::deny, "no", {}};
  }
  mutable std::atomic<bool> asked = false;
  std::atomic<bool> answer = false;
};

Reading reading(const World& world, const std::string& code) { return {.payload = code, .seen = world.clock.now()}; }

void wait_for_answers(const World& world, int count) {
  while (world.observer.answers < count) std::this_thread::yield();
}

TEST(Pause, WaitsForTheScanUnderWayAndSaysWhenThatDoesNotEnd) {
  World world;
  auto owned = std::make_unique<Deliberate>();
  Deliberate& policy = *owned;
  world.parts.policies = {std::make_shared<runtime::SharedPolicy>("slow", std::move(owned))};
  world.lane.emplace(world.settings, world.parts);
  world.lane->offer(reading(world, "A1"), Direction::in);
  policy.asked.wait(false);
  EXPECT_FALSE(world.lane->pause(20ms)) << "the policy has not answered";
  policy.answer = true;
  policy.answer.notify_all();
  EXPECT_TRUE(world.lane->pause(10s));
  EXPECT_EQ(world.observer.answers, 1);
}

TEST(Pause, HandlesNothingMeanwhileAndLosesNothing) {
  World world;
  {
    const auto pause = world.lane->pause(10s);
    ASSERT_TRUE(pause);
    for (int i = 0; i < 20; ++i) world.lane->offer(reading(world, "A" + std::to_string(i)), Direction::in);
    std::this_thread::sleep_for(50ms);  // it has every chance to do what it must not
    EXPECT_EQ(world.lane->vitals().waiting, 20U);
    EXPECT_EQ(world.observer.answers, 0);
  }
  wait_for_answers(world, 20);
}

TEST(Pause, IsNoTimeInWhichTheLaneShouldHaveGoneOn) {
  World world;
  {
    const auto pause = world.lane->pause(10s);
    ASSERT_TRUE(pause);
    world.lane->offer(reading(world, "A1"), Direction::in);
    EXPECT_FALSE(world.lane->vitals().due_since);
    world.clock.pass(1h);
  }
  const auto begun = world.lane->vitals().due_since;
  EXPECT_TRUE(!begun || *begun == world.clock.now()) << "it counts from the end of the pause";
  wait_for_answers(world, 1);
}

TEST(Pause, GivesTheLaneAllItsNewPartsAtOnce) {
  World world;
  world.lets("A1");
  {
    const auto pause = world.lane->pause(10s);
    ASSERT_TRUE(pause);
    auto settings = world.settings;
    settings.actuator.clear();
    auto parts = world.parts;
    parts.actuator.reset();
    parts.policies.clear();
    pause->exchange(settings, parts);
  }
  EXPECT_EQ(world.scan("A1").verdict.reason, "read");
  EXPECT_GE(world.gate.rests, 2) << "at its beginning and at its end";
}

TEST(Pause, ALaneWithoutItsGateOpensNothing) {
  World world;
  world.lets("A1");
  {
    const auto pause = world.lane->pause(10s);
    ASSERT_TRUE(pause);
    pause->drop_gate();
  }
  EXPECT_FALSE(world.lane->gate_is_ready());
  EXPECT_EQ(world.scan("A1").verdict.reason, "gate_not_ready");
}

TEST(Finish, AnswersWhatWaits) {
  World world;
  {
    const auto pause = world.lane->pause(10s);
    for (int i = 0; i < 20; ++i) world.lane->offer(reading(world, "A" + std::to_string(i)), Direction::in);
  }
  world.lane->finish();
  EXPECT_EQ(world.observer.answers, 20);
}

}  // namespace
}  // namespace gatepost

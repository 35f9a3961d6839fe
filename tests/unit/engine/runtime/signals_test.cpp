// Buttons and fire panels.
#include <gmock/gmock.h>

#include "world/world.hpp"

namespace gatepost {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using world::World;

core::GateState state(World& world) { return *world.lane->vitals().gate; }

void wait_until_shut(World& world) {
  while (state(world) != core::GateState::at_rest) std::this_thread::yield();
}

TEST(Button, LetsOneThroughAndIsRecordedFirst) {
  World world;
  world.lane->press("exit_button", Direction::out);
  ASSERT_TRUE(world.writer.waits_for("button"));
  world.passage(Passage::seen);
  world.lane.reset();
  EXPECT_THAT(world.writer.order,
              ElementsAre("record device up", "record attempt button", "release 2", "record passage seen"));
  const Record pressed = world.writer.records().at(1);
  EXPECT_EQ(pressed.device, "exit_button");
  EXPECT_EQ(pressed.direction, Direction::out);
  EXPECT_EQ(pressed.outcome, Outcome::grant);
}

TEST(Button, ThatWasPressedLongAgoOpensNothing) {
  World world;
  const MonotonicTime pressed = world.clock.now();
  world.clock.pass(std::chrono::seconds(5));  // the process was held up
  world.lane->press("exit_button", Direction::out, pressed);
  ASSERT_TRUE(world.writer.waits_for("late"));
  EXPECT_EQ(world.gate.releases, 0);
}

TEST(Button, OpensNoGateThatSomebodyIsIn) {
  World world;
  world.lets("A1");
  world.scan("A1");
  world.lane->press("exit_button", Direction::out);
  ASSERT_TRUE(world.writer.waits_for("busy"));
  EXPECT_EQ(world.gate.releases, 1);
  world.passage(Passage::seen);
}

TEST(Button, OpensNothingWithoutARecord) {
  World world;
  world.writer.broken = true;
  world.lane->press("exit_button", Direction::out);
  world.lane->finish();
  EXPECT_EQ(world.gate.releases, 0);
}

TEST(Alarm, HoldsTheGateOpenTillItIsOver) {
  World world;
  world.clock.run();
  world.lane->hold_open(true);
  ASSERT_TRUE(world.gate.waits_for_holds(3)) << "it is said again and again";
  EXPECT_EQ(state(world), core::GateState::held_open);
  EXPECT_TRUE(world.writer.waits_for("held_open"));
  const int rests = world.gate.rests;
  world.lane->hold_open(false);
  wait_until_shut(world);
  EXPECT_EQ(world.gate.rests, rests + 1);
}

TEST(Alarm, DoesNotWaitForWhoeverIsInTheGate) {
  World world;
  world.lets("A1");
  world.scan("A1");
  world.lane->hold_open(true);
  EXPECT_TRUE(world.gate.waits_for_holds(1));
  world.lane->hold_open(false);
  wait_until_shut(world);
}

TEST(Alarm, WhoeverScansMeanwhileIsLetAndNothingMoves) {
  World world;
  world.lets("A1");
  world.lane->hold_open(true);
  ASSERT_TRUE(world.gate.waits_for_holds(1));
  while (state(world) != core::GateState::held_open) std::this_thread::yield();
  EXPECT_EQ(world.scan("A1").verdict.outcome, Outcome::grant);
  EXPECT_EQ(world.gate.releases, 0);
  world.lane->hold_open(false);
  wait_until_shut(world);
}

TEST(Alarm, TriesABoardThatIsAbsentUntilItOpens) {
  World world;
  world.clock.run();
  world.gate.absent = true;
  world.lane->hold_open(true);
  ASSERT_TRUE(world.writer.waits_for("not_held_open"));
  world.gate.absent = false;
  EXPECT_TRUE(world.writer.waits_for("held_open"));
  world.lane->hold_open(false);
  wait_until_shut(world);
}

TEST(Alarm, OpensABoardThatIsOutOfOrderWhenItBegins) {
  World world;
  world.clock.run();
  world.gate.absent = true;
  world.lane->look_at_gate();
  ASSERT_TRUE(world.writer.waits_for("down"));
  world.lane->hold_open(true);
  world.gate.absent = false;
  EXPECT_TRUE(world.writer.waits_for("held_open"));
  world.lane->hold_open(false);
  wait_until_shut(world);
}

TEST(Alarm, AStopShutsTheGate) {
  World world;
  world.lane->hold_open(true);
  ASSERT_TRUE(world.gate.waits_for_holds(1));
  const int rests = world.gate.rests;
  world.lane.reset();
  EXPECT_GT(world.gate.rests, rests);
}

}  // namespace
}  // namespace gatepost

// A relay after a crash: the engine, its guard, or both are killed or stopped while a gate is open.
#include <gmock/gmock.h>

#include "guard_site.hpp"
#include "world/modbus_server.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using Clock = GuardSite::Clock;
using testing::HasSubstr;
using world::soon;

TEST(Guard, ShutsTheGateOfAnEngineThatIsKilledWithinThePrintedTime) {
  GuardSite site("pulse: 60s");
  const auto bound = site.printed_bound();
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  ASSERT_TRUE(site.opens());
  const auto killed = Clock::now();
  site.engine().send(SIGKILL);
  EXPECT_EQ(site.frame(), GuardSite::off);
  EXPECT_LE(Clock::now() - killed, bound);
  site.engine().wait();
  EXPECT_TRUE(site.guard_ends());
}

TEST(Guard, AFailSafeGateIsShutByARelayThatIsOn) {
  GuardSite site("fail: safe, pulse: 60s");
  const auto bound = site.printed_bound();
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::on);
  site.scan();
  ASSERT_EQ(site.frame(), GuardSite::off);
  const auto killed = Clock::now();
  site.engine().send(SIGKILL);
  EXPECT_EQ(site.frame(), GuardSite::on);
  EXPECT_LE(Clock::now() - killed, bound);
}

TEST(Guard, EndsAPulseWhileTheEngineHangs) {
  GuardSite site("pulse: 400ms");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  ASSERT_TRUE(site.opens());
  const auto opened = Clock::now();
  site.engine().send(SIGSTOP);
  EXPECT_EQ(site.frame(), GuardSite::off);
  const auto took = Clock::now() - opened;  // before the bound is asked for, which takes time
  EXPECT_LE(took, 400ms + site.printed_bound());
}

// The engine shuts it after passage_timeout; a second later the guard waits no more.
TEST(Guard, EndsAHoldWhileTheEngineHangs) {
  GuardSite site("mode: hold, passage_timeout: 500ms");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  ASSERT_TRUE(site.opens());
  const auto opened = Clock::now();
  site.engine().send(SIGSTOP);
  EXPECT_EQ(site.frame(), GuardSite::off);
  const auto took = Clock::now() - opened;
  EXPECT_GE(took, 1400ms);
  EXPECT_LE(took, 1500ms + site.printed_bound());
}

TEST(Guard, AHoldThatTheEngineEndsIsLeftToIt) {
  GuardSite site("mode: hold, passage_timeout: 300ms");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  ASSERT_TRUE(site.opens());
  EXPECT_EQ(site.frame(), GuardSite::off);
  EXPECT_EQ(site.frame(1500ms), "") << "the guard does what is done";
}

TEST(Guard, AGuardThatIsKilledIsToldOfAndFollowedByAnother) {
  GuardSite site("pulse: 500ms");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  const pid_t first = site.guard();
  ASSERT_GT(first, 0);
  ASSERT_TRUE(site.opens());
  ::kill(first, SIGKILL);
  EXPECT_EQ(site.frame(), GuardSite::off);
  EXPECT_TRUE(site.engine().says("the guard process is gone")) << site.engine().output();
  EXPECT_TRUE(soon([&] { return site.guard() > 0 && site.guard() != first; }));
  EXPECT_EQ(world::state_of(first), 'X') << "a dead guard is not buried";
  EXPECT_TRUE(soon([&] { return site.opens(300ms); })) << site.engine().output();
}

TEST(Guard, AGuardThatHangsIsReplaced) {
  GuardSite site("pulse: 20ms");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  const pid_t first = site.guard();
  ::kill(first, SIGSTOP);
  site.scan();
  EXPECT_TRUE(site.engine().says("the guard process does not answer")) << site.engine().output();
  EXPECT_TRUE(soon([&] { return site.guard() > 0 && site.guard() != first; }));
  EXPECT_EQ(site.frame(), GuardSite::off);
}

TEST(Guard, WhereBothAreKilledTheNextStartShutsTheGate) {
  GuardSite site("pulse: 60s");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  ASSERT_TRUE(site.opens());
  const pid_t guard = site.guard();
  ::kill(guard, SIGSTOP);
  site.kill();
  ::kill(guard, SIGKILL);
  EXPECT_EQ(site.frame(300ms), "") << "nobody is left who could shut it";
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
}

TEST(Guard, FindsABoardThatIsPluggedOutWhenTheEngineIsKilled) {
  GuardSite site("pulse: 60s");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  ASSERT_TRUE(site.opens());
  site.unplug();
  site.kill();
  EXPECT_FALSE(site.guard_ends(300ms)) << "it gives up at once";
  site.plug();
  EXPECT_EQ(site.frame(), GuardSite::off);
  EXPECT_TRUE(site.guard_ends());
}

TEST(Guard, OutlivesWhatEndsTheEngineAndGoesWithIt) {
  GuardSite site("pulse: 60s");
  site.run();
  EXPECT_EQ(site.frame(), GuardSite::off);
  const pid_t guard = site.guard();
  ASSERT_GT(guard, 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::kill(guard, signal);
  ASSERT_TRUE(site.opens());
  EXPECT_EQ(site.guard(), guard);
  site.engine().send(SIGTERM);
  EXPECT_EQ(site.frame(), GuardSite::off);
  EXPECT_EQ(site.engine().ends(), 0) << site.engine().output();
  EXPECT_TRUE(world::guards_of("lcus:" + (site.disk() / "board").string()).empty());
}

TEST(Guard, AReloadTakesABoardFromItsGuardAndGivesItBack) {
  GuardSite site("pulse: 20ms");
  site.run();
  const pid_t first = site.guard();
  site.write("pulse: 20ms, after_kill: nobody");
  const auto refused = site.say("reload");
  EXPECT_EQ(refused.exit, 2) << refused.text;
  EXPECT_THAT(refused.text, HasSubstr("nobody shuts it"));
  EXPECT_EQ(site.guard(), first);
  site.write("pulse: 20ms, after_kill: nobody", ", open_after_kill: accepted");
  EXPECT_EQ(site.say("reload").exit, 0);
  EXPECT_TRUE(world::guards_of("lcus:" + (site.disk() / "board").string()).empty());
  site.write("pulse: 20ms");
  const auto taken_back = site.say("reload");
  EXPECT_EQ(taken_back.exit, 0) << taken_back.text;
  EXPECT_GT(site.guard(), 0);
}

TEST(Guard, ShutsAGateOnModbusAndSaysSoToTheBoard) {
  world::ModbusServer board;
  GuardSite site("pulse: 60s", board.board().substr(0, board.board().find('?')));
  const auto bound = site.printed_bound();
  site.run();
  EXPECT_TRUE(soon([&] { return site.guard() > 0; }));
  site.scan();
  ASSERT_TRUE(soon([&] { return board.coil(1); }));
  const auto killed = Clock::now();
  site.engine().send(SIGKILL);
  EXPECT_TRUE(soon([&] { return !board.coil(1); }));
  EXPECT_LE(Clock::now() - killed, bound);
  site.engine().wait();
  EXPECT_TRUE(site.guard_ends());
}

}  // namespace
}  // namespace gatepost

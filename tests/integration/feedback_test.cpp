// The gun itself gives the verdict, after the decision; and is held till somebody has passed.
#include <gmock/gmock.h>

#include "world/command.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

TEST(Feedback, TheGunGivesTheVerdictAndIsHeldTillSomebodyHasPassed) {
  world::Shell shell(world::plugins_folder());
  world::Pty gun;
  shell.disk().write("people.csv", "subject,name\nE000001,Lan\n");
  const auto site = shell.disk().write(
      "site.yaml",
      "site: { name: Gate, code: 7 }\n"
      "devices:\n"
      "  gun: { plugin: serial, lines: many, device: 'serial:" +
          gun.name() +
          "', trigger: honeywell_trigger, trigger_when: ready, on_grant: datalogic_good, "
          "on_deny: datalogic_bad }\n"
          "  gate: { plugin: turnstile_relay, board: 'sim:turnstile?pass_after=600ms', sensor: board:1 }\n"
          "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
          "policies: { list: { plugin: roster, file: people.csv } }\n"
          "lanes: { entry: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate, "
          "repeat_within: 0s, denied_at_most: none } }\n");
  const auto engine = shell.start({"run", site.string()});
  ASSERT_TRUE(engine->says("gate up")) << engine->output();
  EXPECT_EQ(gun.read(2000, 3), "\x16T\r");
  gun.write("E000002\r");
  EXPECT_EQ(gun.read(2000, 4), "F\x16T\r") << "refused: the next may scan at once";
  const auto before = std::chrono::steady_clock::now();
  gun.write("E000001\r");
  EXPECT_EQ(gun.read(2000, 1), "B");
  const auto beeped = std::chrono::steady_clock::now();
  EXPECT_EQ(gun.read(3000, 3), "\x16T\r");
  const auto passed = std::chrono::steady_clock::now();
  EXPECT_LT(beeped - before, std::chrono::milliseconds(300));
  EXPECT_GT(passed - beeped, std::chrono::milliseconds(400));
}

}  // namespace
}  // namespace gatepost

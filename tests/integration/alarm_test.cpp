// A fire panel opens the lanes that are marked for it, and no other; a button lets one through.
#include <gmock/gmock.h>

#include "world/command.hpp"
#include "world/guards.hpp"
#include "world/modbus_server.hpp"
#include "world/places.hpp"

namespace gatepost {
namespace {

using testing::HasSubstr;
using testing::Not;

class AlarmSite {
 public:
  /// `gate`: settings of the gate that opens, beside its board.
  explicit AlarmSite(const std::string& gate = {}) {
    shell_.disk().write("people.csv", "subject,name\nE000001,Lan\n");
    site_ = shell_.disk()
                .write("site.yaml",
                       "site: { name: Gate, code: 7 }\n"
                       "devices:\n"
                       "  panel: { plugin: contact, device: '" +
                           panel->board() +
                           "/input/1', means: alarm }\n"
                           "  button: { plugin: contact, device: '" +
                           knob.board() +
                           "/input/2' }\n"
                           "  fire_gate: { plugin: turnstile_relay, board: '" +
                           fire_board.board() + "'" + gate +
                           " }\n"
                           "  plain_gate: { plugin: turnstile_relay, in: 0, out: 1, board: '" +
                           plain_board.board() +
                           "' }\n"
                           "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                           "policies: { list: { plugin: roster, file: people.csv } }\n"
                           "lanes:\n"
                           "  fire_exit: { inputs: { panel: in }, credentials: [card], policies: [list], "
                           "actuator: fire_gate, opens_on_alarm: true }\n"
                           "  plain: { inputs: { button: out }, credentials: [card], policies: [list], "
                           "actuator: plain_gate }\n")
                .string();
    run_again();
  }
  void run_again(const std::string& fire_gate = "fire_gate up") {
    engine = shell_.start({"run", site_});
    for (const auto& said :
         {std::string("panel up"), std::string("button up"), fire_gate, std::string("plain_gate up")})
      EXPECT_TRUE(engine->says(said)) << engine->output();
  }
  std::string check() { return shell_.say({"check", site_}).text; }
  std::string records() { return shell_.say({"records", site_}).text; }

  std::optional<world::ModbusServer> panel{std::in_place};
  const int panel_port = panel->port();
  world::ModbusServer knob, fire_board, plain_board;

 private:
  world::Shell shell_;
  std::string site_;

 public:
  std::unique_ptr<world::Process> engine;
};

bool becomes(const world::ModbusServer& board, bool on) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (board.coil(1) != on && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // a coil tells nobody
  return board.coil(1) == on;
}

TEST(Alarm, OpensTheLanesThatAreMarkedForAsLongAsItLasts) {
  AlarmSite site;
  const auto closed = std::chrono::steady_clock::now();
  site.panel->input(1, true);
  ASSERT_TRUE(becomes(site.fire_board, true)) << site.engine->output();
  EXPECT_LT(std::chrono::steady_clock::now() - closed, std::chrono::seconds(1));
  ASSERT_TRUE(site.engine->says("held_open")) << site.engine->output();
  // Three pulses long: neither the pulse's end nor the guard's terms shut it.
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_TRUE(site.fire_board.coil(1));
  EXPECT_FALSE(site.plain_board.coil(1));
  site.panel->input(1, false);
  EXPECT_TRUE(becomes(site.fire_board, false));
  EXPECT_TRUE(site.engine->says("all_clear"));
  const auto records = site.records();
  EXPECT_THAT(records, HasSubstr("alarm"));
  EXPECT_THAT(records, HasSubstr("held_open"));
}

TEST(Alarm, AContactThatIsLostIsToldBeforeAnythingBurns) {
  AlarmSite site;
  site.panel.reset();
  EXPECT_TRUE(site.engine->says("alarm_contact_lost")) << site.engine->output();
  site.panel.emplace(site.panel_port);
  EXPECT_TRUE(site.engine->says("alarm_contact_back")) << site.engine->output();
}

TEST(Alarm, AGateIsShutByItsGuardWhenTheEngineIsKilledInIt) {
  AlarmSite site;
  EXPECT_THAT(site.check(), HasSubstr("lane fire_exit: killed while an alarm holds it open, the gate is shut after"));
  site.panel->input(1, true);
  ASSERT_TRUE(site.engine->says("held_open")) << site.engine->output();
  site.engine->send(SIGKILL);
  site.engine->wait();
  EXPECT_TRUE(becomes(site.fire_board, false));
}

TEST(Alarm, AGateThatIsToStayOpenDoesSoUntilTheEngineRunsAgain) {
  AlarmSite site(", in_alarm: open");
  EXPECT_THAT(site.check(), HasSubstr("lane fire_exit: killed while an alarm holds it open, the gate stays open"));
  EXPECT_THAT(site.check(), Not(HasSubstr("lane plain: killed while an alarm")));
  site.panel->input(1, true);
  ASSERT_TRUE(site.engine->says("held_open")) << site.engine->output();
  site.engine->send(SIGKILL);
  site.engine->wait();
  // Longer than the guard of another gate takes, and than it believes in an alarm that nobody tells of any more.
  EXPECT_FALSE(world::soon([&] { return !site.fire_board.coil(1); }, std::chrono::seconds(7)));
  site.panel->input(1, false);
  site.run_again();
  EXPECT_TRUE(becomes(site.fire_board, false)) << site.engine->output();
}

// A door that stands open for those who flee does not shut because the engine comes back.
TEST(Alarm, AnEngineThatStartsInOneShutsNothing) {
  AlarmSite site(", in_alarm: open");
  site.panel->input(1, true);
  ASSERT_TRUE(site.engine->says("held_open")) << site.engine->output();
  site.engine->send(SIGKILL);
  site.engine->wait();
  const auto said_before = site.fire_board.requests().size();
  site.run_again("fire_gate held_open");
  const auto all = site.fire_board.requests();
  for (std::size_t i = said_before; i < all.size(); ++i)
    EXPECT_THAT(all[i], Not(HasSubstr(" 05 00 00 00 00"))) << "an off";
  EXPECT_TRUE(site.fire_board.coil(1));
  site.panel->input(1, false);
  EXPECT_TRUE(becomes(site.fire_board, false)) << site.engine->output();
}

TEST(Button, OpensItsLaneOnceAndIsRecorded) {
  AlarmSite site;
  site.knob.input(2, true);
  ASSERT_TRUE(becomes(site.plain_board, true)) << site.engine->output();
  EXPECT_TRUE(becomes(site.plain_board, false));
  EXPECT_FALSE(site.fire_board.coil(1));
  EXPECT_THAT(site.records(), HasSubstr("button"));
}

}  // namespace
}  // namespace gatepost

// What a plugin that throws, leaks or hangs does to a running site: it is named, its lane goes to its fail state, and
// the other lane goes on and its gate comes to rest.
#include <gmock/gmock.h>

#include <optional>

#include "world/command.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view opens("\xA0\x01\x01\xA2", 4), shuts("\xA0\x01\x00\xA1", 4);

// Lane good: a gun, a roster, a relay board. Lane bad: another gun or a device of the test's choice, its policy and
// gate.
class TwoLanes {
 public:
  explicit TwoLanes(const std::string& devices, const std::string& policies, const std::string& bad_lane)
      : shell_(world::plugins_folder() + ":" + world::faults_folder()) {
    disk().write("people.csv", "subject\nE000001\n");
    disk().write("site.yaml",
                 "site: { name: Two lanes, code: 4017 }\njournal: { file: journal.db }\ndevices:\n"
                 "  gun: { plugin: serial, lines: many, device: 'serial:" +
                     gun_.name() + "' }\n  other: { plugin: serial, lines: many, device: 'serial:" + other_.name() +
                     "' }\n  gate: { plugin: turnstile_relay, out: 0, pulse: 20ms, board: 'lcus:" + board_.name() +
                     "' }\n" + devices +
                     "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                     "policies:\n  list: { plugin: roster, file: people.csv }\n" +
                     policies +
                     "outputs: { store: { plugin: local_store, file: store.db } }\nlanes:\n"
                     "  good: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate, "
                     "repeat_within: 0s, denied_at_most: none }\n  bad: { credentials: [card], repeat_within: 0s, "
                     "denied_at_most: none, " +
                     bad_lane + " }\n");
    engine_ = shell_.start({"run", (disk() / "site.yaml").string()});
    EXPECT_TRUE(engine_->says("ready in")) << engine_->output();
    EXPECT_TRUE(engine_->says("gun up")) << engine_->output();
    EXPECT_TRUE(engine_->says("gate up")) << engine_->output();
    board_.read(50);
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  world::Process& engine() { return *engine_; }
  void scan_bad() { EXPECT_TRUE(other_.write("E000001\r")); }

  /// Twenty scans of the good lane, each of which moves its gate and shuts it.
  void expect_good_lane_works() {
    for (int i = 0; i < 20; ++i) {
      std::string moved;
      // The board has its frame a little before the engine knows that the gate is at rest.
      for (int tries = 0; tries < 10 && moved.find(opens) == moved.npos; ++tries) {
        ASSERT_TRUE(gun_.write("E000001\r"));
        moved += board_.read(300, 4);
      }
      moved += board_.read(1000, 4);
      ASSERT_THAT(moved, HasSubstr(std::string(opens))) << i << ": " << engine_->output();
      ASSERT_THAT(moved, HasSubstr(std::string(shuts))) << i;
      board_.read(25);  // the gate comes to rest
    }
  }

  /// Stops it with a scan in the good gate: exit status, and whether that gate came to rest.
  std::pair<std::optional<int>, bool> stop_in_mid_passage() {
    EXPECT_TRUE(gun_.write("E000001\r"));
    EXPECT_THAT(board_.read(1000, 4), HasSubstr(std::string(opens)));
    engine_->send(SIGTERM);
    const auto exit = engine_->ends(5s);
    return {exit, board_.read(50).find(shuts) != std::string::npos};
  }

  std::string records() { return shell_.say({"records", (disk() / "site.yaml").string()}).text; }
  std::string status() { return shell_.say({"status", (disk() / "site.yaml").string()}).text; }

 private:
  world::Shell shell_;
  world::Pty gun_, other_, board_;
  std::unique_ptr<world::Process> engine_;
};

TEST(PluginFault, AnInputThatThrowsIsNamed) {
  TwoLanes site("  bad_device: { plugin: bad_input, fault: raise }\n", "",
                "inputs: { bad_device: in }, policies: [list]");
  EXPECT_TRUE(site.engine().says("plugin bad_input: threw a fit")) << site.engine().output();
  site.expect_good_lane_works();
  EXPECT_EQ(site.stop_in_mid_passage(), std::pair(std::optional(0), true)) << site.engine().output();
}

TEST(PluginFault, AnInputThatDoesNotStopIsNamedAndEveryGateComesToRest) {
  TwoLanes site("  bad_device: { plugin: bad_input, fault: deaf }\n", "",
                "inputs: { bad_device: in }, policies: [list]");
  EXPECT_TRUE(site.engine().says("bad_device up")) << site.engine().output();
  site.expect_good_lane_works();
  EXPECT_EQ(site.stop_in_mid_passage(), std::pair(std::optional(1), true)) << site.engine().output();
  EXPECT_THAT(site.engine().output(), HasSubstr("input bad_device (plugin bad_input) does not stop within 3 s"));
  EXPECT_THAT(site.records(), HasSubstr("does_not_stop"));
}

class Leak : public testing::TestWithParam<const char*> {};

TEST_P(Leak, IsNamedAndTheInputHeldBackBeforeTheOthersSuffer) {
  const std::string what = GetParam();
  TwoLanes site("  bad_device: { plugin: bad_input, each: 16, fault: leak_" + what + " }\n", "",
                "inputs: { bad_device: in }, policies: [list]");
  EXPECT_TRUE(site.engine().says("leaks: ", 10s)) << site.engine().output();
  EXPECT_THAT(site.engine().output(), HasSubstr("device bad_device: leaks: "));
  site.expect_good_lane_works();
  for (const auto end = std::chrono::steady_clock::now() + 15s; std::chrono::steady_clock::now() < end;)
    if (site.status().find("it leaks, and is not run again") != std::string::npos) break;
  EXPECT_THAT(site.status(), HasSubstr("it leaks, and is not run again"));
  EXPECT_EQ(site.stop_in_mid_passage(), std::pair(std::optional(0), true)) << site.engine().output();
}

INSTANTIATE_TEST_SUITE_P(Inputs, Leak, testing::Values("threads", "descriptors"),
                         [](const auto& what) { return std::string(what.param); });

TEST(PluginFault, APolicyThatThrowsIsNamedAndItsLaneDenies) {
  TwoLanes site("", "  oracle: { plugin: bad_policy }\n", "inputs: { other: in }, policies: [oracle]");
  site.scan_bad();
  EXPECT_TRUE(site.engine().says("plugin bad_policy: threw a fit")) << site.engine().output();
  site.expect_good_lane_works();
  EXPECT_EQ(site.stop_in_mid_passage(), std::pair(std::optional(0), true)) << site.engine().output();
  EXPECT_THAT(site.records(), HasSubstr("policy_failed"));
}

TEST(PluginFault, APolicyThatHangsIsNamedAndItsLaneDeniesAndAnswersTheNext) {
  TwoLanes site("", "  oracle: { plugin: bad_policy, hang: true }\n",
                "inputs: { other: in }, policies: [oracle], policy_timeout: 50ms");
  site.scan_bad();
  EXPECT_TRUE(site.engine().says("policy oracle: does not answer")) << site.engine().output();
  site.scan_bad();
  EXPECT_TRUE(site.engine().says("oracle: does not answer")) << site.engine().output();
  site.expect_good_lane_works();
  EXPECT_EQ(site.stop_in_mid_passage(), std::pair(std::optional(1), true)) << site.engine().output();
  EXPECT_THAT(site.engine().output(), HasSubstr("policy oracle in lane bad does not stop within 3 s"));
}

class BadGate : public testing::TestWithParam<const char*> {};

TEST_P(BadGate, IsNamedAndHoldsUpNobodyElse) {
  const std::string fault = GetParam();
  TwoLanes site(
      "  door: { plugin: bad_actuator, fault: " + fault + " }\n", "",
      "inputs: { other: in }, policies: [list], actuator: door, actuator_deadline: 50ms, open_after_kill: accepted");
  site.scan_bad();
  const bool hangs = fault != "raise";
  const std::string said =
      hangs ? "door: the actuator does not come back from the command" : "bad_actuator: threw a fit";
  EXPECT_TRUE(fault == "hang_in_passage" || site.engine().says(said)) << site.engine().output();
  site.expect_good_lane_works();
  const auto [exit, at_rest] = site.stop_in_mid_passage();
  EXPECT_TRUE(at_rest);
  EXPECT_EQ(exit, hangs ? 1 : 0) << site.engine().output();
  const auto names = HasSubstr("gate door in lane bad does not stop within 3 s");
  EXPECT_EQ(testing::Value(site.engine().output(), names), hangs) << site.engine().output();
}

INSTANTIATE_TEST_SUITE_P(Gates, BadGate, testing::Values("raise", "hang_in_release", "hang_in_passage"),
                         [](const auto& what) { return std::string(what.param); });

}  // namespace
}  // namespace gatepost

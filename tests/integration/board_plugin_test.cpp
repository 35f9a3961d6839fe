// A relay board whose driver is a plugin: the same gate, the same guard, the same bound. GATEPOST_TEST_BOARD names
// another plugin than the tree's, which was built elsewhere: NAME in FOLDER is given as FOLDER/NAME.so
// (tests/conformance/out_of_tree).
#include <gmock/gmock.h>

#include <cstring>
#include <fstream>
#include <gatepost/hal/board.hpp>
#include <gatepost/hal/guarded_relay.hpp>

#include "config/check_host.hpp"
#include "guard_site.hpp"
#include "text_board.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using world::soon;
namespace fs = std::filesystem;

fs::path plugin_file() {
  const char* named = std::getenv("GATEPOST_TEST_BOARD");
  return named != nullptr ? fs::path(named) : fs::path(world::boards_folder()) / "acme_io.so";
}
std::string scheme() { return plugin_file().stem().string(); }

plugin::Catalogue catalogue() {
  const std::vector<fs::path> folders{plugin_file().parent_path(), world::plugins_folder()};
  return plugin::Catalogue::load(folders);
}

hal::Address address_of(const TextBoard& board) {
  return *hal::Address::parse(scheme() + ":" + board.name() + "?channels=2", "/");
}

/// The command's plugins and a copy of the board's, which a test may spoil.
class BoardSite : public testing::Test {
 protected:
  BoardSite() {
    fs::create_directories(copy_.parent_path());
    fs::copy_file(plugin_file(), copy_);
  }
  GuardSite site(const std::string& gate) {
    return GuardSite(gate, address(), copy_.parent_path().string() + ":" + world::plugins_folder());
  }
  std::string address() const { return scheme() + ":" + board_.name() + "?channels=2"; }
  pid_t guard() const {
    const auto found = world::guards_of(scheme() + ":" + board_.name());
    return found.size() == 1 ? found[0] : -1;
  }

  world::Scratch disk_;
  const fs::path copy_ = disk_ / ("boards/" + scheme() + ".so");
  TextBoard board_;
};

TEST_F(BoardSite, IsShutByItsGuardWithinThePrintedTimeWhenTheEngineIsKilled) {
  auto gate = site("pulse: 60s");
  const auto bound = gate.printed_bound();
  EXPECT_GT(bound, 200ms);
  EXPECT_LT(bound, 2s);
  gate.run();
  ASSERT_GT(guard(), 0);
  gate.scan();
  ASSERT_TRUE(board_.becomes(1, true)) << gate.engine().output();
  const auto killed = Clock::now();
  gate.engine().send(SIGKILL);
  EXPECT_TRUE(board_.becomes(1, false));
  EXPECT_LE(Clock::now() - killed, bound);
  gate.engine().wait();
  EXPECT_TRUE(soon([&] { return guard() < 0; }));
}

// Both run what was examined, and not what lies in the folder by now.
TEST_F(BoardSite, ItsGuardLoadsTheBytesThatTheEngineHasExamined) {
  auto gate = site("pulse: 100ms");
  gate.run();
  fs::resize_file(copy_, 0);
  const pid_t first = guard();
  ASSERT_GT(first, 0);
  ::kill(first, SIGKILL);
  const auto opens = [&] {
    gate.scan();
    return board_.becomes(1, true, 300ms);
  };
  ASSERT_TRUE(soon(opens)) << gate.engine().output();
  ASSERT_GT(guard(), 0);
  EXPECT_NE(guard(), first);
  std::ifstream maps("/proc/" + std::to_string(guard()) + "/maps");
  const std::string all{std::istreambuf_iterator<char>(maps), {}};
  EXPECT_THAT(all, HasSubstr("/memfd:" + scheme() + ".so"));
  EXPECT_TRUE(board_.becomes(1, false));
}

TEST_F(BoardSite, IsOpenedByTheEngineItselfWhereNobodyIsToShutIt) {
  auto gate = site("pulse: 100ms, after_kill: nobody");
  gate.write("pulse: 100ms, after_kill: nobody", ", open_after_kill: accepted");
  gate.run();
  EXPECT_LT(guard(), 0);
  gate.scan();
  EXPECT_TRUE(board_.becomes(1, true)) << gate.engine().output();
  EXPECT_TRUE(board_.becomes(1, false));
}

// Two names for one board are seen to be that: the new gate's guard gets the line when the old one has left it.
TEST_F(BoardSite, IsTakenFromItsGuardByAGateOfAnotherName) {
  auto gate = site("pulse: 100ms");
  gate.run();
  const pid_t first = guard();
  std::ifstream file(gate.disk() / "site.yaml");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto& [old, now] :
       {std::pair("  gate: {", "  barrier: {"), std::pair("actuator: gate", "actuator: barrier")})
    text.replace(text.find(old), std::strlen(old), now);
  gate.disk().write("site.yaml", text);
  const auto said = gate.say("reload");
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_TRUE(gate.engine().says("barrier up")) << gate.engine().output();
  EXPECT_THAT(gate.engine().output(), Not(HasSubstr("in use")));
  gate.scan();
  EXPECT_TRUE(board_.becomes(1, true)) << gate.engine().output();
  EXPECT_NE(guard(), first);
}

TEST_F(BoardSite, IsCheckedByItsSchemeAndItsOptions) {
  const auto refusal = [&](const std::string& address) {
    GuardSite gate("pulse: 1s", address, copy_.parent_path().string() + ":" + world::plugins_folder());
    return gate.say("check").text;
  };
  EXPECT_THAT(refusal(scheme() + "s:/dev/x"),
              AllOf(HasSubstr("is no address of a relay board"), HasSubstr("did you mean '" + scheme() + "'?")));
  EXPECT_THAT(refusal("quite_another:/dev/x"),
              AllOf(HasSubstr("of those that plugins drive there is "), HasSubstr(scheme())));
  EXPECT_THAT(refusal(scheme() + ":/dev/x?chanels=2"), HasSubstr("known options: channels, timeout"));
  EXPECT_THAT(refusal(scheme() + ":/dev/x"), HasSubstr("after at most 0.8 s, by the guard process"));
}

TEST_F(BoardSite, IsNoDeviceOfASiteItself) {
  world::Shell shell(copy_.parent_path().string() + ":" + world::plugins_folder());
  shell.disk().write("site.yaml",
                     "site: { name: Guard, code: 4017 }\ndevices: { gate: { plugin: " + scheme() + " } }\n");
  const auto said = shell.say({"check", (shell.disk() / "site.yaml").string()});
  EXPECT_THAT(said.text, AllOf(HasSubstr("drives relay boards and is no device itself"), HasSubstr("write board: ")));
  EXPECT_THAT(shell.say({"plugins", scheme()}).text,
              AllOf(HasSubstr("(board)"), HasSubstr("Addresses begin with " + scheme() + ":"), HasSubstr("channels")));
}

TEST(BoardPlugin, IsSetAndReadBackBehindItsGuard) {
  const auto loaded = catalogue();
  TextBoard device;
  const auto board = hal::open_guarded_relay(address_of(device), {.channels = {1, 2}, .longest = 10s},
                                             hal::boards_of(std::make_shared<config::CheckHost>(fs::path(), loaded)));
  ASSERT_TRUE(board) << to_line(board.error());
  EXPECT_EQ((*board)->channels(), 2);
  for (const bool on : {true, false}) {
    ASSERT_TRUE((*board)->set(2, on, BootClock::now() + 10s));
    EXPECT_EQ(device.on(2), on);
    EXPECT_EQ(*(*board)->read_back(2), on);
    EXPECT_EQ(*(*board)->read_back(1), false);
  }
  ASSERT_TRUE((*board)->pulse(1, 100ms));
  EXPECT_TRUE(device.on(1));
  EXPECT_TRUE(device.becomes(1, false));
  const int before = device.switched_on();
  EXPECT_FALSE((*board)->set(1, true, BootClock::now() - 1ms));
  EXPECT_EQ(device.switched_on(), before);
}

TEST(BoardPlugin, OfAnotherSchemeIsNotWhatAGuardTakes) {
  const auto loaded = catalogue();
  TextBoard device;
  const auto find = [&](const std::string& name) -> Result<hal::PluginBoard> {
    return hal::PluginBoard{loaded.find(name)->descriptor->make.board, loaded.find("lamp")->copy};
  };
  const auto board = hal::open_guarded_relay(address_of(device), {.channels = {1}}, find);
  ASSERT_FALSE(board);
  EXPECT_THAT(to_line(board.error()), HasSubstr("came for the board of another"));
}

TEST(BoardPlugin, LightsALampThatKnowsNothingOfIt) {
  const auto loaded = catalogue();
  TextBoard device;
  const Descriptor& lamp = *loaded.find("lamp")->descriptor;
  std::vector<Value> values;
  for (const auto& field : lamp.settings())
    values.push_back(field.key == "board" ? Value(address_of(device).text()) : field.fallback);
  Instance instance{"light", "/"};
  EXPECT_FALSE(lamp.make.sink(values, instance)) << "nobody has told it of the board";
  instance.host = std::make_shared<config::CheckHost>(fs::path(), loaded);
  const auto sink = lamp.make.sink(values, instance);
  ASSERT_TRUE(sink) << to_line(sink.error());
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  std::erase(boot, '-');
  const Record deny{.boot = boot, .at = SystemClock().now(), .lane = "main", .outcome = Outcome::deny};
  static_cast<void>((*sink)->deliver({&deny, 1}, {}));
  EXPECT_TRUE(device.becomes(2, true));
}

}  // namespace
}  // namespace gatepost

// `gatepost run` over a real line, as a guard and a service see it.
#include <gmock/gmock.h>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using world::Process;

std::string up_to(world::Pty& screen, const std::string& text) {
  std::string all;
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (all.find(text) == std::string::npos && std::chrono::steady_clock::now() < end) all += screen.read(50);
  return all;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(CommandRun, SaysReadyAndThenEachVerdictInAPlainLine) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  EXPECT_THAT(engine->output(), HasSubstr("Checkpoint 4017  Cầu Bắc  –  1 lane, ready in "));
  site.scan("E000001");
  ASSERT_TRUE(engine->says("E000001")) << engine->output();
  site.scan("E999999");
  ASSERT_TRUE(engine->says("E999999")) << engine->output();
  site.scan("rubbish");
  ASSERT_TRUE(engine->says("Unknown code")) << engine->output();
  EXPECT_THAT(engine->output(), ContainsRegex("\n[0-9:]{8}  ✔ GRANT   entry ▸ in  E000001  Lan  You may pass  "
                                              "#[0-9]+  [0-9]+[.][0-9]{2} ms\n"));
  EXPECT_THAT(engine->output(), HasSubstr("✘ DENY    entry ▸ in  E999999  "));
  EXPECT_THAT(engine->output(), HasSubstr("✘ DENY    entry ▸ in  –  Unknown code"));
  EXPECT_FALSE(world::acts_on_a_terminal(engine->output()));
}

class Stops : public testing::TestWithParam<int> {};

TEST_P(Stops, WithinTwoSecondsAndSaysSo) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  engine->send(GetParam());  // in the very moment it says that it is ready
  EXPECT_EQ(engine->ends(2s), 0) << engine->output();
  EXPECT_THAT(engine->output(), HasSubstr("\nStopped; every gate is at rest.\n"));
  const auto said = site.say("records", {"--kind", "change"});
  EXPECT_THAT(said.text, AllOf(HasSubstr("started"), HasSubstr("stopped")));
}

INSTANTIATE_TEST_SUITE_P(CommandRun, Stops, testing::Values(SIGTERM, SIGINT),
                         [](const auto& signal) { return signal.param == SIGTERM ? "SIGTERM" : "SIGINT"; });

TEST(CommandRun, ColoursOnlyATerminal) {
  GunSite site;
  site.plug();
  world::Pty screen;
  auto engine = site.run(screen.name());
  EXPECT_THAT(up_to(screen, "gun up"), HasSubstr("\x1b[1mCheckpoint 4017"));
  site.scan("E000001");
  EXPECT_THAT(up_to(screen, " ms\x1b[0m"), HasSubstr("\x1b[1;32m✔ GRANT \x1b[0m"));
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0);
}

TEST(CommandRun, HidesSubjectsWhereTheJournalDoes) {
  GunSite site(", subjects: hash, hash_key: key");
  std::filesystem::permissions(site.disk().write("key", "a key of thirty-two bytes, or so"),
                               std::filesystem::perms(0600));
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  ASSERT_TRUE(engine->says("GRANT")) << engine->output();
  EXPECT_TRUE(engine->says("✔ GRANT   entry ▸ in  card  You may pass")) << engine->output();
  const auto records = site.say("records", {"--kind", "attempt"});
  for (const auto& text : {engine->output(), records.text})
    EXPECT_THAT(text, AllOf(Not(HasSubstr("E000001")), Not(HasSubstr("Lan"))));
  EXPECT_THAT(records.text, ContainsRegex("  [0-9a-f]{64}\n"));
}

TEST(CommandRun, RefusesAJournalThatAnotherEngineHas) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  const auto second = site.say("run");
  EXPECT_EQ(second.exit, 1);
  EXPECT_THAT(second.text,
              AllOf(StartsWith("gatepost run: "), HasSubstr("journal.db"), HasSubstr(std::to_string(engine->pid()))));
  site.scan("E000001");
  EXPECT_TRUE(engine->says("✔ GRANT")) << "the first goes on";
}

TEST(CommandRun, WaitsForADeviceThatIsAbsent) {
  GunSite site;
  auto engine = site.run();
  ASSERT_TRUE(engine->says("device entry gun down")) << engine->output();
  site.plug();
  ASSERT_TRUE(engine->says("device entry gun up")) << engine->output();
  site.scan("E000001");
  EXPECT_TRUE(engine->says("✔ GRANT")) << engine->output();
  EXPECT_EQ(count(engine->output(), "gun down"), 1U) << "its absence is one event";
}

TEST(CommandRun, GoesOnWithADeviceThatComesBack) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  ASSERT_TRUE(engine->says("gun up")) << engine->output();
  site.unplug();
  ASSERT_TRUE(engine->says("gun down")) << engine->output();
  site.plug();
  const auto both_up = [&] { return count(engine->output(), "gun up") == 2; };
  for (const auto end = std::chrono::steady_clock::now() + 10s; !both_up() && std::chrono::steady_clock::now() < end;)
    std::this_thread::sleep_for(5ms);  // a file has nothing to wait on
  ASSERT_TRUE(both_up()) << engine->output();
  site.scan("E000001");
  EXPECT_TRUE(engine->says("E000001")) << engine->output();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0);
  const auto said = site.say("records", {"--kind", "device"});
  EXPECT_EQ(count(said.text, "  down  entry  gun"), 1U) << said.text;
  EXPECT_EQ(count(said.text, "  up  entry  gun"), 2U) << said.text;
}

TEST(CommandRun, EndsWithAGunThatNeverCame) {
  GunSite site;
  auto engine = site.run();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0) << engine->output();
}

// What people hold before a gun: each must be answered, and none may act on the guard's terminal or on a log's reader.
TEST(CommandRun, ShowsHostileCodesHarmlessly) {
  GunSite site({}, "(?s)(?P<subject>.+)");
  site.plug();
  auto engine = site.run();
  const std::vector<std::string> payloads{"\x1b[2J\x1b]0;owned\x07",
                                          std::string("E1\0E2", 5),
                                          "\xc2\x9b"
                                          "31mred",
                                          "\xff\xfe\x80",
                                          "\xe2\x80\xaetfel ot thgir",
                                          "<b>&amp;'\"%s%n",
                                          "\xed\xa0\x80",
                                          std::string(700, '\x1b') + "x",
                                          "line\nbreak"};
  for (const auto& payload : payloads) site.scan(payload);
  site.scan(std::string(9 * 1024, 'A'));
  site.scan("E000001");
  ASSERT_TRUE(engine->says("✔ GRANT")) << engine->output();
  EXPECT_FALSE(world::acts_on_a_terminal(engine->output())) << engine->output();
  EXPECT_THAT(engine->output(), AllOf(HasSubstr("[2J"), Not(HasSubstr("\xe2\x80\xae")), HasSubstr("Read in part only"),
                                      Not(HasSubstr(std::string(50, 'A')))));
  for (const auto& options : {std::vector<std::string>{}, {"--json"}}) {
    const auto said = site.say("records", options);
    EXPECT_EQ(said.exit, 0);
    EXPECT_FALSE(world::acts_on_a_terminal(said.text)) << said.text;
    EXPECT_THAT(said.text, Not(HasSubstr("\xe2\x80\xae")));
  }
}

}  // namespace
}  // namespace gatepost

// A site file that is changed while the gates work: what a person who swaps hardware does.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "integration/reload_site.hpp"
#include "journal/reader.hpp"
#include "world/places.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::size_t differing_lines(const std::string& one, const std::string& other) {
  std::istringstream a(one), b(other);
  std::size_t count = 0;
  for (std::string line, beside; std::getline(a, line) && std::getline(b, beside);)
    if (line != beside) ++count;
  return count;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::string code(char letter, int number) {
  char text[16];
  std::snprintf(text, sizeof text, "%c%06d", letter, number);
  return text;
}

std::vector<Record> records_of(const ReloadSite& site) {
  auto reader = journal::Reader::open(site.disk() / "journal.db");
  auto records = reader ? reader->after(0, 100'000) : Result<std::vector<Record>>(reader.error());
  return records ? std::move(*records) : std::vector<Record>{};
}

// Scans codes one after the other, so many a second, till it goes out of scope.
class Scanner {
 public:
  Scanner(world::Pty& gun, int a_second)
      : thread_([&gun, a_second, this](const std::stop_token& stop) {
          auto next = std::chrono::steady_clock::now();
          while (!stop.stop_requested()) {
            EXPECT_TRUE(gun.write(code('X', ++scanned_) + "\r"));
            next += std::chrono::milliseconds(1000) / a_second;
            std::this_thread::sleep_until(next);  // people come when they come
          }
        }) {}
  int stop() {
    thread_.request_stop();
    thread_.join();
    return scanned_;
  }

 private:
  int scanned_ = 0;
  std::jthread thread_;
};

void draw_card(const ReloadSite& site) {
  world::Process card(
      {world::card_tool(), "--code", "E000001", "--name", "Lan", "--out", (site.disk() / "frames/card.png").string()},
      site.disk() / "said");
  ASSERT_EQ(card.wait(), 0) << card.output();
}

TEST(ReloadRun, SwapsAGunForACameraFiftyTimesWhileTheOtherLaneLosesNothing) {
  ReloadSite site;
  draw_card(site);
  EXPECT_LE(differing_lines(site.text("gun"), site.text("camera")), 3U);
  auto engine = site.run();
  const pid_t process = engine->pid();
  const auto exit_line = [&] {
    std::pair<int, std::string> found{-1, {}};
    for (const auto& [number, target] : descriptors(process))
      if (target == site.exit_gun().name()) found = {number, target};
    return found;
  };
  const auto line_before = exit_line();
  ASSERT_NE(line_before.first, -1);

  Scanner scanner(site.exit_gun(), 20);
  std::size_t files = 0, tasks = 0;
  for (int round = 1; round <= 50; ++round) {
    site.write("camera");
    auto said = site.reload();
    ASSERT_EQ(said.exit, 0) << round << ": " << said.text;
    site.write("gun");
    said = site.reload();
    ASSERT_EQ(said.exit, 0) << round << ": " << said.text;
    EXPECT_TRUE(site.entry_gun().write(code('E', round) + "\r"));
    if (round % 10 != 0) continue;
    EXPECT_TRUE(engine->says(code('E', round))) << "the swapped lane scans in round " << round;
    if (round == 10) files = descriptors(process).size(), tasks = threads(process);
    EXPECT_LE(descriptors(process).size(), files + 1) << round;  // one control connection may still be closing
    EXPECT_EQ(threads(process), tasks) << round;
    EXPECT_EQ(exit_line(), line_before) << "the other lane's line is the one it was";
  }
  const int scanned = scanner.stop();
  EXPECT_TRUE(engine->says(code('X', scanned))) << engine->output();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(5s), 0) << engine->output();

  std::vector<std::string> exits;
  std::size_t from_gun = 0, from_camera = 0, changes = 0;
  const auto records = records_of(site);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    ASSERT_EQ(record.id.sequence, i + 1) << "no gap";
    if (record.kind == RecordKind::change && record.reason == "reloaded") ++changes;
    if (record.kind != RecordKind::attempt) continue;
    if (record.lane == "exit") exits.push_back(record.subject);
    if (record.lane == "entry") ++(record.scheme == "card" && record.symbology.empty() ? from_gun : from_camera);
  }
  ASSERT_EQ(exits.size(), static_cast<std::size_t>(scanned)) << "each scan is in the journal, once";
  for (int i = 0; i < scanned; ++i) ASSERT_EQ(exits[static_cast<std::size_t>(i)], code('X', i + 1)) << "in order";
  EXPECT_EQ(count(engine->output(), "exit ◂ out"), static_cast<std::size_t>(scanned)) << "and answered";
  EXPECT_EQ(changes, 100U);
  EXPECT_GT(from_camera, 0U);
  EXPECT_GT(from_gun, 0U);
  EXPECT_EQ(site.say("verify").exit, 0);
}

TEST(ReloadRun, ABadFileChangesNothingAndSaysWhyToBoth) {
  ReloadSite site;
  auto engine = site.run();
  std::string bad = site.text("gun");
  bad.replace(bad.find("plugin: roster"), 14, "plugin: rooster");
  site.put(bad);
  const auto said = site.reload();
  EXPECT_EQ(said.exit, 2) << "the asker's own check finds it";
  EXPECT_THAT(said.text, AllOf(HasSubstr("site.yaml:7:"), HasSubstr("did you mean 'roster'?")));
  engine->send(SIGHUP);
  EXPECT_TRUE(engine->says("reload_refused")) << engine->output();
  EXPECT_THAT(engine->output(), AllOf(HasSubstr("site.yaml:7:"), HasSubstr("did you mean 'roster'?")));
  EXPECT_TRUE(site.entry_gun().write("E000001\r"));
  EXPECT_TRUE(engine->says("✔ GRANT   entry")) << engine->output();
}

TEST(ReloadRun, ADeviceThatIsNotThereIsRefusedAndTheOldOneGoesOn) {
  ReloadSite site;
  auto engine = site.run();
  site.write("/dev/serial/absent");
  const auto said = site.reload();
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("nothing was changed"), HasSubstr("the new device does not open")));
  EXPECT_TRUE(site.entry_gun().write("E000001\r"));
  EXPECT_TRUE(engine->says("✔ GRANT   entry")) << engine->output();
  const auto json = boost::json::parse(site.say("reload", {"--json"}).text);
  EXPECT_FALSE(json.at("ok").as_bool());
  EXPECT_THAT(std::string(json.at("remedy").as_string()), Not(testing::IsEmpty()));
}

TEST(ReloadRun, TakesOneLineOverWithNewSettings) {
  ReloadSite site;
  auto engine = site.run();
  site.write("fast gun");
  const auto said = site.reload();
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text, HasSubstr("~ device entry_device: device "));
  EXPECT_TRUE(site.entry_gun().write("E000001\r"));
  EXPECT_TRUE(engine->says("✔ GRANT   entry")) << engine->output();
  const auto again = site.reload();
  EXPECT_EQ(again.exit, 0);
  EXPECT_THAT(again.text, HasSubstr("nothing has changed"));
}

TEST(ReloadRun, OutlivesAStormOfSignals) {
  ReloadSite site;
  auto engine = site.run();
  Scanner scanner(site.exit_gun(), 20);
  for (int i = 0; i < 20; ++i) {
    site.write("gun", i % 2 == 0 ? "1s" : "2s");
    engine->send(SIGHUP);
  }
  site.write("gun", "7s");
  engine->send(SIGHUP);
  EXPECT_TRUE(engine->says("→ 7s")) << engine->output();
  const int scanned = scanner.stop();
  EXPECT_TRUE(engine->says(code('X', scanned))) << engine->output();
  EXPECT_EQ(count(engine->output(), "exit ◂ out"), static_cast<std::size_t>(scanned));
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(5s), 0) << engine->output();
}

TEST(ReloadRun, SaysSoWhereNoEngineRuns) {
  ReloadSite site;
  const auto said = site.reload();
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("gatepost reload: nothing was changed: "));
}

TEST(ReloadRun, TheEnginesVariablesCountNotThoseOfWhoAsks) {
  ReloadSite site;
  ASSERT_EQ(::setenv("GATEPOST_TEST_REPEAT", "1s", 1), 0);
  site.write("gun", "!env GATEPOST_TEST_REPEAT");
  auto engine = site.run();
  ASSERT_EQ(::unsetenv("GATEPOST_TEST_REPEAT"), 0);
  site.write("fast gun", "!env GATEPOST_TEST_REPEAT");
  const auto said = site.reload();
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text, HasSubstr("~ device entry_device: device "));
}

TEST(ReloadRun, RefusesAnotherFileOfTheSameJournal) {
  ReloadSite site;
  auto engine = site.run();
  const auto other = site.disk().write("other.yaml", site.text("gun", "5s"));
  world::Shell shell;
  const auto said = shell.say({"reload", other.string()});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("runs another file"), HasSubstr("site.yaml")));
}

}  // namespace
}  // namespace gatepost

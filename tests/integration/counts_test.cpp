// `gatepost counts`: the command, its site file, and a store that a site has filled.
#include <gmock/gmock.h>

#include <array>
#include <cstdio>

#include "plugin/catalogue.hpp"
#include "world/places.hpp"
#include "world/scratch.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Said {
  std::string text;  ///< both streams
  int exit = -1;
};

/// A site with a store, and what the command says of it.
class Counts : public testing::Test {
 protected:
  Counts() { site("store: { plugin: local_store, file: data/store.db }"); }

  void site(const std::string& output) {
    scratch_.write("site.yaml",
                   "site: { name: Cầu Bắc, code: 4017 }\njournal: { file: journal.db }\n"
                   "devices: { gun: { plugin: serial, device: 'sim:gun' } }\n"
                   "credentials: { card: { plugin: pattern, match: '(?P<subject>.+)' } }\n"
                   "outputs: { " +
                       output +
                       " }\n"
                       "lanes: { entry: { inputs: { gun: in }, credentials: [card] } }\n");
  }

  Said counts(const std::string& options = {}) const {
    return gatepost("counts " + (scratch_ / "site.yaml").string() + " " + options);
  }

  /// The scratch folder stands for /etc/gatepost.
  Said gatepost(const std::string& words) const {
    const std::string command = "GATEPOST_SITES=" + scratch_.path().string() +
                                " GATEPOST_PLUGIN_PATH=" + world::plugins_folder() + " " + world::command() + " " +
                                words + " 2>&1";
    Said said;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 512> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) said.text += buffer.data();
    said.exit = WEXITSTATUS(::pclose(pipe));
    return said;
  }

  /// As the site would have: `scans` attempts, each that long ago.
  void store(const std::vector<std::tuple<Duration, std::string, Outcome>>& scans) {
    const std::array folders{std::filesystem::path(world::plugins_folder())};
    const auto catalogue = plugin::Catalogue::load(folders);
    const auto* found = catalogue.find("local_store");
    ASSERT_NE(found, nullptr);
    std::vector<Value> values;
    for (const auto& field : found->descriptor->settings())
      values.push_back(field.key == "file" ? Value(scratch_ / "data/store.db") : field.fallback);
    auto sink = found->descriptor->make.sink(values, {"store", scratch_.path()});
    ASSERT_TRUE(sink);
    std::vector<Record> records;
    for (const auto& [ago, lane, outcome] : scans) {
      records.emplace_back();
      records.back().id = {4017, 1, records.size()};
      records.back().wall = SystemClock().wall() - ago;
      records.back().lane = lane;
      records.back().outcome = outcome;
    }
    const auto delivery = (*sink)->deliver(records, {});
    ASSERT_FALSE(delivery.error) << to_line(*delivery.error);
  }

  world::Scratch scratch_;
};

TEST_F(Counts, PrintsTheFourWindowsByLaneAndOutcome) {
  store({{1min, "entry", Outcome::grant},
         {2h, "entry", Outcome::grant},
         {2 * 24h, "entry", Outcome::deny},
         {8 * 24h, "out", Outcome::grant},
         {31 * 24h, "out", Outcome::grant}});
  const auto said = counts();
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, HasSubstr("Checkpoint 4017 Cầu Bắc: 1 / 2 / 3 / 4\n"
                                   "  lane                1h        1d        1w        1m\n"
                                   "  entry  grant         1         2         2         2\n"
                                   "  entry  deny          0         0         1         1\n"
                                   "  out    grant         0         0         0         1\n"));
}

// An inspector knows the number of the checkpoint and no file.
TEST_F(Counts, AreAskedForByTheCheckpointsCode) {
  scratch_.write("south.yaml", "site: { name: South, code: 4018 }\n");
  scratch_.write("fragment.yaml", "journal: { keep: 30d }\n");
  store({{1min, "entry", Outcome::grant}});
  for (const char* words : {"counts 4017", "counts --code 4017"})
    EXPECT_THAT(gatepost(words).text, HasSubstr("Checkpoint 4017 Cầu Bắc: 1 / 1 / 1 / 1\n")) << words;
  const auto unknown = gatepost("counts 4019");
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.text, HasSubstr("no site of this machine has the code 4019"));
  EXPECT_THAT(unknown.text, HasSubstr("the codes here are 4017, 4018"));
  for (const char* words : {"counts --code north", "counts --code 0", "counts", "counts 4017 --code 4017"})
    EXPECT_EQ(gatepost(words).exit, 2) << words;
}

TEST_F(Counts, NameBothSitesOfOneCode) {
  store({{1min, "entry", Outcome::grant}});
  scratch_.write("copy.yaml", "site: { name: Copy, code: 4017 }\n");
  for (const char* words : {"counts 4017", "counts --code 4017"}) {
    const auto said = gatepost(words);
    EXPECT_EQ(said.exit, 2) << words;
    EXPECT_THAT(said.text, HasSubstr((scratch_ / "copy.yaml").string())) << words;
    EXPECT_THAT(said.text, HasSubstr((scratch_ / "site.yaml").string())) << words;
  }
  const auto checked = gatepost("check " + (scratch_ / "site.yaml").string());
  EXPECT_EQ(checked.exit, 2);
  EXPECT_THAT(checked.text, HasSubstr("copy.yaml has the code of this site, too"));
  std::filesystem::remove(scratch_ / "copy.yaml");
  EXPECT_EQ(gatepost("check " + (scratch_ / "site.yaml").string()).exit, 0);
}

// It may be the other one of a code that is given twice.
TEST_F(Counts, RefuseACodeWhileASiteFileCannotBeRead) {
  store({{1min, "entry", Outcome::grant}});
  EXPECT_EQ(gatepost("counts 4017").exit, 0);
  std::filesystem::create_directory(scratch_ / "other.yaml");
  const auto said = gatepost("counts 4017");
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr("one of these may have the code 4017 and cannot be read: " +
                                   (scratch_ / "other.yaml").string()));
}

TEST_F(Counts, TakeAFileOfThatNameForTheSite) {
  store({{1min, "entry", Outcome::grant}});
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(scratch_.path());
  scratch_.write("4017",
                 "site: { name: Other, code: 5 }\n"
                 "outputs: { store: { plugin: local_store, file: data/store.db } }\n");
  const auto said = gatepost("counts 4017");
  std::filesystem::current_path(here);
  EXPECT_THAT(said.text, HasSubstr("Checkpoint 5 Other"));
}

TEST_F(Counts, AddsUpOutcomesByLane) {
  store({{1min, "in", Outcome::grant}, {1min, "in", Outcome::deny}});
  EXPECT_THAT(counts("--by lane").text, HasSubstr("  in             2         2         2         2\n"));
}

TEST_F(Counts, PrintsJson) {
  store({{1min, "in", Outcome::deny}});
  EXPECT_THAT(counts("--json").text,
              HasSubstr(R"({"checkpoint":4017,"name":"Cầu Bắc","scans":{"1h":1,"1d":1,"1w":1,"1m":1},)"
                        R"("lanes":[{"lane":"in","outcome":"deny","scans":{"1h":1,"1d":1,"1w":1,"1m":1}}]})"));
}

TEST_F(Counts, SaysWhatToDoBeforeTheFirstScan) {
  const auto said = counts();
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("no Record has been stored yet; start the site with `gatepost run`"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "data"));
}

TEST_F(Counts, SaysWhatToAddWhereNothingCounts) {
  site("");
  const auto said = counts();
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("add an output of plugin local_store"));
}

TEST_F(Counts, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(counts("--by outcome").exit, 2);
  EXPECT_EQ(counts("--bye").exit, 2);
}

}  // namespace
}  // namespace gatepost

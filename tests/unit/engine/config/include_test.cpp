// A site in several files is the same site; what is wrong is told where it stands.
#include "config/include.hpp"

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "config/load.hpp"
#include "shelf.hpp"
#include "world/scratch.hpp"

namespace gatepost::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Include : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, std::string_view content) {
    std::filesystem::create_directories((disk_ / name).parent_path());
    return disk_.write(name, content);
  }
  LoadedSite load_site(std::string_view content) { return load(write("site.yaml", content), catalogue_); }
  std::string told(std::string_view content) { return load_site(content).shown(); }
  std::string at(const std::string& name) const { return (disk_ / name).string(); }

  world::Scratch disk_;
  plugin::Catalogue catalogue_ = shelf::catalogue();
};

constexpr const char* main_file = R"(include: [shared/cards.yaml, shared/lane.yaml]
site: { name: North, code: 4017 }
devices:
  gun: { device: "sim:gun" }
  gate: { plugin: relay }
lanes:
  main: { inputs: [gun], actuator: gate }
)";
constexpr const char* cards = R"(credentials:
  card: { plugin: pattern, match: '(?P<subject>.+)' }
policies:
  list: { plugin: roster, file: people.csv }
)";
constexpr const char* lane_text = R"(devices:
  gun: { plugin: scanner, idle: 70ms }
lanes:
  main: { credentials: [card], policies: [list] }
)";

TEST_F(Include, PutsGroupsTogetherKeyByKey) {
  write("shared/cards.yaml", cards);
  write("shared/lane.yaml", lane_text);
  const auto loaded = load_site(main_file);
  ASSERT_TRUE(loaded.site) << loaded.shown();
  EXPECT_EQ(loaded.shown(), "");
  const Site& site = *loaded.site;
  EXPECT_EQ(site.devices[0].instance.name, "gun");
  EXPECT_EQ(site.devices[0].values[0], Value(std::string("sim:gun")));
  EXPECT_EQ(site.devices[0].values[1], Value(Duration(std::chrono::milliseconds(70))));
  EXPECT_THAT(site.lanes[0].credentials, ElementsAre("card"));
  EXPECT_EQ(site.lanes[0].actuator, "gate");
  EXPECT_EQ(site.policies[0].values[0], Value(disk_ / "shared/people.csv")) << "a path begins where it stands";
  EXPECT_EQ(site.journal.file, disk_ / "journal.db");
}

TEST_F(Include, TellsAnErrorInTheFileWhereItStands) {
  write("shared/cards.yaml", cards);
  write("shared/lane.yaml", "devices:\n  gun: { plugin: scanner, idle: 70 }\nlanes:\n  main: { policies: [lst] }\n");
  const auto text = told(main_file);
  EXPECT_THAT(text, HasSubstr(at("shared/lane.yaml") + ":2:33: error: '70' has no unit\n"
                                                       "    2 |   gun: { plugin: scanner, idle: 70 }\n"
                                                       "      |                                 ^\n"));
  EXPECT_THAT(text, HasSubstr(at("shared/lane.yaml") + ":4:22: error: there is no 'lst' under policies"));
  const auto loaded = load_site(main_file);
  std::vector<std::pair<std::string, std::int64_t>> places;
  for (const auto& diagnostic : to_json(loaded.diagnostics, loaded.sources))
    places.emplace_back(diagnostic.at("file").as_string().c_str(), diagnostic.at("line").to_number<std::int64_t>());
  EXPECT_THAT(places, testing::Contains(testing::Pair(at("shared/lane.yaml"), 2)));
}

TEST_F(Include, AKeyThatIsGivenTwiceNamesBothPlaces) {
  write("shared/cards.yaml", cards);
  write("shared/lane.yaml", "devices:\n  gun:\n    device: 'sim:other'\n");
  const auto text = told(main_file);
  EXPECT_THAT(text, HasSubstr(at("shared/lane.yaml") +
                              ":3:5: error: the key 'device' stands here a second time; the "
                              "first is in " +
                              at("site.yaml") + " line 4"));
  EXPECT_THAT(text, HasSubstr("    3 |     device: 'sim:other'\n      |     ^\n"));
}

TEST_F(Include, OtherPlacesAreNamedWithTheirFile) {
  write("shared/cards.yaml", cards);
  write("shared/lane.yaml", "devices:\n  gun: { plugin: scanner }\nlanes:\n  other: { inputs: [gate] }\n");
  EXPECT_THAT(told(main_file), HasSubstr(":4:21: error: 'gate' (" + at("site.yaml") + " line 5) is an actuator"));
}

TEST_F(Include, SyntaxErrorsAreToldInTheirFile) {
  write("a.yaml", "devices: { gun: [ }\n");
  write("b.yaml", "site:\n\tname: x\n");
  const auto text = told("include: [a.yaml, b.yaml]\n");
  EXPECT_THAT(text, HasSubstr(at("a.yaml") + ":1:"));
  EXPECT_THAT(text, HasSubstr(at("b.yaml") + ":2:1: error: a tab stands in the indentation"));
}

TEST_F(Include, WhatIsIncludedTwiceIsReadOnce) {
  write("shared/cards.yaml", "include: [common.yaml, ../shared/common.yaml]\n");
  write("shared/common.yaml", cards);
  write("shared/lane.yaml", "include: common.yaml\n" + std::string(lane_text));
  EXPECT_EQ(told(main_file), "");
}

TEST_F(Include, CirclesAreRefused) {
  write("a.yaml", "include: b.yaml\n");
  write("b.yaml", "include: a.yaml\n");
  EXPECT_THAT(told("include: a.yaml\n"),
              HasSubstr(at("b.yaml") + ":1:10: error: the files include each other in a circle: " + at("site.yaml") +
                        " ▶ " + at("a.yaml") + " ▶ " + at("b.yaml") + " ▶ a.yaml"));
  EXPECT_THAT(told("include: site.yaml\n"), HasSubstr("in a circle"));
}

TEST_F(Include, DepthNumberAndSizeAreBounded) {
  for (int i = 0; i < 12; ++i)
    write("d" + std::to_string(i) + ".yaml", "include: d" + std::to_string(i + 1) + ".yaml\n");
  EXPECT_THAT(told("include: d0.yaml\n"), HasSubstr("d7.yaml:1:10: error: files include each other deeper than 8"));
  std::string all = "include:\n";
  for (int i = 0; i < 40; ++i)
    all += "  - n" + std::to_string(i) + ".yaml\n", write("n" + std::to_string(i) + ".yaml", "\n");
  EXPECT_THAT(told(all), HasSubstr("site.yaml:33:5: error: the site has more than 32 files"));
  std::string large = "include:\n";
  for (int i = 0; i < 4; ++i) {
    large += "  - l" + std::to_string(i) + ".yaml\n";
    write("l" + std::to_string(i) + ".yaml", "#" + std::string(40'000, 'x') + "\n");
  }
  EXPECT_THAT(told(large),
              HasSubstr("site.yaml:5:5: error: the site file and what it includes are larger than 128KiB"));
}

// Each file alone is within the limit of keys; what holds is their sum.
TEST_F(Include, KeysAreCountedOverAllFiles) {
  std::string site = "include: [";
  for (int file = 0; file < 3; ++file) {
    std::string text;
    for (int i = 0; i < 4'000; ++i) text += "k" + std::to_string(file * 10'000 + i) + ":\n";
    write(std::to_string(file) + ".yaml", text);
    site += std::to_string(file) + ".yaml, ";
  }
  EXPECT_THAT(told(site + "]\n"), HasSubstr("2.yaml:1997:1: error: the file holds more than 20000 keys"));
}

TEST_F(Include, WhatIsNoFragmentIsRefused) {
  write("list.yaml", "- a\n");
  EXPECT_THAT(told("include: list.yaml\n"), HasSubstr(at("list.yaml") + ":1:1: error: an included file holds a list"));
  EXPECT_THAT(told("include: absent.yaml\n"),
              HasSubstr("site.yaml:1:10: error: 'absent.yaml' cannot be included: cannot read"));
  EXPECT_THAT(told("include: [/dev/zero]\n"), HasSubstr("is not a regular file"));
  EXPECT_THAT(told("include: { a: b }\n"), HasSubstr("site.yaml:1:1: error: 'include' holds a group of keys"));
  EXPECT_THAT(told("include: [[a]]\n"), HasSubstr("this is not the name of a file"));
  EXPECT_THAT(told("include: !env HOME\n"), HasSubstr("this is not the name of a file"));
  EXPECT_THAT(told("includes: a.yaml\n"), HasSubstr("did you mean 'include'?"));
}

TEST_F(Include, SecretsInAFragmentAreHidden) {
  write("shared/cards.yaml", cards);
  write("shared/lane.yaml",
        "devices:\n  gun: { plugin: scanner, idle: 1, token: hunter2 }\nlanes:\n  main: { credentials: [card], "
        "policies: [list] }\n");
  EXPECT_THAT(told(main_file), testing::AllOf(HasSubstr("lane.yaml:2:33"), testing::Not(HasSubstr("hunter2"))));
}

// gatepost may be run by somebody who may read more than whoever asks for it.
TEST_F(Include, ShowsNothingOfAFileThatOthersMayNotRead) {
  const auto fragment = write("shared/cards.yaml",
                              "credentials:\n  card: { plugin: pattern, match: 'hidden-word', colour: 'red-word' }\n");
  write("shared/lane.yaml", lane_text);
  for (const bool closed : {true, false}) {
    std::filesystem::permissions(fragment, std::filesystem::perms(closed ? 0600 : 0644));
    const auto loaded = load_site(main_file);
    const std::string shown = loaded.shown();
    const std::string json = boost::json::serialize(to_json(loaded.diagnostics, loaded.sources));
    EXPECT_THAT(shown, HasSubstr("cards.yaml:2:")) << "the place is told";
    if (!closed) {
      EXPECT_THAT(shown, HasSubstr("colour"));
      continue;
    }
    EXPECT_THAT(shown, HasSubstr("others may not read this file"));
    for (const std::string& said : {shown, json})
      for (const char* word : {"hidden-word", "colour", "red-word"}) EXPECT_THAT(said, testing::Not(HasSubstr(word)));
  }
  for (const char* text : {"root:list-word:19000:0\n", "list-word: 'x\n", "list-word: { 'list-word': 1 }\n"}) {
    std::filesystem::permissions(write("shared/lane.yaml", text), std::filesystem::perms(0600));
    EXPECT_THAT(told(main_file), testing::Not(HasSubstr("list-word"))) << text;
  }
}

}  // namespace
}  // namespace gatepost::config

// `gatepost schema`, judged by a validator that is not ours: what is right passes, what is wrong does not.
#include <gmock/gmock.h>

#include <sys/stat.h>

#include <boost/json/parse.hpp>

#include "world/command.hpp"
#include "world/places.hpp"

namespace gatepost {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* good = R"(site: { name: 4017, code: 4017, languages: [en, vi] }
journal: { keep: 90d, max_size: 1.5GiB, hash_key: !file key, subjects: hash }
devices:
  gun: { plugin: serial, device: "sim:gun", baud: 115200, idle: 1s500ms }
  gate: { plugin: turnstile_relay, board: !env GATE_BOARD, out: 2 }
credentials:
  card: { plugin: pattern, match: '(?P<subject>.+)' }
policies:
outputs:
  store: { plugin: local_store, file: store.db }
lanes:
  main: { inputs: { gun: in }, credentials: [card], actuator: gate, repeat_within: 0s, fail_open: false }
)";

struct Wrong {
  const char* name;
  const char* part;
  const char* changed;
  const char* place;  // where the validator must see it
};
const Wrong wrong[] = {
    {"misspelt_section", "outputs:", "output:", "$"},
    {"misspelt_setting", "baud: 115200", "boud: 115200", "$.devices.gun"},
    {"no_unit", "idle: 1s500ms", "idle: 80", "$.devices.gun.idle"},
    {"unknown_unit", "repeat_within: 0s", "repeat_within: 3sec", "$.lanes.main.repeat_within"},
    {"out_of_bounds", "out: 2", "out: 65", "$.devices.gate.out"},
    {"unknown_plugin", "plugin: serial", "plugin: serail", "$.devices.gun.plugin"},
    {"plugin_elsewhere", "plugin: local_store, file: store.db", "plugin: pattern", "$.outputs.store.plugin"},
    {"lacks_a_setting", ", match: '(?P<subject>.+)'", "", "$.credentials.card"},
    {"no_choice", "subjects: hash", "subjects: hashed", "$.journal.subjects"},
    {"no_direction", "{ gun: in }", "{ gun: inwards }", "$.lanes.main.inputs"},
    {"no_list", "[card]", "card", "$.lanes.main.credentials"},
    {"not_true", "fail_open: false", "fail_open: no", "$.lanes.main.fail_open"},
    {"code_is_text", "code: 4017", "code: A17", "$.site.code"},
    {"no_inputs", "inputs: { gun: in }, ", "", "$.lanes.main"},
    {"no_name", "  gun:", "  Gun 1:", "$.devices"},
    {"no_site", "site: { name: 4017, code: 4017, languages: [en, vi] }", "", "$"},
};

class Schema : public testing::Test {
 protected:
  void SetUp() override {
    const auto probe = disk_ / "probe";
    world::Process python({"/usr/bin/python3", "-c", "import jsonschema, yaml"}, probe);
    if (python.ends().value_or(1) != 0)
      GTEST_SKIP() << "the Debian packages python3-jsonschema and python3-yaml are not installed";
    const auto said = shell_.say({"schema"});
    ASSERT_EQ(said.exit, 0);
    disk_.write("schema.json", said.text);
  }

  // What the validator says, a line a file.
  std::string validate(const std::vector<std::string>& files) {
    std::vector<std::string> line{"/usr/bin/python3", world::source_folder() + "/tests/integration/schema_check.py",
                                  disk_ / "schema.json"};
    line.insert(line.end(), files.begin(), files.end());
    world::Process python(std::move(line), disk_ / "judged");
    EXPECT_EQ(python.ends().value_or(-1), 0) << python.output();
    return python.output();
  }

  world::Shell shell_;
  world::Scratch disk_;
};

TEST_F(Schema, EveryConfigurationOfOursPasses) {
  std::vector<std::string> files{disk_.write("good.yaml", good)};
  for (const auto& entry : std::filesystem::directory_iterator(world::source_folder() + "/configs"))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  ASSERT_GE(files.size(), 2U);
  const auto judged = validate(files);
  for (const auto& file : files) EXPECT_THAT(judged, HasSubstr("good " + file + "\n"));
}

TEST_F(Schema, WhatIsWrongFailsAtItsPlace) {
  std::vector<std::string> files;
  for (const auto& [name, part, changed, place] : wrong) {
    std::string text = good;
    const auto at = text.find(part);
    ASSERT_NE(at, text.npos) << part;
    files.push_back(disk_.write(std::string(name) + ".yaml", text.replace(at, std::string_view(part).size(), changed)));
  }
  const auto judged = validate(files);
  std::size_t next = 0;
  for (const auto& [name, part, changed, place] : wrong)
    EXPECT_THAT(judged, HasSubstr("bad " + files[next++] + ": " + place)) << name;
}

TEST_F(Schema, AgreesWithCheck) {
  ::setenv("GATE_BOARD", "sim:turnstile", 1);
  ::chmod(disk_.write("key", "k\n").c_str(), 0600);
  const auto right = shell_.say({"check", disk_.write("site.yaml", good)});
  EXPECT_EQ(right.exit, 0) << right.text;
  for (const auto& [name, part, changed, place] : wrong) {
    std::string text = good;
    const auto file = disk_.write("site.yaml", text.replace(text.find(part), std::string_view(part).size(), changed));
    EXPECT_EQ(shell_.say({"check", file}).exit, 2) << name;
  }
}

TEST_F(Schema, AFileThatIncludesOthersMayLeaveThingsToThem) {
  const auto parts = disk_.write("parts.yaml", "include: [a.yaml, b.yaml]\ndevices: { gun: { idle: 3s } }\n");
  const auto wrong_part = disk_.write("wrong.yaml", "include: a.yaml\ndevices: { gun: { plugin: serial, boud: 3 } }\n");
  const auto judged = validate({parts, wrong_part});
  EXPECT_THAT(judged, HasSubstr("good " + parts.string()));
  EXPECT_THAT(judged, HasSubstr("bad " + wrong_part.string() + ": $.devices.gun"));
}

TEST_F(Schema, TellsEachSettingWithItsDefaultAndMeaning) {
  const auto schema = boost::json::parse(shell_.say({"schema"}).text);
  const auto& serial = schema.at("$defs").at("serial").at("properties").as_object();
  EXPECT_EQ(serial.at("plugin").at("const"), "serial");
  EXPECT_EQ(serial.at("idle").at("default"), "100ms");
  EXPECT_FALSE(serial.at("device").as_object().contains("default"));
  EXPECT_FALSE(serial.at("device").at("description").as_string().empty());
}

TEST_F(Schema, EchoedFilesPassToo) {
  const auto demo = std::filesystem::path(world::source_folder()) / "configs/demo.yaml";
  const auto echoed = shell_.say({"check", "--echo", demo});
  ASSERT_EQ(echoed.exit, 0);
  const auto file = disk_.write("echoed.yaml", echoed.text);
  EXPECT_THAT(validate({file}), StartsWith("good "));
}

}  // namespace
}  // namespace gatepost

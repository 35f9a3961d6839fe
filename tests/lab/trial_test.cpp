// A site file of configs/, tried as `tools/lab` tries it. The one whose gun is another is tried by tests/lab/site_tool.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <filesystem>

#include "devices/uevents.hpp"
#include "world/places.hpp"
#include "world/process.hpp"
#include "world/scratch.hpp"

namespace gatepost::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

class SiteTrial : public testing::Test {
 protected:
  /// What it prints, and leaves with.
  std::pair<int, std::string> tried(const std::vector<std::string>& words) {
    std::vector<std::string> line{"/usr/bin/env", "GATEPOST_PLUGIN_PATH=" + world::plugins_folder(),
                                  (fs::path(world::command()).parent_path() / "../tests/lab_trial").string()};
    line.insert(line.end(), words.begin(), words.end());
    world::Process trial(line, disk_ / "out");
    const auto exit = trial.ends(180s);
    return {exit.value_or(-1), trial.output()};
  }

  const fs::path configs = fs::path(world::source_folder()) / "configs";

 private:
  world::Scratch disk_;
};

TEST_F(SiteTrial, FindsReadsAndMovesAllThatASiteNames) {
  const auto [exit, said] = tried({(configs / "gate.yaml").string(), "--json"});
  EXPECT_EQ(exit, 0) << said;
  const auto report = boost::json::parse(said.substr(said.find('{'))).as_object();
  EXPECT_TRUE(report.at("good").as_bool());
  std::string told;
  for (const auto& one : report.at("devices").as_array()) {
    const auto word = [&](const char* key) { return one.at(key).is_null() ? "-" : one.at(key).as_bool() ? "y" : "n"; };
    told += std::string(one.at("device").as_string()) + " " + word("found") + word("read") + word("acted") + "\n";
  }
  EXPECT_EQ(told,
            "entry_gun yyy\nexit_gun yyy\nentry_desk yyy\nexit_desk yyy\nentry_gate y-y\nexit_gate y-y\n"
            "exit_button yyy\nfire yyy\nentry_lamps --y\n");
  EXPECT_THAT(said, HasSubstr("on the wire A0 01 01 A2"));
  EXPECT_THAT(said, HasSubstr("its sensor saw somebody pass"));
  EXPECT_FALSE(fs::exists(configs / ".lab-gate.yaml"));
}

}  // namespace
}  // namespace gatepost::lab

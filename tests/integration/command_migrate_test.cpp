// `gatepost migrate`: former keys are renamed where they stand, and nothing else is touched.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "world/command.hpp"
#include "world/places.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* old_site = R"(# a gate of 2024   (two spaces follow: "  ")  
site: { name: North, code: 4017 }   # speed: not a key
devices:
  gun:
    plugin: renamed
    "device": "rate: 3"     # device is the old key
    speed:   19200
  other: { plugin: renamed, 'device': x, rate: 4800, password: hunter2 }
lanes:
  main: { inputs: [gun, other] }
)";
constexpr const char* new_site = R"(# a gate of 2024   (two spaces follow: "  ")  
site: { name: North, code: 4017 }   # speed: not a key
devices:
  gun:
    plugin: renamed
    "address": "rate: 3"     # device is the old key
    baud:   19200
  other: { plugin: renamed, 'address': x, baud: 4800, token: hunter2 }
lanes:
  main: { inputs: [gun, other] }
)";

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class Migrate : public testing::Test {
 protected:
  std::filesystem::path write(std::string_view text) { return shell_.disk().write("site/site.yaml", text); }
  std::size_t files() const {
    const std::filesystem::directory_iterator all(shell_.disk() / "site");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
  world::Shell shell_{world::specimens_folder()};
};

TEST_F(Migrate, AFormerKeyGoesOnWorkingAndIsToldOf) {
  const auto said = shell_.say({"check", write(old_site)});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text,
              HasSubstr("site.yaml:7:5: warning: 'speed' is now called 'baud'\n    7 |     speed:   19200\n"));
  EXPECT_THAT(said.text, HasSubstr("gatepost migrate"));
  EXPECT_THAT(said.text, Not(HasSubstr("hunter2")));
}

TEST_F(Migrate, RenamesInPlaceAndKeepsEverythingElse) {
  const auto file = write(old_site);
  ::chmod(file.c_str(), 0640);
  const auto said = shell_.say({"migrate", file});
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text, HasSubstr("5 keys renamed"));
  EXPECT_EQ(content(file), new_site);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0640));
  EXPECT_EQ(files(), 1U) << "nothing is left beside it";
  EXPECT_THAT(shell_.say({"check", file}).text, Not(HasSubstr("warning: '")));
  EXPECT_THAT(shell_.say({"migrate", file}).text, HasSubstr("nothing to migrate"));
}

TEST_F(Migrate, DryRunPrintsTheDifferenceAndWritesNothing) {
  const auto file = write(old_site);
  const auto said = shell_.say({"migrate", "--dry-run", file});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(HasSubstr("@@ -7 +7 @@\n-    speed:   19200\n+    baud:   19200\n"),
                               HasSubstr("--- " + file.string() + "\n+++ " + file.string() + "\n"), HasSubstr("***"),
                               Not(HasSubstr("hunter2")), Not(HasSubstr("@@ -2"))));
  EXPECT_EQ(content(file), old_site);
}

TEST_F(Migrate, ALinkStaysALinkAndAMarkAndLineEndsStay) {
  std::string text = "\xEF\xBB\xBF" + std::string(old_site);
  std::string expected = "\xEF\xBB\xBF" + std::string(new_site);
  for (auto* one : {&text, &expected})
    for (auto at = one->find('\n'); at != one->npos; at = one->find('\n', at + 2)) one->replace(at, 1, "\r\n");
  const auto file = write(text);
  const auto link = shell_.disk() / "link.yaml";
  std::filesystem::create_symlink(file, link);
  const auto said = shell_.say({"migrate", link});
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(content(file), expected);
}

TEST_F(Migrate, FragmentsAreMigratedToo) {
  const auto part = shell_.disk().write("site/part.yaml", "devices:\n  gun: { speed: 300 }   # slow\n");
  const auto file = write(
      "include: part.yaml\nsite: { name: N, code: 1 }\ndevices:\n  gun: { plugin: renamed, device: x }\n"
      "lanes: { main: { inputs: [gun] } }\n");
  const auto said = shell_.say({"migrate", file});
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_EQ(content(part), "devices:\n  gun: { baud: 300 }   # slow\n");
  EXPECT_THAT(content(file), HasSubstr("address: x"));
}

TEST_F(Migrate, BothKeysAtOnceAreRefused) {
  const auto file = write(
      "site: { name: N, code: 1 }\ndevices:\n  gun: { plugin: renamed, address: x, baud: 1, speed: 2 }\n"
      "lanes: { main: { inputs: [gun] } }\n");
  const auto said = shell_.say({"migrate", file});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, AllOf(HasSubstr(":3:48: error: 'speed' and 'baud' (line 3) are the same setting"),
                               HasSubstr("keep 'baud' and remove the other")));
}

TEST_F(Migrate, AKeyWrittenWithAnEscapeIsLeftToPeople) {
  const auto file = write(
      "site: { name: N, code: 1 }\ndevices:\n  gun: { plugin: renamed, address: x, \"sp\\x65ed\": 2 }\n"
      "lanes: { main: { inputs: [gun] } }\n");
  const auto said = shell_.say({"migrate", file});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("rename it to 'baud' by hand"));
}

TEST_F(Migrate, AFolderThatCannotBeWrittenLeavesTheFileWhole) {
  if (::geteuid() == 0) GTEST_SKIP() << "root writes everywhere";
  const auto file = write(old_site);
  ::chmod((shell_.disk() / "site").c_str(), 0500);
  const auto said = shell_.say({"migrate", file});
  ::chmod((shell_.disk() / "site").c_str(), 0700);
  EXPECT_EQ(said.exit, 1);
  EXPECT_EQ(content(file), old_site);
}

}  // namespace
}  // namespace gatepost

// `gatepost diff OLD NEW` as a user reads it.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// The site file with `part` written otherwise, beside it.
std::string changed(const GunSite& site, const std::string& part, const std::string& other) {
  std::ifstream file(site.file());
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos);
  if (at != std::string::npos) text.replace(at, part.size(), other);
  return site.disk().write("new.yaml", text).string();
}

TEST(CommandDiff, SaysWhatAReloadWouldDo) {
  GunSite site;
  const auto said = site.say("diff", {changed(site, "repeat_within: 0s", "repeat_within: 2s, fail_open: true")});
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(said.text, "~ lane entry: repeat_within 0s → 2s, fail_open false → true\n");
}

TEST(CommandDiff, SaysThatNothingWouldChange) {
  GunSite site;
  const auto said = site.say("diff", {changed(site, "name: Cầu Bắc", "name:   Cầu Bắc")});
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(said.text, "nothing would change\n");
}

TEST(CommandDiff, LeavesWithOneWhereAReloadIsNotEnough) {
  GunSite site;
  const auto said = site.say("diff", {changed(site, "code: 4017", "code: 4018")});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("! site: code 4017 → 4018; needs a restart\n"),
                               HasSubstr("a reload is not enough: site: cannot change while the site runs"),
                               HasSubstr("run it again")));
}

TEST(CommandDiff, LeavesWithTwoOnABadFile) {
  GunSite site;
  const auto said = site.say("diff", {changed(site, "plugin: serial", "plugin: serail")});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, AllOf(HasSubstr("new.yaml:3:"), HasSubstr("did you mean 'serial'?")));
  EXPECT_EQ(site.say("diff").exit, 2) << "one file is not enough";
}

TEST(CommandDiff, SpeaksJson) {
  GunSite site;
  const auto said = site.say("diff", {changed(site, "file: store.db", "file: other.db"), "--json"});
  EXPECT_EQ(said.exit, 0);
  const auto answer = boost::json::parse(said.text);
  EXPECT_TRUE(answer.at("possible").as_bool());
  const auto& change = answer.at("changes").as_array().at(0);
  EXPECT_EQ(change.at("part").as_string(), "output");
  EXPECT_EQ(change.at("name").as_string(), "store");
  EXPECT_EQ(change.at("settings").as_array().at(0).at("key").as_string(), "file");
}

}  // namespace
}  // namespace gatepost

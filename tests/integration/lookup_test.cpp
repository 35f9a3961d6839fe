// `gatepost lookup`: beside the engine that runs, and without one.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class LooksUp : public testing::Test {
 protected:
  world::Said look_up(GunSite& site, const std::string& code, const std::vector<std::string>& options = {}) {
    std::vector<std::string> words{code};
    words.insert(words.end(), options.begin(), options.end());
    return site.say("lookup", words);
  }
};

TEST_F(LooksUp, FromTheSiteFileWhereNoEngineRuns) {
  GunSite site;
  const auto granted = look_up(site, "E000001");
  EXPECT_EQ(granted.exit, 0) << granted.text;
  EXPECT_THAT(granted.text, HasSubstr("entry in: grant, granted"));
  EXPECT_THAT(granted.text, HasSubstr("subject E000001"));
  EXPECT_THAT(granted.text, HasSubstr("policy list: grant"));
  EXPECT_THAT(granted.text, HasSubstr("name: Lan"));
  EXPECT_THAT(granted.text, HasSubstr("No engine runs"));
  const auto denied = json::parse(look_up(site, "E000009", {"--json"}).text);
  EXPECT_EQ(denied.at("outcome"), "deny");
  EXPECT_EQ(denied.at("reason"), "not_listed");
  EXPECT_EQ(denied.at("decided_by"), "policy list");
  EXPECT_EQ(denied.at("running"), false);
  EXPECT_THAT(look_up(site, "X").text, HasSubstr("deny, unknown_code"));
  EXPECT_FALSE(std::filesystem::exists(site.disk() / "journal.db")) << "it makes nothing";
  EXPECT_FALSE(std::filesystem::exists(site.disk() / "store.db"));
}

TEST_F(LooksUp, OfTheEngineThatRunsAndNothingIsRecorded) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  const auto before = site.say("records").text;
  // What is asked is the engine: the list that it knows, not the file as it stands now.
  site.disk().write("people.csv", "subject,name\nE000001,Lan\nE000009,New\n");
  for (const char* code : {"E000001", "E000009", "?"}) {
    const auto said = look_up(site, code);
    EXPECT_EQ(said.exit, 0) << said.text;
    EXPECT_THAT(said.text, HasSubstr("Asked of the engine that runs."));
  }
  EXPECT_EQ(site.say("records").text, before);
  site.scan("E000001");
  ASSERT_TRUE(engine->says("E000001"));
  EXPECT_THAT(site.say("records", {"--kind", "attempt"}).text, Not(HasSubstr("\n~"))) << "the scan alone";
  EXPECT_THAT(engine->output(), Not(HasSubstr("unknown_code")));
}

// As much is shown of somebody as the site's Records keep.
TEST_F(LooksUp, ShowsNoNameWhereRecordsHaveNone) {
  for (const char* privacy : {", subjects: none", ", subjects: hash, hash_key: key"}) {
    GunSite site(privacy);
    site.disk().write("key", "0123456789abcdef");
    std::filesystem::permissions(site.disk() / "key", std::filesystem::perms::owner_read);
    const auto asleep = look_up(site, "E000001").text;
    site.plug();
    auto engine = site.run();
    for (const auto& said : {asleep, look_up(site, "E000001").text, look_up(site, "E000001", {"--json"}).text}) {
      EXPECT_THAT(said, HasSubstr("granted")) << privacy;
      EXPECT_THAT(said, Not(HasSubstr("Lan"))) << privacy;
      EXPECT_THAT(said, Not(HasSubstr("E000001"))) << privacy;
    }
  }
}

TEST_F(LooksUp, TellsWhatIsWrongWithTheQuestion) {
  GunSite site;
  const auto no_lane = look_up(site, "E000001", {"--lane", "entri"});
  EXPECT_EQ(no_lane.exit, 1);
  EXPECT_THAT(no_lane.text, HasSubstr("did you mean 'entry'?"));
  EXPECT_EQ(look_up(site, "E000001", {"--direction", "up"}).exit, 1);
  EXPECT_EQ(look_up(site, "").exit, 1);
  EXPECT_EQ(site.say("lookup", {"a", "b"}).exit, 2);
}

}  // namespace
}  // namespace gatepost

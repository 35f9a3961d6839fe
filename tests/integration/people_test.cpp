// What the people of a checkpoint ask: `gatepost inspect`, `inside` and `presence`, beside the engine that runs and
// without one.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

class People : public testing::Test {
 protected:
  static json::object object(const world::Said& said) {
    EXPECT_EQ(said.exit, 0) << said.text;
    return json::parse(said.text).as_object();
  }
};

TEST_F(People, AreInsideFromTheirScanOnAndByName) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  for (const char* code : {"E000001", "E000002", "E000009"}) {
    site.scan(code);
    ASSERT_TRUE(engine->says(code)) << engine->output();
  }
  const auto running = site.say("inside");
  EXPECT_THAT(running.text, HasSubstr("Cầu Bắc (4017)"));
  EXPECT_THAT(running.text, HasSubstr(": 2 inside"));
  EXPECT_THAT(running.text, HasSubstr("[ ] E000001  Lan  since "));
  EXPECT_THAT(running.text, HasSubstr("[ ] E000002  An  since "));
  EXPECT_THAT(running.text, Not(HasSubstr("E000009"))) << "who was denied is not inside";
  engine->send(SIGKILL);
  ASSERT_TRUE(engine->ends());
  const auto since = [](const std::string& text) { return text.substr(text.find("\nthe site")); };
  EXPECT_EQ(since(site.say("inside").text), since(running.text)) << "after a kill the Records tell the same";
  site.disk().write("people.csv", "broken");
  const auto broken = site.say("inside");
  EXPECT_THAT(broken.text, HasSubstr("[ ] E000001  Lan  since ")) << "by the last good list";
}

TEST_F(People, AreNotTellableWhereRecordsNameNobody) {
  GunSite site(", subjects: none");
  const auto said = site.say("inside");
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("name nobody (subjects: none); write subjects: clear, or hash"));
}

TEST_F(People, AreInspectedByTheirCodeAndTheirLastAttempts) {
  GunSite site;
  const auto asleep = object(site.say("inspect", {"E000001", "--json"}));
  EXPECT_EQ(asleep.at("standing"), "known");
  EXPECT_TRUE(asleep.at("recent").as_array().empty());
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  ASSERT_TRUE(engine->says("E000001"));
  site.scan("E000009");
  ASSERT_TRUE(engine->says("E000009"));
  const auto before = site.say("records").text;
  const auto known = object(site.say("inspect", {"E000001", "--json"}));
  EXPECT_EQ(known.at("standing"), "known");
  EXPECT_EQ(known.at("recent").at(0).at("reason"), "granted");
  EXPECT_EQ(known.at("lookup").at("running"), true);
  const auto unknown = object(site.say("inspect", {"E000009", "--json"}));
  EXPECT_EQ(unknown.at("standing"), "unknown");
  EXPECT_EQ(unknown.at("recent").at(0).at("reason"), "not_listed");
  EXPECT_EQ(object(site.say("inspect", {"?", "--json"})).at("standing"), "unknown");
  EXPECT_THAT(site.say("inspect", {"E000001"}).text, HasSubstr("Nothing was recorded, and nothing moved."));
  EXPECT_EQ(site.say("records").text, before) << "an inspection is no attempt";
  EXPECT_EQ(site.say("inspect", {"E000001", "--lane", "gone"}).exit, 1);
}

TEST_F(People, ShowNothingInTheirPictureThatIsNoPicture) {
  GunSite site;
  site.disk().write("card.png", "no picture");
  const auto said = site.say("inspect", {(site.disk() / "card.png").string()});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("card.png"));
}

TEST_F(People, SeeWhetherTheCheckpointScans) {
  GunSite site;
  EXPECT_THAT(site.say("presence").text, HasSubstr("has not scanned for as long as its Records tell"));
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  ASSERT_TRUE(engine->says("E000001"));
  const auto scans = object(site.say("presence", {"--json"}));
  EXPECT_EQ(scans.at("presence"), "unknown") << "there is no week to compare with";
  EXPECT_EQ(scans.at("scans"), 1);
  site.unplug();
  ASSERT_TRUE(engine->says("gun down"));
  EXPECT_THAT(site.say("presence").text, HasSubstr("cannot scan: every reader is unplugged"));
}

}  // namespace
}  // namespace gatepost

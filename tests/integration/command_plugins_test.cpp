// `gatepost plugins`: what is there, what each takes, and what was refused and why.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "world/command.hpp"
#include "world/places.hpp"

namespace gatepost {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using world::Shell;

// A folder beside the installed plugins with one that was built for another engine.
class RefusedPlugin : public testing::Test {
 protected:
  RefusedPlugin() {
    fs::copy_file(fs::path(world::specimens_folder()) / "other_abi.so", file_);
    fs::permissions(file_, fs::perms(0755));
  }

  world::Scratch folder_;
  const fs::path file_ = folder_ / "other_abi.so";
  Shell shell_{world::plugins_folder() + ":" + folder_.path().string()};
};

TEST(CommandPlugins, ListsEachWithItsKindAndFile) {
  Shell shell;
  const auto said = shell.say({"plugins"});
  EXPECT_EQ(said.exit, 0);
  for (const char* name : {"serial", "pattern", "roster", "local_store", "turnstile_relay"})
    EXPECT_THAT(said.text, AllOf(HasSubstr(name), HasSubstr(world::plugins_folder() + "/" + name + ".so")));
  EXPECT_THAT(said.text, Not(HasSubstr("refused")));
}

TEST(CommandPlugins, ShowsOnesSettings) {
  Shell shell;
  const auto said = shell.say({"plugins", "serial"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(StartsWith("serial (input): "), HasSubstr("device"), HasSubstr("baud"),
                               HasSubstr("usb:1a86:7523"), HasSubstr("For these devices:")));
  EXPECT_THAT(said.text, HasSubstr("ignore")) << "what every input has stands there, too";
  EXPECT_THAT(shell.say({"plugins", "roster"}).text, Not(HasSubstr("ignore")));
}

TEST(CommandPlugins, PrintsSettingsAsATableForADocument) {
  Shell shell;
  const auto said = shell.say({"plugins", "--markdown", "serial"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(StartsWith("| "), HasSubstr("|--"), HasSubstr("`baud`")));
  EXPECT_EQ(shell.say({"plugins", "--markdown"}).exit, 2);
  EXPECT_EQ(shell.say({"plugins", "--markdown", "--json", "serial"}).exit, 2);
}

TEST(CommandPlugins, PrintsJson) {
  Shell shell;
  const auto all = json::parse(shell.say({"plugins", "--json"}).text);
  EXPECT_GE(all.at("plugins").as_array().size(), 5U);
  EXPECT_TRUE(all.at("refused").as_array().empty());
  const auto one = json::parse(shell.say({"plugins", "--json", "roster"}).text);
  EXPECT_EQ(one.at("name"), "roster");
  EXPECT_EQ(one.at("kind"), "policy");
  EXPECT_FALSE(one.at("settings").as_array().empty());
  EXPECT_FALSE(one.at("reasons").as_array().empty());
}

TEST(CommandPlugins, SuggestsTheNameThatWasMeant) {
  Shell shell;
  const auto said = shell.say({"plugins", "rooster"});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("there is no plugin 'rooster'"), HasSubstr("did you mean 'roster'?")));
}

// A list is written by somebody who has the command and no README.
TEST(CommandPlugins, TellsTheColumnsOfAListAndTheirValues) {
  Shell shell;
  for (const auto& said : {shell.say({"plugins", "roster"}), shell.say({"manual", "5"})})
    for (const char* word : {"status", "active", "blocked", "valid_from", "valid_until", "2026", "18:30"})
      EXPECT_THAT(said.text, HasSubstr(word));
  std::istringstream lines(shell.say({"plugins", "roster"}).text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 180U) << line;
}

TEST(CommandPlugins, AMisspeltOptionOfAnyCommandIsToldTheRightOne) {
  Shell shell;
  for (const auto& [words, meant] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"plugins", "--jsno"}, "did you mean '--json'?"},
           {{"records", "--drection", "in", "x"}, "did you mean '--direction'?"},
           {{"status", "--folow", "x"}, "did you mean '--follow'?"}}) {
    const auto said = shell.say(words);
    EXPECT_EQ(said.exit, 2) << words[0];
    EXPECT_THAT(said.text, AllOf(HasSubstr("there is no option '" + words[1] + "'"), HasSubstr(meant)));
  }
  EXPECT_THAT(shell.say({"records", "--quux", "x"}).text, HasSubstr("--help lists them"));
}

TEST(CommandPlugins, SaysWhereItLookedInVain) {
  world::Scratch empty;
  Shell shell(empty.path().string());
  const auto said = shell.say({"plugins"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(HasSubstr("no plugins in"), HasSubstr(empty.path().string())));
}

TEST(CommandPlugins, NamesAFolderThatIsNotThere) {
  Shell shell("/nowhere/plugins");
  EXPECT_THAT(shell.say({"plugins"}).text, AllOf(HasSubstr("/nowhere/plugins"), HasSubstr("GATEPOST_PLUGIN_PATH")));
}

TEST_F(RefusedPlugin, IsListedWithTheReasonAndARemedy) {
  const auto said = shell_.say({"plugins"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(HasSubstr("serial"), HasSubstr("refused: " + file_.string() + "\n"),
                               HasSubstr("ABI 999"), HasSubstr("build the plugin")));
}

TEST_F(RefusedPlugin, StandsInJsonToo) {
  const auto all = json::parse(shell_.say({"plugins", "--json"}).text);
  ASSERT_EQ(all.at("refused").as_array().size(), 1U);
  EXPECT_EQ(all.at("refused").at(0).at("file"), json::value(file_.string()));
  EXPECT_FALSE(all.at("refused").at(0).at("remedy").as_string().empty());
}

TEST_F(RefusedPlugin, IsNotSaidToBeAbsent) {
  const auto said = shell_.say({"plugins", "other_abi"});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("'other_abi' was refused"), HasSubstr("ABI 999")));
}

TEST_F(RefusedPlugin, DoesNotKeepTheSiteFromRunning) {
  const auto site = shell_.disk().write("site.yaml", R"yaml(site: { name: A, code: 1 }
devices: { gun: { plugin: serial, device: 'serial:/dev/absent' } }
credentials: { card: { plugin: pattern, match: '(?P<subject>.+)' } }
lanes: { entry: { inputs: { gun: in }, credentials: [card] } }
)yaml");
  auto engine = shell_.start({"run", site.string()});
  EXPECT_TRUE(engine->says("plugin_refused")) << engine->output();
  EXPECT_TRUE(engine->says("ready in")) << engine->output();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(), 0) << engine->output();
  EXPECT_THAT(engine->output(), HasSubstr("ABI 999"));
  const auto alarms = shell_.say({"records", site.string(), "--kind", "alarm"});
  EXPECT_THAT(alarms.text, AllOf(HasSubstr("plugin_refused"), HasSubstr("other_abi.so")));
}

}  // namespace
}  // namespace gatepost

// Verdicts in languages that stand in files, told by the real command, and what a translator is given.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const fs::path shipped = fs::path(world::source_folder()) / "configs/texts";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The gun's site with more in its section `site`.
void let_site_say(const GunSite& site, const std::string& more) {
  std::string text = text_of(site.file());
  const std::string code = "code: 4017";
  const auto begin = text.find(code) + code.size();
  world::replace(site.file(), text.replace(begin, text.find(" }\n") - begin, more));
}

TEST(Texts, OfALanguageThatIsInstalledStandInTheVerdictLine) {
  GunSite site;
  let_site_say(site, ", languages: [de, vi]");
  EXPECT_THAT(site.say("check").text, AllOf(HasSubstr(": good"), Not(HasSubstr("warning"))));
  site.plug();
  auto engine = site.run();
  site.scan("E000009");
  EXPECT_TRUE(engine->says("E000009  Steht nicht auf der Liste · không có trong danh sách")) << engine->output();
  site.scan("E000001");
  EXPECT_TRUE(engine->says("E000001  Lan  Bitte durchgehen · Mời qua")) << engine->output();
  site.scan("whatever");
  EXPECT_TRUE(engine->says("Unbekannter Code · Mã không rõ")) << engine->output();
}

TEST(Texts, OfASiteComeFirstAndAReloadTakesThemOver) {
  GunSite site;
  site.disk().write("texts/km.yaml", "granted: អញ្ជើញចូល\n");
  site.disk().write("texts/de.yaml", "granted: Hereinspaziert\n");
  let_site_say(site, ", languages: [km, de], texts: texts");
  EXPECT_THAT(site.say("check").text,
              AllOf(HasSubstr(": good"), HasSubstr("reasons have no text in 'km'"), Not(HasSubstr("no text in 'de'"))));
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  EXPECT_TRUE(engine->says("Lan  អញ្ជើញចូល · Hereinspaziert")) << engine->output();
  site.scan("E000009");
  EXPECT_TRUE(engine->says("E000009  Steht nicht auf der Liste")) << "the installed one" << engine->output();

  world::replace(site.disk() / "texts/km.yaml", "granted: អញ្ជើញ\nnot_listed: មិនមានក្នុងបញ្ជី\n");
  const auto reloaded = site.say("reload");
  EXPECT_EQ(reloaded.exit, 0) << reloaded.text;
  EXPECT_THAT(reloaded.text, HasSubstr("texts in km 1 → 2 (2 new)"));
  site.scan("E000009");
  EXPECT_TRUE(engine->says("E000009  មិនមានក្នុងបញ្ជី · Steht nicht auf der Liste")) << engine->output();
  site.scan("E000002");
  EXPECT_TRUE(engine->says("An  អញ្ជើញ · Hereinspaziert")) << engine->output();
  const auto asked = boost::json::parse(site.say("lookup", {"E000009", "--json"}).text).as_object();
  EXPECT_EQ(asked.at("text"), "មិនមានក្នុងបញ្ជី");
}

TEST(Texts, ThatAreBrokenChangeNothing) {
  GunSite site;
  site.disk().write("texts/fr.yaml", "granted: Passez\n");
  let_site_say(site, ", languages: [fr], texts: texts");
  site.plug();
  auto engine = site.run();
  for (const char* wrong : {"granted: \"\\x1b[2J\"\n", "granted: \xff\n", "- granted\n"}) {
    world::replace(site.disk() / "texts/fr.yaml", wrong);
    const auto refused = site.say("reload");
    EXPECT_NE(refused.exit, 0);
    EXPECT_THAT(refused.text, HasSubstr("texts/fr.yaml:1:"));
    EXPECT_EQ(site.say("check").exit, 2);
  }
  site.scan("E000001");
  EXPECT_TRUE(engine->says("Lan  Passez")) << engine->output();
}

TEST(Texts, FallBackToEnglish) {
  GunSite site;
  site.disk().write("texts/fr.yaml", "granted: Passez\n");
  let_site_say(site, ", languages: [fr], texts: texts");
  site.plug();
  auto engine = site.run();
  site.scan("E000009");
  EXPECT_TRUE(engine->says("E000009  not on the list")) << engine->output();
}

TEST(Texts, ThatAreShippedHaveEveryReasonOfEngineAndPluginsAndNoOther) {
  world::Shell shell;
  int count = 0;
  for (const auto& entry : fs::directory_iterator(shipped)) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    const auto said = shell.say({"texts", "--file", entry.path().string()});
    EXPECT_EQ(said.exit, 0) << said.text;
    EXPECT_THAT(said.text, EndsWith(" reasons\n"));
    EXPECT_THAT(said.text, AllOf(HasSubstr(": has a text for each of "), Not(HasSubstr("warning"))));
    const auto installed = fs::path(world::command()).parent_path().parent_path() / "share/gatepost/texts";
    EXPECT_EQ(text_of(installed / entry.path().filename()), text_of(entry.path()));
  }
  EXPECT_GE(count, 1);
}

TEST(Texts, AreAFileToTranslate) {
  world::Shell shell;
  const auto said = shell.say({"texts"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(HasSubstr("\n# the engine\n# You may pass\ngranted: \"\"\n"),
                               HasSubstr("\n# roster\n# not on the list\nnot_listed: \"\"\n")));
  const auto file = shell.disk().write("km.yaml", said.text);
  const auto empty = shell.say({"texts", "--file", file.string()});
  EXPECT_EQ(empty.exit, 1);
  EXPECT_THAT(empty.text, HasSubstr("reasons: granted, read, "));
  EXPECT_THAT(empty.text, Not(HasSubstr("error")));
}

TEST(Texts, OfAFileAreKeptAndWhatItLacksIsTold) {
  world::Shell shell;
  const auto file =
      shell.disk().write("km.yaml", "not_listed: 'it''s: not #1'\nof_mine: kept\ngrantd: kept too\ngranted: អញ្ជើញ\n");
  const auto said = shell.say({"texts", "--file", file.string()});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("\ngranted: \"អញ្ជើញ\"\n"), HasSubstr("\nnot_listed: \"it's: not #1\"\n"),
                               HasSubstr("\n# others\ngrantd: \"kept too\"\nof_mine: kept\n"),
                               HasSubstr("did you mean 'granted'?"), HasSubstr("reasons: read, no_policy,")));
}

TEST(Texts, OfASiteAreThoseThatItCanGive) {
  GunSite site;
  const auto said = site.say("texts");
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(HasSubstr("not_listed: \"\""), Not(HasSubstr("watch_hold"))));
  site.disk().write("km.yaml", "watch_hold: ក\n");
  EXPECT_THAT(site.say("texts", {"--file", (site.disk() / "km.yaml").string()}).text,
              AllOf(HasSubstr("# others\nwatch_hold: \"ក\""), Not(HasSubstr("warning"))));
}

TEST(Texts, OfABrokenFileAreNotPrintedAsIfItWereEmpty) {
  world::Shell shell;
  const auto said = shell.say({"texts", "--file", shell.disk().write("km.yaml", "granted: [x]\n").string()});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, AllOf(HasSubstr("km.yaml:1:10: error: the reason 'granted' has a list for a text"),
                               HasSubstr("    1 | granted: [x]"), Not(HasSubstr("# the engine"))));
  EXPECT_EQ(shell.say({"texts", "--file", (shell.disk() / "absent.yaml").string()}).exit, 2);
  EXPECT_EQ(shell.say({"texts", (shell.disk() / "absent.yaml").string()}).exit, 2);
}

}  // namespace
}  // namespace gatepost

// Texts of verdicts in files: what is right is taken, what is not is told with its place.
#include "config/texts.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/load.hpp"
#include "config/reasons.hpp"
#include "config/values.hpp"
#include "shelf.hpp"
#include "texts.hpp"
#include "world/scratch.hpp"

namespace gatepost::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class TextsOfASite : public testing::Test {
 protected:
  LoadedSite load_site(const std::string& site) {
    std::string text = shelf::good_site();
    const std::string languages = "languages: [vi, en]";
    return load(disk_.write("site.yaml", text.replace(text.find(languages), languages.size(), site)), catalogue_);
  }
  std::string told(std::string_view content) {
    disk_.write("texts/km.yaml", content);
    return load_site("languages: [km]\n  texts: texts").shown();
  }
  std::string at(const std::string& name) const { return (disk_ / name).string(); }

  world::Scratch disk_;
  plugin::Catalogue catalogue_ = shelf::catalogue();
};

// Every reason of the engine, with one text.
std::string all_reasons(const std::string& text) {
  std::string all;
  for (const auto& reason : reasons_of({})) all += reason.code + ": " + text + "\n";
  return all;
}

TEST_F(TextsOfASite, AreReadFromTheFileOfEachLanguage) {
  disk_.write("texts/km.yaml", all_reasons("អញ្ជើញ"));
  disk_.write("texts/en.yaml", "granted: \"Welcome: please pass\"\nstaff_list: ask the office\n");
  const auto loaded = load_site("languages: [km, en, vi]\n  texts: texts");
  ASSERT_TRUE(loaded.site) << loaded.shown();
  EXPECT_EQ(loaded.shown(), "");
  EXPECT_EQ(loaded.site->texts_folder, disk_ / "texts");
  EXPECT_EQ(loaded.site->texts.size(), 2U);
  EXPECT_EQ(loaded.site->texts.at("km").at("busy"), "អញ្ជើញ");
  EXPECT_THAT(loaded.site->texts.at("en"),
              ElementsAre(Pair("granted", "Welcome: please pass"), Pair("staff_list", "ask the office")))
      << "a policy that denies without a reason has its name for one";
}

TEST_F(TextsOfASite, BeginAtTheFolderOfTheFileThatNamesThem) {
  disk_.write("shared/site.yaml", "site: { texts: texts }\n");
  disk_.write("shared/texts/vi.yaml", "granted: Xin mời\n");
  std::string text = "include: [shared/site.yaml]\n" + shelf::good_site();
  const auto loaded = load(disk_.write("site.yaml", text), catalogue_);
  ASSERT_TRUE(loaded.site) << loaded.shown();
  EXPECT_EQ(loaded.site->texts.at("vi").at("granted"), "Xin mời");
}

TEST_F(TextsOfASite, ThatAreLackingAreCountedAndNamed) {
  const auto text = told("granted: អញ្ជើញ\nbusy: ''\nread: ~\nlate:\n");
  const auto count = reasons_of({}).size();
  EXPECT_THAT(text, HasSubstr("site.yaml:4:15: warning: " + std::to_string(count - 1) + " of " + std::to_string(count) +
                              " reasons have no text in 'km', and fall back to English: read, "));
  EXPECT_THAT(text, HasSubstr("gatepost texts --file km.yaml"));
  EXPECT_THAT(text, Not(HasSubstr("granted")));
  EXPECT_THAT(text, Not(HasSubstr("error")));
}

TEST_F(TextsOfASite, OfALanguageWithoutAFileAreAWarningAtItsName) {
  EXPECT_THAT(load_site("languages: [vi, fr]").shown(),
              AllOf(HasSubstr("site.yaml:4:19: warning: there are no texts in 'fr'"),
                    HasSubstr("put fr.yaml into the folder that 'texts' names")));
  EXPECT_EQ(load_site("languages: [vi, en]").shown(), "");
}

TEST_F(TextsOfASite, TakeNoLanguageForAPath) {
  disk_.write("fr.yaml", "granted: Passez\n");
  std::filesystem::create_directories(disk_ / "texts");
  const auto loaded = load_site("languages: ['../fr', fr]\n  texts: texts");
  EXPECT_FALSE(loaded.site);
  EXPECT_THAT(loaded.shown(), AllOf(HasSubstr("'../fr' is not a language"), HasSubstr("no texts in 'fr'")));
}

TEST_F(TextsOfASite, StandInAFolderThatIsThere) {
  EXPECT_THAT(load_site("languages: [vi]\n  texts: absent").shown(),
              AllOf(HasSubstr("site.yaml:5:10: error: '" + at("absent").substr(0, 10)), HasSubstr("is not a folder")));
  disk_.write("file", "granted: x\n");
  EXPECT_THAT(load_site("languages: [vi]\n  texts: file").shown(), HasSubstr("is not a folder"));
}

TEST_F(TextsOfASite, InAFileOfAnotherNameAreNotPassedOver) {
  for (const char* name : {"texts/km.yml", "texts/KM.yaml", "texts/km.YAML", "texts/khmer.yaml"})
    disk_.write(name, "granted: x\n");
  disk_.write("texts/fr.yaml", "granted: Passez\n");  // of another site that shares the folder
  disk_.write("texts/README.md", "granted: x\n");
  const auto text = told(all_reasons("x"));
  for (const char* name : {"km.yml", "KM.yaml", "km.YAML", "khmer.yaml"})
    EXPECT_THAT(text, HasSubstr("site.yaml:5:10: warning: '" + std::string(name) + "' holds texts of no language"));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("'fr.yaml'")), Not(HasSubstr("README"))));
}

TEST_F(TextsOfASite, OfNoReasonAreAWarningWithTheOneThatWasMeant) {
  const auto text = told(all_reasons("x") + "grantd: y\nsomething_else: z\n");
  const auto line = std::to_string(reasons_of({}).size() + 1);
  EXPECT_THAT(text, HasSubstr(at("texts/km.yaml") + ":" + line + ":1: warning: no verdict has the reason 'grantd'"));
  EXPECT_THAT(text, HasSubstr("did you mean 'granted'?"));
  EXPECT_THAT(text, AllOf(HasSubstr("'something_else'"), HasSubstr("gatepost texts prints every reason"),
                          Not(HasSubstr("error"))));
}

struct Wrong {
  std::string content, place, what;
};

class WrongTexts : public TextsOfASite, public testing::WithParamInterface<Wrong> {};

TEST_P(WrongTexts, AreAnErrorWithItsPlace) {
  const auto text = told(GetParam().content);
  EXPECT_THAT(text, HasSubstr("texts/km.yaml:" + GetParam().place + ": error: " + GetParam().what));
  EXPECT_FALSE(load_site("languages: [km]\n  texts: texts").site);
}

INSTANTIATE_TEST_SUITE_P(
    Files, WrongTexts,
    testing::Values(
        Wrong{"granted: \xff\n", "1:10", "byte 0xff is not UTF-8"},
        Wrong{"granted: \xed\xa0\x80\n", "1:10", "byte 0xed is not UTF-8"},
        Wrong{"granted: a\x1b[31m\n", "1:11", "control character 0x1b"},
        Wrong{"read: x\ngranted: \"a\\x1b[31m\"\n", "2:10", "the text holds a line break, a control character"},
        Wrong{"granted: \"a\\nb\"\n", "1:10", "the text holds a line break"},
        Wrong{"granted: |\n  one\n  two\n", "1:10", "the text holds a line break"},
        Wrong{"granted: \"a\\u202Eb\"\n", "1:10", "the text holds a line break, a control character or one that turns"},
        Wrong{"granted: a\xE2\x80\xAE"
              "b\n",
              "1:10", "the text holds"},
        Wrong{"granted: \"\\x85\"\n", "1:10", "the text holds"},
        Wrong{"granted: " + std::string(201, 'a') + "\n", "1:10", "the text has 201 characters"},
        Wrong{"granted: [a, b]\n", "1:10", "the reason 'granted' has a list for a text"},
        Wrong{"granted: { en: a }\n", "1:10", "the reason 'granted' has a group of keys for a text"},
        Wrong{"granted: !env HOME\n", "1:10", "the reason 'granted' has a tag for a text"},
        Wrong{"granted: !file /etc/passwd\n", "1:10", "the reason 'granted' has a tag for a text"},
        Wrong{"- granted\n", "1:1", "a file of texts holds a list"},
        Wrong{"granted\n", "1:1", "a file of texts holds a single value"},
        Wrong{"granted: a\ngranted: b\n", "2:1", "the key 'granted' stands here a second time"},
        Wrong{"granted: &a x\nread: *a\n", "1:10", "an anchor (&) is not taken"},
        Wrong{"granted: {a: b\n", "2:1", "a { is never closed"},
        Wrong{"granted: a\n---\nread: b\n", "2:1", "a second document begins here"}));

TEST_F(TextsOfASite, MayHave200CharactersOfAnyScriptAndItsJoiners) {
  std::string longest;
  for (int i = 0; i < 199; ++i) longest += "\xE1\x9E\x80";
  const auto text = told(all_reasons(longest + "\xE2\x80\x8B"));  // Khmer parts words by a blank of no width
  EXPECT_EQ(text, "");
}

TEST_F(TextsOfASite, InWhatIsNoFileAreAnError) {
  std::filesystem::create_directories(disk_ / "texts/km.yaml");
  const auto shown = [&] { return load_site("languages: [km]\n  texts: texts").shown(); };
  EXPECT_THAT(shown(), HasSubstr("error: is a folder, not a file of texts"));
  std::filesystem::remove(disk_ / "texts/km.yaml");
  ASSERT_EQ(::mkfifo((disk_ / "texts/km.yaml").c_str(), 0600), 0);
  EXPECT_THAT(shown(), HasSubstr("error: is not a regular file")) << "and nothing waits for it";
  std::filesystem::remove(disk_ / "texts/km.yaml");
  std::filesystem::create_symlink("nowhere", disk_ / "texts/km.yaml");
  EXPECT_THAT(shown(), HasSubstr("error: cannot read the file of texts: No such file or directory"));
  std::filesystem::remove(disk_ / "texts/km.yaml");
  disk_.write("texts/km.yaml", "granted: " + std::string(128 * 1024, 'a') + "\n");
  EXPECT_THAT(shown(), HasSubstr("error: the file of texts is larger than 128KiB"));
  if (::geteuid() == 0) return;
  disk_.write("texts/km.yaml", "granted: x\n");
  ASSERT_EQ(::chmod((disk_ / "texts/km.yaml").c_str(), 0), 0);
  EXPECT_THAT(shown(), HasSubstr("error: cannot read the file of texts: Permission denied"));
}

TEST_F(TextsOfASite, ThatOthersMayNotReadAreNotShown) {
  disk_.write("texts/km.yaml", "granted: [secret]\n");
  ASSERT_EQ(::chmod((disk_ / "texts/km.yaml").c_str(), 0600), 0);
  EXPECT_THAT(load_site("languages: [km]\n  texts: texts").shown(),
              AllOf(HasSubstr("has a list for a text"), Not(HasSubstr("secret"))));
}

TEST_F(TextsOfASite, ThatWereInstalledComeBehindItsOwnAndRefuseNothing) {
  disk_.write("own/fr.yaml", "granted: Passez\n");
  disk_.write("share/fr.yaml", "granted: Entrez\nbusy: Attendez\nof_a_plugin_that_is_not_here: oui\n");
  disk_.write("share/km.yaml", "granted: [x]\nbusy: y\n");
  TextsAsked asked{.languages = {{"fr", {}}, {"km", {}}}, .folder = disk_ / "own", .installed = disk_ / "share"};
  Site site;
  std::vector<Source> sources;
  Diagnostics diagnostics;
  read_texts(asked, catalogue_, site, sources, diagnostics);
  EXPECT_FALSE(diagnostics.any_error());
  EXPECT_THAT(site.texts.at("fr"), ElementsAre(Pair("busy", "Attendez"), Pair("granted", "Passez"),
                                               Pair("of_a_plugin_that_is_not_here", "oui")));
  EXPECT_THAT(site.texts.at("km"), ElementsAre(Pair("busy", "y")));
  std::string all;
  for (const auto& one : diagnostics.take()) all += show(one, sources, {});
  EXPECT_THAT(all, HasSubstr("share/km.yaml:1:10: warning: the reason 'granted' has a list for a text"));
  EXPECT_THAT(all, Not(HasSubstr("of_a_plugin_that_is_not_here")));
}

RC_GTEST_PROP(TextFile, TakesNothingThatActsOnAScreen, ()) {
  const world::Scratch disk(world::memory());
  const auto content = *rc::gen::oneOf(texts::any_text(), rc::gen::map(texts::any_text(), [](const std::string& text) {
                                         return "granted: " + to_yaml(Value(text)) + "\n";
                                       }));
  const auto read = read_text_file(disk.write("km.yaml", content), 0, {});
  for (const auto& [code, text] : read.texts) {
    RC_ASSERT(!text.empty());
    for (const char c : text) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    RC_ASSERT(text.find("\xE2\x80\xAE") == std::string::npos);
    RC_ASSERT(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }) <= std::ptrdiff_t{longest_text});
  }
}

RC_GTEST_PROP(TextFile, HasWhatWasWrittenIntoIt, ()) {
  const world::Scratch disk(world::memory());
  const auto text =
      *rc::gen::suchThat(rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~')), [](const std::string& any) {
        return any.size() <= longest_text && any.find_first_not_of(' ') != std::string::npos;
      });
  const auto read = read_text_file(disk.write("km.yaml", "granted: " + to_yaml(Value(text)) + "\n"), 0, {});
  RC_ASSERT(read.diagnostics.empty());
  RC_ASSERT(read.texts == (TextsByCode{{"granted", text}}));
}

TEST(Reasons, StandOnceWithEachWording) {
  const std::array texts{ReasonText{"expired", "en", "over"}, ReasonText{"expired", "fr", "fini"},
                         ReasonText{"full", "en", "full"}, ReasonText{"full", "en", "full"}};
  Descriptor plugin{};
  plugin.name = "quota";
  plugin.reasons = texts.data();
  plugin.reason_count = texts.size();
  const Descriptor* const plugins[]{&plugin};
  const auto reasons = reasons_of(plugins);
  const auto find = [&](std::string_view code) { return std::ranges::find(reasons, code, &Reason::code); };
  EXPECT_EQ(reasons.size(), reasons_of({}).size() + 1);
  EXPECT_EQ(find("expired")->plugin, "");
  EXPECT_THAT(find("expired")->english, ElementsAre("No longer valid", "over"));
  EXPECT_TRUE(find("expired")->is_told_in("fr"));
  EXPECT_FALSE(find("full")->is_told_in("fr"));
  EXPECT_EQ(find("full")->plugin, "quota");
  EXPECT_THAT(find("full")->english, ElementsAre("full"));
}

}  // namespace
}  // namespace gatepost::config

// What is kept of people, and how they are taken out again: the real command, and every byte that it leaves on the
// disk.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* key = "0123456789abcdef0123456789abcdef\n";
constexpr const char* with_parts = "(?P<subject>E[0-9]{6})(?P<name>[A-Z]+)(?P<class>[a-z]+)(?P<number>[0-9]+)";

class PrivateSite : public GunSite {
 public:
  explicit PrivateSite(const std::string& journal = {}, const std::string& match = "(?P<subject>E[0-9]{6})")
      : GunSite(journal, match) {
    std::ofstream(disk() / "key") << key;
    std::filesystem::permissions(disk() / "key", std::filesystem::perms::owner_read);
  }

  /// The files of the site's folder in which a text stands, but for its own list and site file.
  std::vector<std::string> files_with(const std::string& text) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(disk() / "")) {
      const auto name = entry.path().filename().string();
      const bool is_of_a_person = entry.path().extension() == ".csv" || name == "site.yaml";
      const bool is_of_the_test = name.starts_with("out-") || name == "copy";  // what commands printed
      if (!entry.is_regular_file() || is_of_a_person || is_of_the_test || name.starts_with("people")) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      if (std::string(std::istreambuf_iterator<char>(in), {}).find(text) != std::string::npos) found.push_back(name);
    }
    return found;
  }
  std::vector<json::object> records(const std::vector<std::string>& options = {}) {
    auto words = options;
    words.emplace_back("--json");
    std::vector<json::object> all;
    std::istringstream lines(say("records", words).text);
    for (std::string line; std::getline(lines, line);) all.push_back(json::parse(line).as_object());
    return all;
  }
  std::vector<json::object> attempts() { return records({"--kind", "attempt"}); }

  // The store follows within a moment.
  bool comes_to(const std::function<bool()>& state) {
    for (int i = 0; i < 100 && !state(); ++i) static_cast<void>(say("counts"));
    return state();
  }
};

TEST(Privacy, KeepsHashesOrDropsEachAttributeAsTheSiteSays) {
  PrivateSite site(", hash_key: key, attributes: [class], hashed_attributes: [name]", with_parts);
  site.plug();
  auto engine = site.run();
  site.scan("E000001MARKERNAMEguest77778888");
  ASSERT_TRUE(engine->says("E000001")) << engine->output();
  site.scan("E000002MARKERNAMEstaff99990000");
  ASSERT_TRUE(engine->says("E000002")) << engine->output();
  const auto attempts = site.attempts();
  ASSERT_EQ(attempts.size(), 2U);
  const auto& first = attempts[0].at("attributes").as_object();
  EXPECT_EQ(first.size(), 2U);
  EXPECT_EQ(first.at("class"), "guest");
  EXPECT_EQ(first.at("name").as_string().size(), 64U);
  EXPECT_EQ(attempts[1].at("attributes").at("name"), first.at("name")) << "equal ones stay equal";
  EXPECT_TRUE(site.comes_to([&] { return !site.files_with("staff").empty(); }));
  for (const char* secret : {"MARKERNAME", "77778888", "99990000"}) {
    EXPECT_THAT(site.files_with(secret), IsEmpty()) << secret;
    EXPECT_THAT(engine->output(), Not(HasSubstr(secret)));
    for (const char* command : {"status", "trace", "counts", "records", "presence", "inside"})
      EXPECT_THAT(site.say(command).text, Not(HasSubstr(secret))) << command;
  }
}

TEST(Privacy, NeverPutsAnAttributeIntoTheLogOrTheNumbers) {
  PrivateSite site(", attributes: [name, class, number]", with_parts);
  site.disk().write("more.yaml",
                    "observe: { log: debug, metrics: 'unix:" + (site.disk() / "numbers").string() + "' }\n");
  const auto whole = site.disk() / "site.yaml";
  std::ofstream(whole, std::ios::app) << "include: [more.yaml]\n";
  site.plug();
  auto engine = site.run();
  site.scan("E000001MARKERNAMEguest77778888");
  ASSERT_TRUE(engine->says("E000001")) << engine->output();
  site.scan("E000003MARKERNAMEguest77778888");
  ASSERT_TRUE(engine->says("E000003")) << engine->output();
  EXPECT_EQ(site.attempts().at(0).at("attributes").at("name"), "MARKERNAME");
  for (const char* secret : {"MARKERNAME", "77778888"}) {
    EXPECT_THAT(engine->output(), Not(HasSubstr(secret)));
    EXPECT_THAT(site.say("status", {"--json"}).text, Not(HasSubstr(secret)));
    EXPECT_THAT(site.say("trace").text, Not(HasSubstr(secret)));
  }
}

TEST(Privacy, ErasesAPersonFromAllThatTheSiteKeeps) {
  PrivateSite site;
  site.plug();
  auto engine = site.run();
  for (const char* code : {"E000001", "E000002", "E000001"}) {
    site.scan(code);
    ASSERT_TRUE(engine->says(code)) << engine->output();
  }
  ASSERT_TRUE(site.comes_to([&] {
    const auto files = site.files_with("E000001");
    return std::ranges::any_of(files, [](const auto& name) { return name.starts_with("store.db"); });
  }));

  const auto asked = site.say("erase", {"--subject", "E000001"});
  EXPECT_EQ(asked.exit, 0);
  EXPECT_THAT(asked.text, HasSubstr("2 Records can be erased"));
  EXPECT_THAT(asked.text, HasSubstr("inside now"));
  EXPECT_THAT(asked.text, HasSubstr("Nothing was erased: add --although-inside and --yes."));
  EXPECT_EQ(site.attempts().at(0).at("subject"), "E000001");

  const auto inside = site.say("erase", {"--subject", "E000001", "--yes"});
  EXPECT_EQ(inside.exit, 1);
  EXPECT_THAT(inside.text, HasSubstr("inside now, by these Records"));

  const auto counts = site.say("counts").text;
  const auto erased = site.say("erase", {"--subject", "E000001", "--yes", "--although-inside"});
  EXPECT_EQ(erased.exit, 0) << erased.text;
  EXPECT_THAT(erased.text, HasSubstr("2 Records erased"));
  const auto attempts = site.attempts();
  ASSERT_EQ(attempts.size(), 3U);
  for (const std::size_t i : {0U, 2U}) {
    EXPECT_EQ(attempts[i].at("subject"), "");
    EXPECT_EQ(attempts[i].at("erased"), json::array({"subject"}));
    EXPECT_EQ(attempts[i].at("outcome"), "grant") << "what came of it stays";
  }
  EXPECT_EQ(attempts[1].at("subject"), "E000002");
  EXPECT_TRUE(site.comes_to([&] { return site.files_with("E000001").empty(); }))
      << testing::PrintToString(site.files_with("E000001"));
  EXPECT_EQ(site.say("verify").exit, 0) << site.say("verify").text;
  EXPECT_EQ(site.say("counts").text, counts);
  EXPECT_THAT(site.say("records").text, HasSubstr("(subject erased)"));

  engine->send(SIGKILL);
  ASSERT_TRUE(engine->ends());
  const auto alone = site.say("erase", {"--subject", "E000002", "--yes", "--although-inside", "--json"});
  EXPECT_EQ(alone.exit, 0) << alone.text;
  EXPECT_EQ(json::parse(alone.text).at("records"), 1);
  EXPECT_EQ(site.say("verify").exit, 0) << site.say("verify").text;
  engine = site.run();
  EXPECT_TRUE(site.comes_to([&] { return site.files_with("E000002").empty(); }))
      << "the store follows at the next start";
  EXPECT_THAT(site.say("erase", {"--subject", "E000002"}).text, HasSubstr("0 Records can be erased"));
}

TEST(Privacy, FindsWhoIsHashedByTheKey) {
  PrivateSite site(", subjects: hash, hash_key: key");
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  ASSERT_TRUE(engine->says("card")) << engine->output();
  const auto erased = site.say("erase", {"--subject", "E000001", "--yes", "--although-inside"});
  EXPECT_THAT(erased.text, HasSubstr("1 Record erased"));
  EXPECT_EQ(site.attempts().at(0).at("subject"), "");
}

TEST(Privacy, RefusesWhatCannotBeMeant) {
  PrivateSite site;
  EXPECT_THAT(site.say("erase").text, HasSubstr("say whom by --subject"));
  EXPECT_THAT(site.say("erase", {"--subject", "E1", "--json"}).text, HasSubstr("add --yes"));
  EXPECT_THAT(site.say("erase", {"--subject", "E1"}).text, HasSubstr("there is no journal yet"));
  PrivateSite nameless(", subjects: none");
  EXPECT_THAT(nameless.say("erase", {"--subject", "E1"}).text, HasSubstr("name nobody"));
}

}  // namespace
}  // namespace gatepost

// The manual and --help: one text.
#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "world/command.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::StartsWith;

// The words alone: what is bold, how lines are broken and how roff writes a sign is the form's.
std::string words_of(std::string text) {
  for (const auto& [from, to] : std::initializer_list<std::pair<std::string, std::string>>{{"\\fB", ""},
                                                                                           {"\\fP", ""},
                                                                                           {"\\fR", ""},
                                                                                           {"`", ""},
                                                                                           {"\\-", "-"},
                                                                                           {"\\(aq", "'"},
                                                                                           {"\\(dq", "\""},
                                                                                           {"\\[u2026]", "…"},
                                                                                           {"\\(rs", "\\"},
                                                                                           {"\\(ti", "~"},
                                                                                           {"\\(ha", "^"},
                                                                                           {"\\&", ""}})
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at))
      text.replace(at, from.size(), to);
  std::istringstream in(text);
  std::string all;
  for (std::string word; in >> word;) all += word + " ";
  return all;
}

std::vector<std::string> commands_of(const std::string& help) {
  std::vector<std::string> all;
  std::istringstream in(help.substr(0, help.find("\n\ngatepost COMMAND")));
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("  ") && line.size() > 3 && line[2] != ' ')
      all.push_back(line.substr(2, line.find(' ', 2) - 2));
  return all;
}

class Manual : public testing::Test {
 protected:
  std::string page(const std::string& section) {
    const auto said = shell_.say({"manual", section});
    EXPECT_EQ(said.exit, 0);
    return said.text;
  }
  /// What a formatter finds wrong with the page.
  std::string complaints(const std::string& section) {
    const auto file = shell_.disk().write("page." + section, page(section));
    world::Process groff({"/usr/bin/groff", "-ww", "-man", "-Tutf8", "-z", file.string()},
                         shell_.disk() / "complaints");
    EXPECT_EQ(groff.ends(), 0);
    return groff.output();
  }
  world::Shell shell_;
};

TEST_F(Manual, HasEveryCommandWithAllThatItsHelpSays) {
  const auto commands = commands_of(shell_.say({"--help"}).text);
  ASSERT_THAT(commands, IsSupersetOf({"run", "check", "records", "unit", "version"}));
  const std::string manual = words_of(page("1"));
  for (const auto& command : commands) {
    const auto help = shell_.say({"help", command}).text;
    ASSERT_THAT(help, StartsWith("Usage: gatepost " + command));
    std::istringstream in(help.substr(help.find('\n')));
    for (std::string line; std::getline(in, line);) {
      if (line == "Options:" || line == "Examples:") continue;
      EXPECT_THAT(manual, HasSubstr(words_of(line))) << command;
    }
  }
}

TEST_F(Manual, TellsWhatHelpTellsOfTheRest) {
  const std::string manual = words_of(page("1"));
  const auto help = shell_.say({"--help"}).text;
  std::istringstream in(help.substr(help.find("Exit status:")));
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("  ")) {
      EXPECT_THAT(manual, HasSubstr(words_of(line)));
    }
}

TEST_F(Manual, HasEverySettingOfEveryPlugin) {
  const std::string manual = words_of(page("5"));
  const auto list = shell_.say({"plugins"}).text;
  for (const char* plugin :
       {"serial", "uvc_camera", "pattern", "roster", "local_store", "webhook", "turnstile_relay"}) {
    std::istringstream in(shell_.say({"plugins", plugin}).text);
    std::string line;
    while (std::getline(in, line) && !line.starts_with("SETTING")) {
    }
    for (; std::getline(in, line) && !line.empty();) {
      const std::string key = line.substr(0, line.find(' '));
      const std::string meaning = line.substr(line.rfind("  ") + 2);
      EXPECT_THAT(manual, HasSubstr(key + " " + words_of(meaning))) << plugin;
    }
  }
}

TEST_F(Manual, HasEverySectionOfASiteFile) {
  EXPECT_THAT(words_of(page("5")), AllOf(HasSubstr("record_deadline"), HasSubstr("hash_key"), HasSubstr("metrics"),
                                         HasSubstr("languages"), HasSubstr("!env NAME")));
}

TEST_F(Manual, IsFormattedWithoutAComplaint) {
  EXPECT_THAT(complaints("1"), IsEmpty());
  EXPECT_THAT(complaints("5"), IsEmpty());
}

TEST_F(Manual, HasTwoSections) { EXPECT_EQ(shell_.say({"manual", "3"}).exit, 2); }

}  // namespace
}  // namespace gatepost

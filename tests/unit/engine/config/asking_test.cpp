// Inputs that ask in or out: what is read, printed and compared, and what is refused.
#include <gmock/gmock.h>

#include "config/difference.hpp"
#include "config/dump.hpp"
#include "config/load.hpp"
#include "shelf.hpp"

namespace gatepost::config {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// The good site with one gun that asks, and further settings of its lane.
std::string asking(const std::string& rules = {}) {
  return shelf::with("    inputs: { entry_gun: in, exit_gun: out }\n",
                     "    inputs: { entry_gun: ask, exit_gun: out }\n" + rules);
}

Site site_of(const std::string& text) {
  static const plugin::Catalogue all = shelf::catalogue();
  auto loaded = load_text(text, "site.yaml", all);
  EXPECT_TRUE(loaded.site) << loaded.shown();
  return loaded.site ? std::move(*loaded.site) : Site{};
}

TEST(Asking, IsADirectionOfAnInput) {
  EXPECT_THAT(shelf::told(asking()), IsEmpty());
  const Site site =
      site_of(asking("    ask_in: HERE-IN\n    ask_out: HERE-OUT\n    ask_within: 20s\n    ask_stays: 2h\n"));
  const Lane& lane = site.lanes.at(0);
  EXPECT_FALSE(lane.inputs.at(0).direction);
  EXPECT_EQ(lane.inputs.at(1).direction, Direction::out);
  EXPECT_EQ(lane.rules.ask_in, "HERE-IN");
  EXPECT_EQ(lane.rules.ask_out, "HERE-OUT");
  EXPECT_EQ(lane.rules.ask_within, 20s);
  EXPECT_EQ(lane.rules.ask_stays, 2h);
}

TEST(Asking, IsPrintedAsItIsRead) {
  const Site site = site_of(asking("    ask_stays: 2h\n"));
  const std::string printed = dump(site);
  EXPECT_THAT(printed, AllOf(HasSubstr("inputs: { entry_gun: ask, exit_gun: out }"), HasSubstr("ask_in: \"GP:IN\""),
                             HasSubstr("ask_stays: 2h")));
  EXPECT_THAT(to_lines(difference(site, site_of(printed))), IsEmpty());
}

TEST(Asking, IsAChangeOfItsLane) {
  const auto lines = to_lines(difference(site_of(shelf::good_site()), site_of(asking("    ask_within: 20s\n"))));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], AllOf(HasSubstr("entry_gun: in, exit_gun: out } → { entry_gun: ask, exit_gun: out }"),
                              HasSubstr("ask_within 10s → 20s")));
}

TEST(Asking, NeedsTwoCodesThatCanBeToldApart) {
  const auto told = shelf::told(asking("    ask_in: GO\n    ask_out: go\n"));
  EXPECT_THAT(told,
              AllOf(HasSubstr("site.yaml:27:14: error: 'ask_in' and 'ask_out' of lane 'main' cannot be told apart"),
                    HasSubstr("GP:IN and GP:OUT")));
  EXPECT_THAT(shelf::told(asking("    ask_in: 'GP:OUT'\n")),
              HasSubstr("site.yaml:26:13: error: 'ask_in' and 'ask_out'"));
}

TEST(Asking, NeedsCodesThatEveryScannerGives) {
  for (const char* code : {"''", "' IN'", "vào", "'IN OUT'", "\"A\\tB\""})
    EXPECT_THAT(shelf::told(asking("    ask_in: " + std::string(code) + "\n")),
                HasSubstr("error: 'ask_in' is no code that every scanner gives as it is"))
        << code;
  EXPECT_THAT(shelf::told(asking("    ask_out: " + std::string(65, 'A') + "\n")), HasSubstr("'ask_out' is no code"));
}

TEST(Asking, NeedsCodesThatAreNobodys) {
  std::string text = asking();
  text.replace(text.find("'(?P<subject>E[0-9]{6})'"), 24, "'.*'");
  EXPECT_THAT(shelf::told(text),
              AllOf(HasSubstr("error: credential 'staff_card' reads the code of 'ask_in', too"),
                    HasSubstr("reads the code of 'ask_out', too"), HasSubstr("make the credential narrower")));
}

TEST(Asking, NeedsCodesThatItsInputDoesNotIgnore) {
  std::string text = asking();
  text.replace(text.find("idle: 80ms"), 10, "idle: 80ms, ignore: ['/GP:O.*/']");
  EXPECT_THAT(shelf::told(text), HasSubstr("error: input 'entry_gun' ignores the code of 'ask_out'"));
}

TEST(Asking, WarnsOfSettingsThatNothingHeeds) {
  EXPECT_THAT(shelf::told(shelf::with("    repeat_within: 3s\n", "    ask_within: 20s\n")),
              HasSubstr("warning: 'ask_within' has no effect: no input of lane 'main' asks"));
}

TEST(Asking, WarnsOfNoDefault) { EXPECT_THAT(shelf::told(dump(site_of(shelf::good_site()))), IsEmpty()); }

TEST(Asking, IsBounded) {
  EXPECT_THAT(shelf::told(asking("    ask_within: 500ms\n")), HasSubstr("ask_within"));
  EXPECT_THAT(shelf::told(asking("    ask_within: 3min\n")), HasSubstr("ask_within"));
  EXPECT_THAT(shelf::told(asking("    ask_stays: 13h\n")), HasSubstr("ask_stays"));
}

}  // namespace
}  // namespace gatepost::config

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "watchlist.cpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using gatepost::WallTime;
using testing::HasSubstr;
using world::replace;
using world::Visit;

constexpr WallTime noon{std::chrono::sys_days(std::chrono::year(2026) / 6 / 1) + 5h};  // in Ho Chi Minh City

std::unique_ptr<Watchlist> make(Settings settings,
                                const std::shared_ptr<gatepost::Host>& host = gatepost::idle_host()) {
  settings.time_zone = "Asia/Ho_Chi_Minh";
  auto made = Watchlist::make(settings, {"wanted", "/", host});
  return made ? std::move(*made) : nullptr;
}

std::string refusal(const Settings& settings) {
  auto made = Watchlist::make(settings, {"wanted", "/"});
  return made ? "taken" : to_line(made.error());
}

std::string asked(const Watchlist& policy, const std::string& subject, WallTime wall = noon, bool clock_is_set = true) {
  return world::decision(policy, {.subject = subject, .wall = wall, .clock_is_set = clock_is_set});
}

TEST(Watchlist, DeniesHoldsAndReports) {
  const world::Scratch folder;
  replace(folder / "list.csv", "subject,action,until,note\nA,deny,,stolen\nB,HOLD,,\nC,alert,,\nD,,,\n");
  const auto policy = make({.file = folder / "list.csv"});
  ASSERT_TRUE(policy);
  EXPECT_EQ(asked(*policy, "A"), "deny watch_deny");
  EXPECT_EQ(asked(*policy, "B"), "inform watch_hold") << "the gate stays shut, and the guard decides";
  EXPECT_EQ(asked(*policy, "C"), "grant watch_alert");
  EXPECT_EQ(asked(*policy, "D"), "deny watch_deny");
  EXPECT_EQ(asked(*policy, "E"), "grant");
  const auto decided =
      world::attempt({.subject = "A", .wall = noon}, [&](const Attempt& attempt) { return policy->decide(attempt); });
  EXPECT_EQ(decided->facts.at("note"), "stolen");
}

TEST(Watchlist, FindsASubjectHoweverItsLettersAreComposed) {
  const world::Scratch folder;
  replace(folder / "list.csv", "subject\nNu\xCC\x9B\xCC\x83\n");
  const auto policy = make({.file = folder / "list.csv"});
  ASSERT_TRUE(policy);
  EXPECT_EQ(asked(*policy, "N\xE1\xBB\xAF"), "deny watch_deny");
  EXPECT_EQ(asked(*policy, "Nu\xCC\x9B\xCC\x83"), "deny watch_deny");
}

TEST(Watchlist, ARowIsOverAfterItsLastDay) {
  const world::Scratch folder;
  replace(folder / "list.csv", "subject,action,until\nA,deny,2026-06-01\nA,alert,2026-06-02\n");
  const auto policy = make({.file = folder / "list.csv"});
  ASSERT_TRUE(policy);
  EXPECT_EQ(asked(*policy, "A", noon + 12h - 1ns), "deny watch_deny");
  EXPECT_EQ(asked(*policy, "A", noon + 12h), "grant watch_alert");
  EXPECT_EQ(asked(*policy, "A", noon + 36h), "grant");
  EXPECT_EQ(asked(*policy, "A", noon + 36h, false), "deny watch_deny") << "nobody knows which day it is";
}

RC_GTEST_PROP(Watchlist, TheStrictestRowThatIsNotOverCounts, ()) {
  struct Drawn {
    int person, action, until;
  };
  const auto row = rc::gen::build<Drawn>(rc::gen::set(&Drawn::person, rc::gen::inRange(0, 3)),
                                         rc::gen::set(&Drawn::action, rc::gen::inRange(0, 3)),
                                         rc::gen::set(&Drawn::until, rc::gen::inRange(1, 30)));
  std::vector<Drawn> rows;
  for (int count = *rc::gen::inRange(0, 12); count > 0; --count) rows.push_back(*row);
  constexpr std::array actions{"alert", "hold", "deny"},
      decisions{"grant watch_alert", "inform watch_hold", "deny watch_deny"};
  std::string text = "subject,action,until\n";
  for (const auto& [person, action, until] : rows)
    text += "P" + std::to_string(person) + "," + actions.at(static_cast<std::size_t>(action)) + "," +
            (until < 10 ? "0" : "") + std::to_string(until) + ".06.2026\n";
  const world::Scratch folder;
  replace(folder / "list.csv", text);
  const auto policy = make({.file = folder / "list.csv"});
  RC_ASSERT(policy != nullptr);
  for (int person = 0; person < 4; ++person)
    for (int day = 1; day < 32; ++day) {
      int strictest = -1;
      for (const Drawn& one : rows)
        if (one.person == person && day <= one.until) strictest = std::max(strictest, one.action);
      const std::string expected = strictest < 0 ? "grant" : decisions.at(static_cast<std::size_t>(strictest));
      RC_ASSERT(asked(*policy, "P" + std::to_string(person), noon + 24h * (day - 1)) == expected);
    }
}

TEST(Watchlist, KeepsTheListWhileTheNewOneIsBrokenOrTooShort) {
  const world::Scratch folder;
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  std::string ten = "subject\n";
  for (int i = 0; i < 10; ++i) ten += "A" + std::to_string(i) + "\n";
  replace(folder / "list.csv", ten);
  const auto policy = make({.file = folder / "list.csv"}, host);
  ASSERT_TRUE(policy);
  replace(folder / "list.csv", "subject\nA0\nA1\nA2\nA3\nA4\n");
  EXPECT_TRUE(world::comes_true([&] { return !host->alarm("watchlist_not_taken").empty(); }));
  EXPECT_EQ(asked(*policy, "A9"), "deny watch_deny");
  replace(folder / "list.csv", "subject\nA0\nA1\nA2\nA3\nA4\nA5\n");
  EXPECT_TRUE(world::comes_true([&] { return asked(*policy, "A9") == "grant"; }));
  EXPECT_TRUE(world::comes_true([&] { return host->alarm("watchlist_not_taken").empty(); }));
}

TEST(Watchlist, TakesAListThatShrankWhereThatIsRightOrItIsSmall) {
  const world::Scratch folder;
  replace(folder / "list.csv", "subject\nA0\n");
  FileState state{.path = folder / "list.csv", .folder = {}};
  state.count_before = 10;
  const auto is_taken = [&](Shrink shrink) {
    return Reader(*gatepost::idle_host(), {.file = state.path, .shrink = shrink})(state).has_value();
  };
  EXPECT_TRUE(is_taken(Shrink::accept));
  EXPECT_TRUE(is_taken(Shrink::alarm));
  EXPECT_FALSE(is_taken(Shrink::refuse));
  state.count_before = 9;
  EXPECT_TRUE(is_taken(Shrink::refuse));
}

TEST(Watchlist, SaysWhatIsWrongWithItsFile) {
  const world::Scratch folder;
  const auto said = [&](const std::string& text) {
    replace(folder / "list.csv", text);
    return refusal({.file = folder / "list.csv"});
  };
  EXPECT_EQ(said("subject\n"), "taken") << "nobody is looked for";
  EXPECT_EQ(said("name;subject;note\nAn;A;\n"), "taken");
  EXPECT_THAT(said(""), HasSubstr("the column subject is missing"));
  EXPECT_THAT(said("name\nAn\n"), HasSubstr("list.csv:1: the column subject is missing"));
  EXPECT_THAT(said("subject,note,Note\nA,,\n"), HasSubstr("two columns have one name"));
  for (const char* name : {"actions", "valid_until", "status", "from", "end"})
    EXPECT_THAT(said("subject," + std::string(name) + "\nA,\n"), HasSubstr("list.csv:1:9: this column looks like one"));
  EXPECT_THAT(said("subject,action\nA,arrest\n"), HasSubstr("list.csv:2:3: there is no such action; write deny"));
  EXPECT_THAT(said("subject,until\nA,soon\n"), HasSubstr("list.csv:2:3: that is no date"));
  EXPECT_THAT(said("subject,until\nA\n"), HasSubstr("another number of fields"));
  EXPECT_THAT(said("subject,until\n,\n"), HasSubstr("list.csv:2:1: the subject is empty"));
  EXPECT_THAT(refusal({.file = folder / "absent.csv"}), HasSubstr("absent.csv"));
  EXPECT_THAT(refusal({.file = folder / "list.csv", .time_zone = "Mars/Base"}), HasSubstr("no such time zone"));
}

}  // namespace

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "validity.cpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using world::Visit;

constexpr WallTime noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 12h};
constexpr auto day = 24h;

std::string decision(const Settings& settings, std::optional<WallTime> from, std::optional<WallTime> until,
                     bool clock_is_set = true) {
  Visit visit{.wall = noon, .clock_is_set = clock_is_set};
  visit.credential.valid_from = from;
  visit.credential.valid_until = until;
  return world::decision(Validity(settings), visit);
}

TEST(Validity, DemandsAnEnd) {
  EXPECT_EQ(decision({}, noon, {}), "deny never_ends");
  EXPECT_EQ(decision({}, {}, noon + 1h), "grant");
  EXPECT_EQ(decision({.must_end = false, .not_older_than = day}, noon, {}), "grant");
  EXPECT_EQ(decision({.must_end = false, .longest = day}, noon, {}), "deny never_ends") << "it runs longer than a day";
}

TEST(Validity, BoundsHowLongItRuns) {
  const Settings settings{.longest = 7 * day};
  EXPECT_EQ(decision(settings, noon - day, noon + 6 * day), "grant");
  EXPECT_EQ(decision(settings, noon - day, noon + 6 * day + 1ns), "deny runs_too_long");
  EXPECT_EQ(decision(settings, {}, noon + 7 * day), "grant") << "from now";
  EXPECT_EQ(decision(settings, {}, noon + 7 * day + 1ns), "deny runs_too_long");
}

TEST(Validity, BoundsHowLongAgoItWasIssued) {
  const Settings settings{.not_older_than = 7 * day};
  EXPECT_EQ(decision(settings, noon - 7 * day, noon + day), "grant");
  EXPECT_EQ(decision(settings, noon - 7 * day - 1ns, noon + day), "deny issued_long_ago");
  EXPECT_EQ(decision(settings, {}, noon + day), "deny issue_unknown");
}

TEST(Validity, LetsNobodyInByADateWhileTheMachineDoesNotKnowTheTime) {
  EXPECT_EQ(decision({}, noon, noon + 1h, false), "deny clock_unset");
  EXPECT_EQ(decision({}, noon, {}, false), "deny never_ends") << "that can be told without a clock";
}

TEST(Validity, DemandsSomething) {
  const auto nothing = Validity::check({.must_end = false});
  ASSERT_FALSE(nothing);
  EXPECT_FALSE(nothing.error().remedy.empty());
  EXPECT_TRUE(Validity::check({}));
  EXPECT_TRUE(Validity::check({.must_end = false, .longest = day}));
  EXPECT_TRUE(Validity::check({.must_end = false, .not_older_than = day}));
}

rc::Gen<std::optional<WallTime>> any_date() {
  constexpr auto most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
  const auto near =
      rc::gen::map(rc::gen::inRange(-20'000, 20'000), [](int n) { return noon + std::chrono::minutes(n); });
  const auto far = rc::gen::map(
      rc::gen::element<std::int64_t>(std::int64_t{most}, std::int64_t{least}, most - 1, least + 1, std::int64_t{0}),
      [](std::int64_t n) { return WallTime(Duration(n)); });
  return rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::pair(near, far)),
                      [](const std::pair<int, std::pair<WallTime, WallTime>>& drawn) {
                        if (drawn.first == 0) return std::optional<WallTime>();
                        return std::optional(drawn.first == 1 ? drawn.second.second : drawn.second.first);
                      });
}

// By numbers that nothing overflows.
RC_GTEST_PROP(Validity, IsWhatTheDatesSayWhateverTheyAre, (bool must_end, bool clock_is_set)) {
  Settings settings{.must_end = must_end};
  settings.longest = std::chrono::minutes(*rc::gen::inRange(0, 30'000));
  settings.not_older_than = std::chrono::minutes(*rc::gen::inRange(0, 30'000));
  const auto from = *any_date(), until = *any_date();
  const auto number = [](WallTime time) { return static_cast<long double>(time.time_since_epoch().count()); };
  const auto minutes = [](std::chrono::minutes length) { return 60e9L * static_cast<long double>(length.count()); };
  std::string expected = "grant";
  const bool ends_by = must_end || settings.longest > 0min;
  if (!until && ends_by)
    expected = "deny never_ends";
  else if (!clock_is_set)
    expected = "deny clock_unset";
  else if (settings.longest > 0min && number(*until) - number(from.value_or(noon)) > minutes(settings.longest))
    expected = "deny runs_too_long";
  else if (settings.not_older_than > 0min && !from)
    expected = "deny issue_unknown";
  else if (settings.not_older_than > 0min && number(noon) - number(*from) > minutes(settings.not_older_than))
    expected = "deny issued_long_ago";
  RC_ASSERT(decision(settings, from, until, clock_is_set) == expected);
}

}  // namespace

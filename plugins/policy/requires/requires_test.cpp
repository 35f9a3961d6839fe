#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "requires.cpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using testing::HasSubstr;
using world::Visit;
using Attributes = std::map<std::string, std::string>;

constexpr gatepost::WallTime noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 12h};

std::unique_ptr<Requires> make(Settings settings) {
  settings.time_zone = "Asia/Ho_Chi_Minh";
  auto made = Requires::make(settings, {"requires", "/"});
  return made ? std::move(*made) : nullptr;
}

std::string decision(const Settings& settings, const Attributes& attributes, bool verified = false,
                     bool clock_is_set = true) {
  const auto policy = make(settings);
  if (!policy) return "refused";
  Visit visit{.wall = noon, .clock_is_set = clock_is_set};
  visit.credential.attributes = attributes;
  visit.credential.verified = verified;
  return world::decision(*policy, visit);
}

TEST(Requires, TakesTheNamedKindsOfCodes) {
  EXPECT_EQ(decision({.schemes = {"staff", "visitor"}}, {}), "grant");
  EXPECT_EQ(decision({.schemes = {"visitor"}}, {}), "deny wrong_scheme");
}

TEST(Requires, MayDemandThatTheyAreVerified) {
  EXPECT_EQ(decision({.verified = true}, {}, true), "grant");
  EXPECT_EQ(decision({.verified = true}, {}), "deny not_verified");
}

TEST(Requires, TakesTheNamedClasses) {
  const Settings settings{.classes = {"staff", "nhân viên"}};
  EXPECT_EQ(decision(settings, {{"class", "staff"}}), "grant");
  EXPECT_EQ(decision(settings, {{"class", "nhân viên"}}), "grant") << "however its letters are composed";
  EXPECT_EQ(decision(settings, {{"class", "Staff"}}), "deny wrong_class");
  EXPECT_EQ(decision(settings, {{"class", ""}}), "deny wrong_class");
  EXPECT_EQ(decision(settings, {}), "deny wrong_class");
  EXPECT_EQ(decision({.classes = {"B"}, .class_attribute = "group"}, {{"class", "A"}, {"group", "B"}}), "grant");
}

TEST(Requires, DemandsWhatAttributesSay) {
  const Settings settings{.attributes = {"company=ACME", "company=Minh Anh", "badge", "formula=a=b"}};
  EXPECT_EQ(decision(settings, {{"company", "ACME"}, {"badge", "7"}, {"formula", "a=b"}}), "grant");
  EXPECT_EQ(decision(settings, {{"company", "Minh Anh"}, {"badge", "7"}, {"formula", "a=b"}}), "grant");
  EXPECT_EQ(decision(settings, {{"company", "acme"}, {"badge", "7"}, {"formula", "a=b"}}), "deny wrong_attribute");
  EXPECT_EQ(decision(settings, {{"company", "ACME"}, {"badge", ""}, {"formula", "a=b"}}), "deny wrong_attribute");
  EXPECT_EQ(decision(settings, {{"company", "ACME"}, {"formula", "a=b"}}), "deny wrong_attribute");
}

TEST(Requires, CountsDaysFromTheDateOfIssue) {
  const Settings settings{.not_older_than = std::chrono::days(30)};
  EXPECT_EQ(decision(settings, {{"issued", "2026-01-30"}}), "grant") << "30 days before 1 March";
  EXPECT_EQ(decision(settings, {{"issued", "2026-01-29"}}), "deny issued_long_ago");
  EXPECT_EQ(decision(settings, {{"issued", "2026-03-02"}}), "grant") << "it is tomorrow somewhere";
  EXPECT_EQ(decision(settings, {{"issued", "2026-03-03"}}), "deny issue_unknown");
  EXPECT_EQ(decision(settings, {{"issued", "30/01/2026"}}), "grant");
  EXPECT_EQ(decision(settings, {{"issued", "29.01.2026"}}), "deny issued_long_ago");
  EXPECT_EQ(decision(settings, {{"issued", "2026-02-01T08:00:00Z"}}), "grant");
  EXPECT_EQ(decision(settings, {{"issued", "soon"}}), "deny issue_unknown");
  EXPECT_EQ(decision(settings, {}), "deny issue_unknown");
  EXPECT_EQ(decision(settings, {{"issued", "2026-02-01"}}, false, false), "deny clock_unset");
  EXPECT_EQ(decision({.not_older_than = std::chrono::days(30), .date_attribute = "date"}, {{"date", "2026-02-01"}}),
            "grant");
}

// By all of the rules at once, each said in its plainest way.
RC_GTEST_PROP(Requires, DeniesForTheFirstThingThatIsMissing, (bool schemes, bool must_be_verified, bool verified)) {
  const auto word = rc::gen::element<std::string>("", "a", "b");
  Settings settings{.verified = must_be_verified};
  if (schemes) settings.schemes = {*rc::gen::element<std::string>("staff", "visitor")};
  settings.classes = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "b"));
  settings.attributes =
      *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("x=a", "x=b", "y=a", "y=b"));
  Attributes attributes;
  for (const char* name : {"class", "x", "y"})
    if (*rc::gen::arbitrary<bool>()) attributes[name] = *word;
  const auto value = [&](const std::string& name) { return attributes.contains(name) ? attributes.at(name) : ""; };
  const auto is_met = [&](const std::string& name) {
    bool demanded = false, met = false;
    for (const std::string& text : settings.attributes) {
      demanded = demanded || text.starts_with(name);
      met = met || text == name + "=" + value(name);
    }
    return met || !demanded;
  };
  std::string expected = "grant";
  if (schemes && settings.schemes[0] != "staff")
    expected = "deny wrong_scheme";
  else if (must_be_verified && !verified)
    expected = "deny not_verified";
  else if (!settings.classes.empty() && std::ranges::find(settings.classes, value("class")) == settings.classes.end())
    expected = "deny wrong_class";
  else if (!is_met("x") || !is_met("y"))
    expected = "deny wrong_attribute";
  RC_ASSERT(decision(settings, attributes, verified) == expected);
}

TEST(Requires, SaysWhatIsWrongWithItsSettings) {
  EXPECT_FALSE(Requires::check({}));
  for (const Settings& one : std::vector<Settings>{{.schemes = {"staff"}},
                                                   {.verified = true},
                                                   {.classes = {"staff"}},
                                                   {.attributes = {"badge"}},
                                                   {.not_older_than = std::chrono::days(1)}})
    EXPECT_TRUE(Requires::check(one));
  for (const char* text : {"", "=ACME", "company=", "company = ACME", " company"}) {
    const auto refused = demands::parse({text});
    ASSERT_FALSE(refused) << text;
    EXPECT_THAT(refused.error().remedy, HasSubstr("NAME=VALUE"));
  }
  EXPECT_FALSE(demands::parse({"company=ACME", "company"}));
  EXPECT_FALSE(demands::parse({"company", "company=ACME"}));
  EXPECT_TRUE(demands::parse({"company", "company"}));
  EXPECT_FALSE(Requires::make({.verified = true, .time_zone = "Mars/Base"}, {"requires", "/"}));
}

}  // namespace

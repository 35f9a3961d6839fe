// Answers of an authority, and how long they are used.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "availability.hpp"
#include "cache.hpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"

namespace {

namespace world = gatepost::world;
using namespace std::chrono_literals;
using gatepost::BootTime;
using gatepost::Decision;
using gatepost::Duration;
using gatepost::Outcome;
using remote::Answer;
using remote::answer_of;
using remote::Cache;
using testing::HasSubstr;

std::string refusal(const std::string& body) {
  const auto answer = answer_of(body);
  return answer ? "taken" : answer.error().what;
}

TEST(RemoteAnswer, SaysWhatBecomesOfTheAttempt) {
  EXPECT_EQ(answer_of(R"({"outcome":"grant"})")->decision.outcome, Outcome::grant);
  EXPECT_EQ(answer_of(R"({"outcome":"grant"})")->decision.reason, "");
  EXPECT_EQ(answer_of(R"({"outcome":"deny"})")->decision.reason, "remote_denied");
  EXPECT_EQ(answer_of(R"({"outcome":"inform"})")->decision.reason, "remote_informed");
  const auto whole = answer_of(
      R"({"outcome":"deny","reason":"not paid","facts":{"name":"An","age":30,"old":false,"none":null},"for":"10min"})");
  const std::map<std::string, std::string> facts{
      {"name", "An"}, {"age", "30"}, {"old", "false"}, {"reason", "not paid"}};
  EXPECT_EQ(whole->decision.outcome, Outcome::deny);
  EXPECT_EQ(whole->decision.facts, facts);
  EXPECT_EQ(whole->good_for, Duration(10min));
  EXPECT_EQ(answer_of(R"({"outcome":"grant","for":90})")->good_for, Duration(90s));
  EXPECT_EQ(answer_of(R"({"outcome":"grant","for":9e15})")->good_for, Duration(24h * 366));
  EXPECT_EQ(answer_of(R"({"outcome":"grant","for":null,"reason":null,"facts":null,"more":[1]})")->good_for,
            std::nullopt);
}

TEST(RemoteAnswer, IsNoneWhereAnythingIsNotAsItMustBe) {
  EXPECT_EQ(refusal(R"({"outcome":"grant"})"), "taken");
  for (const char* body : {"", "<html>", "[]", "null", R"({"outcome":"grant"} x)", R"({"outcome":"grant")"})
    EXPECT_THAT(refusal(body), HasSubstr("no JSON object")) << body;
  for (const char* body : {"{}", R"({"outcome":"GRANT"})", R"({"outcome":true})", R"({"outcome":"granted"})"})
    EXPECT_THAT(refusal(body), HasSubstr("its outcome")) << body;
  for (const char* length : {"-1", "1.5", "\"\"", "\"5\"", "\"-5s\"", "\"5 min\"", "\"x\"", "[]", "true", "1e300"})
    EXPECT_THAT(refusal(R"({"outcome":"grant","for":)" + std::string(length) + "}"), HasSubstr("its for")) << length;
  EXPECT_THAT(refusal(R"({"outcome":"grant","facts":[]})"), HasSubstr("its facts"));
  EXPECT_THAT(refusal(R"({"outcome":"grant","facts":{"a":{}}})"), HasSubstr("one of its facts"));
  EXPECT_THAT(refusal(R"({"outcome":"grant","reason":5})"), HasSubstr("its reason"));
  EXPECT_THAT(refusal(R"({"outcome":"grant"})" + std::string(64 * 1024, ' ')), HasSubstr("longer than 64 KiB"));
  EXPECT_THAT(refusal(std::string(60'000, '[')), HasSubstr("no JSON object"));
}

TEST(RemoteAnswer, IsShownWithinBounds) {
  std::string facts;
  for (int i = 10; i < 60; ++i) facts += (facts.empty() ? "" : ",") + ("\"" + std::to_string(i)) + "\":\"x\"";
  EXPECT_EQ(answer_of(R"({"outcome":"grant","facts":{)" + facts + "}}")->decision.facts.size(), 16);
  const auto long_one = answer_of(R"({"outcome":"grant","facts":{"\u001b[2J)" + std::string(500, 'n') + R"(":")" +
                                  std::string(500, 'v') + R"("}})");
  const auto& [name, value] = *long_one->decision.facts.begin();
  EXPECT_LE(name.size(), 50);
  EXPECT_LE(value.size(), 130);
  EXPECT_EQ(name.find('\x1b'), name.npos);
}

RC_GTEST_PROP(RemoteAnswer, ALengthIsItsNumberOfUnitsButNoMoreThanAYear, ()) {
  using Unit = std::pair<std::string, Duration>;
  const auto [name, unit] =
      *rc::gen::element(Unit("ms", 1ms), Unit("s", 1s), Unit("min", 1min), Unit("h", 1h), Unit("d", 24h));
  const auto number = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const auto whole = static_cast<double>(number) * static_cast<double>(unit.count());
  const Duration year = 24h * 366;
  const auto expected = whole > static_cast<double>(year.count()) ? year : number * unit;
  RC_ASSERT(remote::length_of(std::to_string(number) + name) == expected);
}

/// All answers that were ever given, gone through each time.
struct PlainCache {
  Duration fresh_for, stale_for;
  std::size_t most;
  struct Said {
    std::string key;
    Answer answer;
    BootTime at;
  };
  std::vector<Said> said{};

  std::optional<Said> find(const std::string& key) const {
    std::vector<Said> kept;
    for (const Said& one : said) {
      std::erase_if(kept, [&](const Said& before) { return before.key == one.key; });
      if (one.answer.good_for == Duration(0) || (fresh_for == Duration(0) && stale_for == Duration(0))) continue;
      kept.push_back(one);
      if (kept.size() > most) kept.erase(kept.begin());
    }
    const auto found = std::ranges::find(kept, key, &Said::key);
    return found == kept.end() ? std::nullopt : std::optional(*found);
  }
  std::string fresh(const std::string& key, BootTime now) const {
    const auto one = find(key);
    if (!one) return "none";
    const auto length = std::min(fresh_for, one->answer.good_for.value_or(Duration::max()));
    return now < one->at + length ? one->answer.decision.reason : "none";
  }
  std::string stale(const std::string& key, BootTime now) const {
    const auto one = find(key);
    return one && now < one->at + stale_for ? one->answer.decision.reason : "none";
  }
};

RC_GTEST_PROP(RemoteCache, HasWhatGoingThroughAllAnswersFinds, ()) {
  const auto length = rc::gen::element<Duration>(0s, 1s, 5s, 20s);
  PlainCache plain{*length, *length, *rc::gen::inRange<std::size_t>(1, 4)};
  Cache cache(plain.fresh_for, plain.stale_for, plain.most);
  BootTime now{};
  const auto reason = [](const std::optional<Decision>& one) { return one ? one->reason : "none"; };
  const int steps = *rc::gen::inRange(0, 40);
  for (int step = 0; step < steps; ++step) {
    now += *rc::gen::element<Duration>(0s, 1s, 2s, 7s);
    const std::string key(1, static_cast<char>('a' + *rc::gen::inRange(0, 5)));
    Answer answer{{Outcome::grant, std::to_string(step)}, {}};
    if (*rc::gen::arbitrary<bool>()) answer.good_for = *length;
    cache.put(key, answer, now);
    plain.said.push_back({key, answer, now});
    for (const std::string asked : {"a", "b", "c", "d", "e"}) {
      RC_ASSERT(reason(cache.fresh(asked, now)) == plain.fresh(asked, now));
      RC_ASSERT(reason(cache.stale(asked, now)) == plain.stale(asked, now));
      RC_ASSERT(reason(cache.stale(asked, now + 5s)) == plain.stale(asked, now + 5s));
    }
    RC_ASSERT(cache.size() <= plain.most);
  }
}

TEST(RemoteCache, KeepsNothingThatItWouldNotUse) {
  Cache cache(0s, 0s, 5);
  cache.put("a", {{Outcome::grant}, 1h}, {});
  EXPECT_EQ(cache.size(), 0);
}

TEST(RemoteAvailability, WhoAskedBeforeItWasKnownToBeAwayFreesNoTrial) {
  const world::Scratch folder;
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  remote::Availability authority(host);
  auto early = authority.turn();
  authority.silent({"no answer", "there", "look"});
  host->pass(1s);
  const auto trial = authority.turn();
  EXPECT_TRUE(trial);
  early.reset();
  EXPECT_FALSE(authority.turn());
}

TEST(RemoteAvailability, WhileItIsAwayOneAtATimeTriesAndThenNobodyForAMoment) {
  const world::Scratch folder;
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  remote::Availability authority(host);
  const gatepost::Error away{"no answer", "there", "look"};
  {
    const auto one = authority.turn(), other = authority.turn();
    EXPECT_TRUE(one && other) << "while it is well, all ask";
    authority.silent(away);
    EXPECT_EQ(host->alarm("remote_away"), "no answer");
    EXPECT_FALSE(authority.turn());
    host->pass(1s);
    const auto trial = authority.turn();
    EXPECT_TRUE(trial);
    EXPECT_FALSE(authority.turn());
    authority.silent(away);
  }
  EXPECT_FALSE(authority.turn());
  host->pass(999ms);
  EXPECT_FALSE(authority.turn());
  host->pass(1ms);
  EXPECT_TRUE(authority.turn()) << "a trial that is over frees its place, whatever came of it";
  {
    const auto trial = authority.turn();
    ASSERT_TRUE(trial);
    authority.unusable(away);
    EXPECT_NE(host->alarm("remote_away"), "") << "it talks, and says nothing of use";
    EXPECT_TRUE(authority.turn() && authority.turn());
  }
  authority.answered();
  EXPECT_EQ(host->alarm("remote_away"), "");
}

}  // namespace

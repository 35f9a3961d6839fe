// With an authority on this machine, as good or as bad as a test wants.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <boost/json/parse.hpp>
#include <future>
#include <gatepost/support/text.hpp>

#include "remote.cpp"
#include "world/receiver.hpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
namespace json = boost::json;
using gatepost::Direction;
using testing::HasSubstr;
using world::Manner;
using world::Receiver;
using world::Reply;
using world::Visit;

constexpr const char* grant = R"({"outcome":"grant"})";
constexpr auto wall = gatepost::WallTime(1763944909123456789ns);

struct Asked : testing::Test {
  Settings settings() const {
    Settings settings;
    settings.url = authority.url("/gate?key=s3cr3t");
    settings.timeout = 5s;  // a busy machine
    return settings;
  }
  std::unique_ptr<Remote> make(Settings settings) const {
    EXPECT_TRUE(Remote::check(settings));
    auto made = Remote::make(std::move(settings), {"centre", "/", host});
    EXPECT_TRUE(made) << to_line(made.error());
    return std::move(*made);
  }
  void says(std::string body, unsigned status = 200, Manner manner = Manner::whole) {
    authority.answers([=](const world::Request&) { return Reply{.status = status, .manner = manner, .body = body}; });
  }
  static std::string decision(const Remote& policy, const std::string& subject = "E1") {
    return world::decision(policy, {.subject = subject, .wall = wall});
  }

  const world::Scratch folder;
  const std::shared_ptr<world::SiteHost> host = std::make_shared<world::SiteHost>(folder / "data");
  Receiver authority;
};

TEST_F(Asked, TellsWhatItMayAndNothingElse) {
  says(grant);
  auto own = settings();
  own.authorization = "Bearer t0ken";
  own.headers = {"X-Site: 4017"};
  own.attributes = {"plate", "absent"};
  const auto policy = make(own);
  Visit visit{.subject = "Ê1", .zone = "yard", .direction = Direction::out, .wall = wall, .lane = "gate"};
  visit.credential.verified = true;
  visit.credential.attributes = {{"plate", "51F-1"}, {"birthday", "1990-01-01"}};
  EXPECT_EQ(world::decision(*policy, visit), "grant");
  visit.clock_is_set = false;
  EXPECT_EQ(world::decision(*policy, visit), "grant");
  const auto asked = authority.requests();
  ASSERT_EQ(asked.size(), 2);
  EXPECT_EQ(asked[0].target, "/gate?key=s3cr3t");
  EXPECT_EQ(asked[0].header("Authorization"), "Bearer t0ken");
  EXPECT_EQ(asked[0].header("X-Site"), "4017");
  EXPECT_EQ(asked[0].header("Content-Type"), "application/json");
  EXPECT_EQ(json::parse(asked[0].body), json::parse(R"({"lane":"gate","direction":"out","zone":"yard","scheme":"staff",
      "subject":"Ê1","verified":true,"attributes":{"plate":"51F-1"},"time":"2025-11-24T00:41:49.123456789Z"})"));
  EXPECT_TRUE(json::parse(asked[1].body).at("time").is_null()) << "nobody knows the time";
  EXPECT_EQ(authority.connections(), 1) << "a connection is used again";
}

TEST_F(Asked, TellsTheSubjectAsRecordsHaveItUnlessToldOtherwise) {
  struct Hashing : gatepost::detail::IdleHost {
    std::string pseudonym(std::string_view) const override { return "5f2c"; }
  };
  says(grant);
  auto own = settings();
  for (const auto how : {Subject::recorded, Subject::clear}) {
    own.subject = how;
    own.cache_for = 1h;
    const auto policy = Remote::make(own, {"centre", "/", std::make_shared<Hashing>()});
    ASSERT_TRUE(policy);
    EXPECT_EQ(decision(**policy, "E1"), "grant");
    EXPECT_EQ(decision(**policy, "E2"), "grant");
  }
  const auto asked = authority.requests();
  ASSERT_EQ(asked.size(), 4) << "one answer is not used for another person, though he is told by the same word";
  const std::array told{"5f2c", "5f2c", "E1", "E2"};
  for (std::size_t i = 0; i < told.size(); ++i) EXPECT_EQ(json::parse(asked[i].body).at("subject"), told.at(i));
}

TEST_F(Asked, SaysBeforehandWhatHappensWithoutTheNetwork) {
  Settings settings = this->settings();
  EXPECT_THAT(make(settings)->needs_network(), testing::EndsWith("; while that is away it denies"));
  settings.when_away = WhenAway::grant;
  EXPECT_THAT(make(settings)->needs_network(), testing::EndsWith("it lets everybody pass"));
  settings.when_away = WhenAway::cached;
  settings.cached_for = 2h;
  EXPECT_THAT(make(settings)->needs_network(), testing::EndsWith("no older than 120 min, and else denies"));
}

TEST_F(Asked, TellsUtf8WhateverTheCredentialHas) {
  says(grant);
  EXPECT_EQ(decision(*make(settings()), "a\xFF\x1b"), "grant");
  EXPECT_TRUE(gatepost::support::valid_utf8(authority.requests().at(0).body));
}

TEST_F(Asked, WhatIsNoAnswerIsTheAuthorityAwayForThisAttemptAlone) {
  const auto policy = make(settings());
  const auto tried = [&](const std::string& body, unsigned status, Manner manner = Manner::whole) {
    says(body, status, manner);
    EXPECT_EQ(decision(*policy), "deny remote_away") << status << body.substr(0, 99);
    EXPECT_NE(host->alarm("remote_away"), "");
    EXPECT_EQ(host->alarm("remote_away").find("s3cr3t"), std::string::npos);
    says(grant);
    EXPECT_EQ(decision(*policy), "grant") << "the next one is asked for at once";
    EXPECT_EQ(host->alarm("remote_away"), "");
  };
  tried("garbage", 200);
  tried(R"({"outcome":"perhaps"})", 200);
  for (const unsigned status : {204U, 302U, 401U, 404U, 500U, 503U}) tried(status == 204 ? "" : grant, status);
  tried(std::string(grant) + std::string(1 << 20, ' '), 200);
  tried(grant, 200, Manner::endless);
}

TEST_F(Asked, NeverWaitsLongerThanItsTimeout) {
  auto own = settings();
  own.timeout = 200ms;
  for (const Manner manner : {Manner::silent, Manner::drip, Manner::half, Manner::reset}) {
    says(std::string(400, ' ') + grant, 200, manner);
    const auto policy = make(own);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(decision(*policy), "deny remote_away");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_NE(host->alarm("remote_away"), "");
  }
}

TEST_F(Asked, WhoeverComesWhileItIsAwayIsAnsweredAtOnce) {
  says(grant);
  const auto policy = make(settings());
  EXPECT_EQ(decision(*policy), "grant");
  authority.goes_down();
  EXPECT_EQ(decision(*policy), "deny remote_away");
  authority.comes_back();
  EXPECT_EQ(decision(*policy), "deny remote_away") << "in the moment after a trial nobody tries";
  EXPECT_EQ(authority.requests().size(), 1);
  host->pass(1s);
  EXPECT_EQ(decision(*policy), "grant");
  EXPECT_EQ(host->alarm("remote_away"), "");
}

TEST_F(Asked, OneLaneTriesWhileTheOthersAreAnswered) {
  says(grant, 200, Manner::silent);
  auto own = settings();
  own.timeout = 1s;
  const auto policy = make(own);
  EXPECT_EQ(decision(*policy), "deny remote_away");
  host->pass(1s);
  std::vector<std::future<std::string>> lanes;
  for (int lane = 0; lane < 6; ++lane)
    lanes.push_back(std::async(std::launch::async, [&] { return decision(*policy); }));
  for (auto& lane : lanes) EXPECT_EQ(lane.get(), "deny remote_away");
  EXPECT_EQ(authority.requests().size(), 2);
}

TEST_F(Asked, LanesAskBesideOneAnother) {
  std::mutex mutex;
  std::condition_variable all_here;
  int here = 0;
  authority.answers([&](const world::Request& request) {
    std::unique_lock lock(mutex);
    ++here;
    all_here.notify_all();
    all_here.wait_for(lock, 4s, [&] { return here >= 4; });
    const std::string subject(json::parse(request.body).at("subject").as_string());
    return Reply{.body = R"({"outcome":"grant","facts":{"who":")" + subject + "\"}}"};
  });
  const auto policy = make(settings());
  std::vector<std::future<std::string>> lanes;
  for (int lane = 0; lane < 4; ++lane)
    lanes.push_back(std::async(std::launch::async, [&, lane] {
      return world::attempt({.subject = "E" + std::to_string(lane), .wall = wall}, [&](const Attempt& attempt) {
        const auto decided = policy->decide(attempt);
        return decided && decided->facts.contains("who") ? decided->facts.at("who") : std::string("nobody");
      });
    }));
  for (int lane = 0; lane < 4; ++lane)
    EXPECT_EQ(lanes.at(static_cast<std::size_t>(lane)).get(), "E" + std::to_string(lane));
}

TEST_F(Asked, DoesWhatTheSiteSaysWhileItIsAway) {
  auto own = settings();
  own.when_away = WhenAway::grant;
  const auto granting = make(own);
  own.when_away = WhenAway::cached;
  own.cached_for = 1h;
  const auto remembering = make(own);
  authority.answers([](const world::Request& request) {
    const bool is_known = request.body.find("E1") != request.body.npos;
    return Reply{.body = is_known ? grant : R"({"outcome":"deny"})"};
  });
  EXPECT_EQ(decision(*remembering, "E1"), "grant");
  EXPECT_EQ(decision(*remembering, "E2"), "deny remote_denied");
  authority.goes_down();
  EXPECT_EQ(decision(*granting, "E2"), "grant remote_unasked");
  EXPECT_EQ(decision(*remembering, "E1"), "grant remote_unasked");
  EXPECT_EQ(decision(*remembering, "E2"), "deny remote_denied");
  EXPECT_EQ(decision(*remembering, "E3"), "deny remote_away");
  host->pass(1h);
  EXPECT_EQ(decision(*remembering, "E1"), "deny remote_away");
}

TEST_F(Asked, UsesAnAnswerAgainForThatAttemptAlone) {
  says(grant);
  auto own = settings();
  own.cache_for = 1min;
  const auto policy = make(own);
  Visit visit{.wall = wall};
  const auto asks = [&] {
    const auto before = authority.requests().size();
    EXPECT_EQ(world::decision(*policy, visit), "grant");
    return authority.requests().size() > before;
  };
  EXPECT_TRUE(asks());
  visit.wall += 5s;
  EXPECT_FALSE(asks());
  visit.direction = Direction::out;
  EXPECT_TRUE(asks());
  visit.zone = "yard";
  EXPECT_TRUE(asks());
  visit.credential.verified = true;
  EXPECT_TRUE(asks());
  EXPECT_FALSE(asks());
  host->pass(1min);
  EXPECT_TRUE(asks());
}

TEST_F(Asked, KnowsTheAuthorityByItsCertificate) {
  const auto certificate = world::self_made_certificate(folder / "certificate.pem");
  if (certificate.empty()) GTEST_SKIP() << "openssl is not installed";
  Receiver secure(certificate);
  secure.answers([](const world::Request&) { return Reply{.body = grant}; });
  auto own = settings();
  own.url = secure.url("/gate");
  EXPECT_EQ(decision(*make(own)), "deny remote_away");
  own.ca = certificate;
  EXPECT_EQ(decision(*make(own)), "grant");
}

TEST(Remote, RefusesSettingsThatMakeNoSense) {
  const auto said = [](const Settings& settings) {
    if (auto checked = Remote::check(settings); !checked) return checked.error().where;
    const auto made = Remote::make(settings, {"centre", "/"});
    return made ? std::string("taken") : made.error().where;
  };
  const std::string url = "https://gates.example/ask";
  EXPECT_EQ(said({.url = url}), "taken");
  EXPECT_EQ(said({.url = "gates"}), "url");
  EXPECT_EQ(said({.url = "ftp://gates.example/"}), "url");
  EXPECT_EQ(said({.url = url, .authorization = "a\r\nX: y"}), "authorization");
  for (const char* header : {"X", ": y", "X y: z", "X: y\nZ: a"})
    EXPECT_EQ(said({.url = url, .headers = {header}}), "headers") << header;
  EXPECT_EQ(said({.url = url, .headers = std::vector<std::string>(17, "X: y")}), "headers");
  EXPECT_EQ(said({.url = url, .client_key = "key.pem"}), "client_certificate, client_key");
  EXPECT_EQ(said({.url = url, .proxy = std::string(2049, 'x')}), "proxy");
  EXPECT_EQ(said({.url = url, .when_away = WhenAway::cached}), "cached_for");
  EXPECT_EQ(said({.url = url, .cache_for = 5s, .when_away = WhenAway::cached, .cached_for = 5s}), "cached_for");
  EXPECT_EQ(said({.url = url, .cache_for = 5s, .when_away = WhenAway::cached, .cached_for = 6s}), "taken");
  EXPECT_EQ(said({.url = url, .cached_for = 6s}), "cached_for, when_away");
}

}  // namespace

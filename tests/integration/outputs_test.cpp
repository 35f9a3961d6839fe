// What outputs do to a site when they hang, throw, crawl, refuse, or are gone for a week: nothing, and nothing is lost.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <iostream>

#include "api/client.hpp"
#include "integration/output_site.hpp"
#include "journal/reader.hpp"
#include "world/backlog.hpp"
#include "world/receiver.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Much less than the slow output takes for one Record, and nothing to an output that never answers.
constexpr auto bound = 700ms;

struct FaultyOutputs : testing::TestWithParam<const char*> {};

TEST_P(FaultyOutputs, delay_no_lane) {
  const std::string fault = GetParam();
  OutputSite site("{ store: { plugin: local_store, file: store.db }, bad: { plugin: faulty, fault: " + fault +
                  ", file: fifo } }");
  ASSERT_EQ(::mkfifo((site.disk() / "fifo").c_str(), 0600), 0);
  site.run();
  std::chrono::microseconds longest{};
  for (int i = 0; i < 25; ++i) {
    const auto took = site.scan();
    ASSERT_TRUE(took) << "scan " << i << " moved nothing: " << site.engine().output();
    longest = std::max(longest, *took);
  }
  EXPECT_LT(longest, bound);
  const auto counted = [&] { return site.say("counts").text; };
  for (const auto end = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < end;)
    if (counted().find(" 25 /") != std::string::npos) break;
  EXPECT_THAT(counted(), HasSubstr(" 25 /")) << "the good output got them all";
  const bool deaf = fault == "fifo";
  EXPECT_EQ(site.stop(), deaf ? 1 : 0) << site.engine().output();
  const auto said = deaf ? HasSubstr("output bad does not stop within 3 s") : HasSubstr("every gate is at rest");
  EXPECT_THAT(site.engine().output(), said);
  EXPECT_THAT(site.engine().output(), Not(HasSubstr("output store does not stop")));
}

INSTANTIATE_TEST_SUITE_P(Outputs, FaultyOutputs, testing::Values("wait", "fifo", "spin", "raise", "slow", "refuse"),
                         [](const auto& fault) { return std::string(fault.param); });

TEST(Letters, are_listed_sent_again_and_dropped_by_the_command) {
  OutputSite site("{ centre: { plugin: faulty, fault: refuse, file: refuse } }");
  site.disk().write("refuse", "");
  world::append_backlog(site.journal(), 4);
  EXPECT_THAT(site.say("dead-letters").text, HasSubstr("There are no dead letters."));
  EXPECT_EQ(site.say("letters").text, site.say("dead-letters").text) << "the command's name of the version before";
  site.run();
  const auto listed = [&](const std::vector<std::string>& options = {}) {
    return site.say("dead-letters", options).text;
  };
  for (const auto end = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < end;)
    if (listed().find("     4  refused") != std::string::npos) break;
  EXPECT_THAT(listed(), AllOf(HasSubstr("centre       2  refused "), HasSubstr("even numbers are bad; ask its owner"),
                              HasSubstr("centre       4  refused "), Not(HasSubstr("centre       3"))));
  EXPECT_EQ(site.stop(), 0) << site.engine().output();
  EXPECT_THAT(listed({"--output", "store"}), HasSubstr("There are no dead letters there."));

  EXPECT_THAT(listed({"--drop", "4"}), HasSubstr("1 letter dropped."));
  const auto again = site.say("dead-letters", {"--drop", "4"});
  EXPECT_EQ(again.exit, 1);
  EXPECT_THAT(again.text, HasSubstr("there is no such dead letter"));
  EXPECT_THAT(listed({"2", "--resend"}), HasSubstr("1 letter will be sent again."));
  EXPECT_THAT(listed(), HasSubstr("centre       2  refused "));
  const auto first = boost::json::parse(listed({"--json", "2"}));
  EXPECT_EQ(first.at("output"), "centre");
  EXPECT_EQ(first.at("resend"), true);
  EXPECT_EQ(first.at("record").at("sequence"), 2);

  std::filesystem::remove(site.disk() / "refuse");
  site.run();
  for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;)
    if (listed().find("centre       2") == std::string::npos) break;
  EXPECT_THAT(listed(), Not(HasSubstr("centre       2")));
}

TEST(Letters, are_sent_again_at_once_by_an_engine_that_runs) {
  OutputSite site("{ centre: { plugin: faulty, fault: refuse, file: refuse } }");
  site.disk().write("refuse", "");
  world::append_backlog(site.journal(), 2);
  site.run();
  const auto listed = [&](const std::vector<std::string>& options = {}) {
    return site.say("dead-letters", options).text;
  };
  for (const auto end = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < end;)
    if (listed().find("     2  refused") != std::string::npos) break;
  std::filesystem::remove(site.disk() / "refuse");
  EXPECT_EQ(listed({"--resend", "2", "--output", "centre"}), "1 letter will be sent again.\n");
  for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;)
    if (listed().find("     2  refused") == std::string::npos) break;
  EXPECT_THAT(listed(), Not(HasSubstr("     2  refused")));
  EXPECT_EQ(site.say("dead-letters", {"--drop", "2"}).exit, 1) << "it is there no more";
  EXPECT_EQ(site.stop(), 0) << site.engine().output();
}

// What could come to mean more than was meant is refused.
TEST(Letters, that_are_asked_for_over_the_socket_are_asked_for_well) {
  OutputSite site("{ centre: { plugin: faulty } }");
  site.run();
  auto client = api::Client::connect(site.journal()).value();
  for (const char* bad :
       {R"({"do":"letters"})", R"({"do":"drop_dead_letters","sequences":[]})",
        R"({"do":"drop_dead_letters","sequences":[0]})", R"({"do":"drop_dead_letters","sequences":["all"]})",
        R"({"do":"drop_dead_letters","output":1})", R"({"do":"dead_letters","limit":0})"})
    EXPECT_FALSE(client.ask(boost::json::parse(bad).as_object())) << bad;
  EXPECT_TRUE(client.ask(boost::json::parse(R"({"do":"drop_dead_letters"})").as_object()));
}

TEST(Letters, say_what_is_wrong_with_a_wish) {
  OutputSite site("{ centre: { plugin: faulty } }");
  for (const auto& options : std::vector<std::vector<std::string>>{
           {"--resend"}, {"--drop"}, {"--resend", "--drop", "1"}, {"--drop", "--all", "1"}, {"--drop", "0"}, {"x"}})
    EXPECT_EQ(site.say("dead-letters", options).exit, 2) << testing::PrintToString(options);
  EXPECT_EQ(site.say("dead-letters").exit, 1) << "there is no journal yet";
}

/// What a receiver must do to have each Record once: keep what it has not got yet.
class Kept {
 public:
  world::Reply take(const world::Request& request) {
    const auto message = boost::json::parse(request.body);
    const std::scoped_lock lock(mutex_);
    for (const auto& record : message.at("records").as_array()) {
      const auto sequence = record.at("sequence").to_number<std::uint64_t>();
      if (sequence <= last_)
        ++twice_;
      else if (sequence == last_ + 1)
        last_ = sequence;
      else
        in_order_ = false;
    }
    return {};
  }
  std::uint64_t last() const { return last_; }
  std::uint64_t twice() const { return twice_; }
  bool in_order() const { return in_order_; }
  bool reaches(std::uint64_t sequence, std::chrono::milliseconds patience) const {
    for (const auto end = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < end;) {
      if (last_ >= sequence) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }

 private:
  std::mutex mutex_;
  std::atomic<std::uint64_t> last_ = 0, twice_ = 0;
  std::atomic<bool> in_order_ = true;
};

std::string webhook_to(const world::Receiver& receiver) {
  return "{ centre: { plugin: webhook, url: '" + receiver.url("/records") + "', key: !file key } }";
}

TEST(Outage, a_server_that_is_back_gets_its_records_within_seconds_and_in_order) {
  world::Receiver receiver;
  Kept kept;
  receiver.answers([&](const world::Request& request) { return kept.take(request); });
  receiver.goes_down();
  OutputSite site(webhook_to(receiver));
  site.run();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(site.scan());
  std::this_thread::sleep_for(4s);  // long enough for the waits to have grown
  ASSERT_EQ(kept.last(), 0U);
  const auto last = journal::Reader::open(site.journal()).value().last().value();
  const auto back = std::chrono::steady_clock::now();
  receiver.comes_back();
  EXPECT_TRUE(kept.reaches(last, 5s));
  std::cout << "back for "
            << std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - back).count()
            << " ms when the backlog was there\n";
  EXPECT_TRUE(kept.in_order());
  EXPECT_EQ(kept.twice(), 0U);
  EXPECT_EQ(site.stop(), 0) << site.engine().output();
}

// Whoever looks sees that it is not stuck, and until when.
TEST(Outage, a_receiver_that_asks_for_time_is_told_of_with_its_time) {
  world::Receiver receiver;
  receiver.answers([](const world::Request&) { return world::Reply{.status = 503, .headers = {"Retry-After: 600"}}; });
  OutputSite site(webhook_to(receiver));
  site.run();
  ASSERT_TRUE(receiver.waits_for_requests(1));
  ASSERT_TRUE(world::soon([&] {
    return site.say("status").text.find("answered 503; ask the receiver's owner; it asked to be tried again at 20") !=
           std::string::npos;
  })) << site.say("status").text;
  const auto status = boost::json::parse(site.say("status", {"--json"}).text);
  const std::string until(status.at("outputs").at(0).at("put_off_until").as_string());
  const auto left = support::parse_rfc3339(until).value() - SystemClock().wall();
  EXPECT_GT(left, 500s);
  EXPECT_LE(left, 600s);
  EXPECT_EQ(receiver.requests().size(), 1U) << "and it is left alone";
}

TEST(Outage, a_lost_answer_and_a_killed_engine_lose_nothing) {
  world::Receiver receiver;
  Kept kept;
  std::atomic<int> messages = 0;
  receiver.answers([&](const world::Request& request) {
    const int number = ++messages;
    if (number % 7 == 3) return world::Reply{.status = 503};
    auto reply = kept.take(request);
    if (number % 5 == 4) reply.manner = world::Manner::reset;  // it was taken, and nobody heard of it
    return reply;
  });
  OutputSite site(webhook_to(receiver));
  world::append_backlog(site.journal(), 20'000);
  for (int i = 0; i < 3; ++i) {
    site.run();
    ASSERT_TRUE(kept.reaches(std::min<std::uint64_t>(kept.last() + 3000, 20'000), 20s));
    ASSERT_TRUE(site.scan());
    site.kill();
  }
  site.run();
  const auto last = journal::Reader::open(site.journal()).value().last().value();
  EXPECT_TRUE(kept.reaches(last, 30s)) << kept.last() << " of " << last;
  EXPECT_TRUE(kept.in_order());
  EXPECT_GT(kept.twice(), 0U) << "else the test has shown nothing";
  EXPECT_EQ(site.stop(), 0) << site.engine().output();
  EXPECT_EQ(site.say("verify").exit, 0);
}

std::uint64_t week() {
  const char* wanted = std::getenv("GATEPOST_BACKLOG");
  return wanted == nullptr ? 100'000 : std::strtoull(wanted, nullptr, 10);
}

TEST(Outage, a_backlog_of_a_week_comes_in_order_once_with_flat_memory_while_the_lane_works) {
  world::Receiver receiver;
  receiver.forgets();
  Kept kept;
  receiver.answers([&](const world::Request& request) { return kept.take(request); });
  receiver.goes_down();
  OutputSite site(webhook_to(receiver));
  world::append_backlog(site.journal(), week());
  site.run();
  ASSERT_TRUE(site.scan());
  const long before = site.memory("VmRSS");
  receiver.comes_back();
  const auto begun = std::chrono::steady_clock::now();
  long peak = before;
  std::chrono::microseconds longest{};
  int scans = 0;
  while (kept.last() < week() && std::chrono::steady_clock::now() - begun < 10min) {
    const auto took = site.scan();
    ASSERT_TRUE(took) << site.engine().output();
    longest = std::max(longest, *took);
    peak = std::max(peak, site.memory("VmRSS"));
    if (++scans % 20 == 0) std::cout << kept.last() << " Records there, " << site.memory("VmRSS") << " KiB resident\n";
  }
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const auto last = journal::Reader::open(site.journal()).value().last().value();
  EXPECT_TRUE(kept.reaches(last, 10s)) << kept.last() << " of " << last;
  EXPECT_TRUE(kept.in_order());
  EXPECT_EQ(kept.twice(), 0U);
  EXPECT_LT(longest, bound);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep what was given back
  EXPECT_LT(peak, before + 8 * 1024) << "KiB: a batch and its text, not the backlog";
#endif
  std::cout << week() << " Records in " << took << " s, " << scans << " scans meanwhile, the longest "
            << longest.count() << " us; resident " << before << " KiB before, " << peak << " at most\n";
  EXPECT_EQ(site.stop(), 0) << site.engine().output();
}

}  // namespace
}  // namespace gatepost

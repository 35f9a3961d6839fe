// Records by filter and cursor, of a journal that somebody writes.
#include "api/records.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/client.hpp"
#include "api/followers.hpp"
#include "api/server.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"

namespace gatepost::api {
namespace {

using namespace std::chrono_literals;

class Records : public testing::Test {
 protected:
  void write(int count, const std::string& lane = "main") {
    for (int i = 0; i < count; ++i) {
      Record record = world::attempt("E" + std::to_string(i));
      record.lane = lane;
      ASSERT_TRUE(journal_->commit(std::move(record)));
    }
  }
  boost::json::object ask(const std::string& request) {
    const auto answer = answer_records(disk_ / "journal.db", boost::json::parse(request).as_object(), journal_->last());
    EXPECT_TRUE(answer) << to_line(answer.error());
    return answer ? *answer : boost::json::object();
  }
  static std::vector<std::int64_t> sequences(const boost::json::object& answer) {
    std::vector<std::int64_t> all;
    for (const auto& record : answer.at("records").as_array())
      all.push_back(record.at("sequence").to_number<std::int64_t>());
    return all;
  }

  world::Scratch disk_;
  std::unique_ptr<journal::Journal> journal_ = world::open_journal({.file = disk_ / "journal.db"});
};

TEST_F(Records, ComePageByPageWithoutAGap) {
  write(7);
  std::vector<std::int64_t> all;
  boost::json::object answer = ask(R"({"limit":3})");
  for (int page = 0; page < 5; ++page) {
    for (const auto sequence : sequences(answer)) all.push_back(sequence);
    if (!answer.at("more").as_bool()) break;
    answer = ask(R"({"limit":3,"after":)" + boost::json::serialize(answer.at("next")) + "}");
  }
  EXPECT_THAT(all, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST_F(Records, OfALaneAndTheNewest) {
  write(3);
  write(2, "exit");
  write(3);
  EXPECT_THAT(sequences(ask(R"({"lane":"exit"})")), testing::ElementsAre(4, 5));
  EXPECT_THAT(sequences(ask(R"({"lane":"main","newest":true,"limit":4})")), testing::ElementsAre(3, 6, 7, 8));
  EXPECT_THAT(sequences(ask(R"({"kind":"alarm"})")), testing::IsEmpty());
}

TEST_F(Records, AfterACursorOfAnotherEpochBeginAnew) {
  write(2);
  EXPECT_THAT(sequences(ask(R"({"after":{"epoch":1,"sequence":2}})")), testing::ElementsAre(1, 2));
}

TEST_F(Records, AskedForByWhatIsNoQueryAreRefused) {
  for (const char* request : {R"({"lane":7})", R"({"kind":"people"})", R"({"limit":0})", R"({"limit":513})",
                              R"({"after":5})", R"({"after":{"epoch":1}})", R"({"newest":"yes"})"})
    EXPECT_FALSE(answer_records(disk_ / "journal.db", boost::json::parse(request).as_object())) << request;
}

TEST_F(Records, AreToldToThoseWhoFollowAsTheyCome) {
  write(2);
  Followers followers(disk_ / "journal.db", [&] { return journal_->last(); });
  Verbs verbs;
  verbs.stream("follow",
               [&](const boost::json::object& request, Reply reply) { followers.add(request, std::move(reply)); });
  auto server = Server::start(disk_ / "socket", std::move(verbs));
  ASSERT_TRUE(server) << to_line(server.error());
  auto now = Client::connect_to(disk_ / "socket"), before = Client::connect_to(disk_ / "socket");
  ASSERT_TRUE(now && before);
  const auto next = [](Client& client) {
    const auto line = client.next(5s);
    EXPECT_TRUE(line && *line);
    return line && *line ? (**line).at("record").at("sequence").to_number<int>() : 0;
  };
  ASSERT_TRUE(before->send({{"do", "follow"}, {"after", {{"epoch", journal_->epoch()}, {"sequence", 1}}}}));
  EXPECT_EQ(next(*before), 2) << "what it has missed";
  ASSERT_TRUE(now->send({{"do", "follow"}}));
  write(1);
  followers.news();
  EXPECT_EQ(next(*before), 3);
  write(1, "exit");
  followers.news();
  EXPECT_EQ(next(*before), 4);
  const int first = next(*now);
  EXPECT_GE(first, 3) << "from now on";
  followers.stop();
}

}  // namespace
}  // namespace gatepost::api

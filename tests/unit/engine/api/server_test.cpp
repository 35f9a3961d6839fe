// The control socket, with real sockets.
#include "api/server.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <gatepost/support/unix_socket.hpp>

#include "api/client.hpp"
#include "api/request.hpp"
#include "world/scratch.hpp"

namespace gatepost::api {
namespace {

using namespace std::chrono_literals;
using boost::json::object;
using testing::HasSubstr;

Verbs echo() {
  Verbs verbs;
  verbs.answer("echo", [](const object& request) -> Result<object> { return object{{"said", request.at("say")}}; });
  verbs.answer("fail", [](const object&) -> Result<object> { return Error{"it broke", "there", "mend it"}; });
  return verbs;
}

class ControlServer : public testing::Test {
 protected:
  std::unique_ptr<Server> serve(Verbs verbs = echo()) {
    auto server = Server::start(socket_of(journal_), std::move(verbs));
    EXPECT_TRUE(server) << to_line(server.error());
    return server ? std::move(*server) : nullptr;
  }
  Client client() {
    auto client = Client::connect(journal_);
    EXPECT_TRUE(client) << to_line(client.error());
    return std::move(*client);
  }

  world::Scratch disk_;
  std::filesystem::path journal_ = disk_ / "journal.db";
};

TEST_F(ControlServer, AnswersOneRequestAfterTheOther) {
  const auto server = serve();
  Client client = this->client();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask({{"do", "echo"}, {"say", i}});
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(answer->at("said"), i);
  }
}

TEST_F(ControlServer, HandsAVerbsErrorOnWhole) {
  const auto server = serve();
  const auto answer = client().ask({{"do", "fail"}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), (Error{"it broke", "there", "mend it"}));
}

TEST_F(ControlServer, NamesTheVerbsItKnowsToWhoAsksForAnother) {
  const auto server = serve();
  Client client = this->client();
  const auto answer = client.ask({{"do", "dance"}});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().remedy, HasSubstr("echo, fail"));
  EXPECT_TRUE(client.ask({{"do", "echo"}, {"say", 1}})) << "the connection goes on";
}

TEST_F(ControlServer, SurvivesAVerbThatThrows) {
  const auto server = serve();
  Client client = this->client();
  EXPECT_FALSE(client.ask({{"do", "echo"}}));  // at("say") throws
  EXPECT_TRUE(client.ask({{"do", "echo"}, {"say", 1}}));
}

TEST_F(ControlServer, OnlyItsOwnerMayOpenTheSocket) {
  const auto server = serve();
  struct stat there {};
  ASSERT_EQ(::stat(socket_of(journal_).c_str(), &there), 0);
  EXPECT_TRUE(S_ISSOCK(there.st_mode));
  EXPECT_EQ(there.st_mode & 0777U, 0600U);
}

// Root may open any file; what the kernel says of the peer is the second lock.
TEST_F(ControlServer, AnotherUserIsTurnedAway) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const auto server = serve();
  std::filesystem::permissions(disk_.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(socket_of(journal_), std::filesystem::perms(0666));
  std::string said;
  std::jthread([&] {
    constexpr uid_t nobody = 65534;
    constexpr auto same = static_cast<uid_t>(-1);
    if (::syscall(SYS_setresuid, same, nobody, same) != 0) return;  // of this thread alone, unlike seteuid
    auto client = Client::connect(journal_);
    const auto answer = client ? client->ask({{"do", "echo"}, {"say", 1}}) : Result<object>(client.error());
    said = answer ? "let in" : answer.error().what;
  }).join();
  EXPECT_EQ(said, "this engine belongs to another user");
}

TEST_F(ControlServer, ReplacesWhatADeadEngineLeft) {
  ASSERT_TRUE(support::listen_at(socket_of(journal_)));  // and nobody keeps it open
  ASSERT_TRUE(std::filesystem::exists(socket_of(journal_)));
  const auto before = Client::connect(journal_);
  ASSERT_FALSE(before);
  EXPECT_EQ(before.error().what, "the site is not running");
  const auto server = serve();
  EXPECT_TRUE(client().ask({{"do", "echo"}, {"say", 1}}));
}

TEST_F(ControlServer, LeavesALiveOneAndAFileThatIsNoSocketAlone) {
  {
    const auto server = serve();
    const auto second = Server::start(socket_of(journal_), echo());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().what, "another engine listens there");
    EXPECT_TRUE(client().ask({{"do", "echo"}, {"say", 1}})) << "the first goes on";
  }
  EXPECT_FALSE(std::filesystem::exists(socket_of(journal_))) << "removed at the end";
  disk_.write("journal.db.control", "somebody's notes");
  EXPECT_FALSE(Server::start(socket_of(journal_), echo()));
  EXPECT_EQ(std::filesystem::file_size(socket_of(journal_)), 16U);
}

TEST_F(ControlServer, StandsAtPathsLongerThanAnAddress) {
  std::filesystem::path folder = disk_.path();
  for (int i = 0; i < 4; ++i) folder /= std::string(120, 'f');
  std::filesystem::create_directories(folder);
  journal_ = folder / (std::string(200, 'j') + ".db");
  const auto server = serve();
  EXPECT_TRUE(client().ask({{"do", "echo"}, {"say", 1}}));
}

TEST_F(ControlServer, RefusesALineWithoutEndAndHangsUp) {
  const auto server = serve();
  Client client = this->client();
  ASSERT_TRUE(client.send({{"do", "echo"}, {"say", std::string(longest_request + 10, 'x')}}));
  const auto answer = client.next(5s);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().what, HasSubstr("64 KiB"));
  const auto after = client.next(5s);
  EXPECT_TRUE(after && !*after);
}

TEST_F(ControlServer, TakesSixteenClientsAndTellsTheNextWhy) {
  const auto server = serve();
  std::vector<Client> clients;
  for (std::size_t i = 0; i < Server::most_clients; ++i) {
    clients.push_back(client());
    ASSERT_TRUE(clients.back().ask({{"do", "echo"}, {"say", 1}}));
  }
  const auto answer = client().ask({{"do", "echo"}, {"say", 1}});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().what, HasSubstr("16 clients"));
  clients.pop_back();
  const auto room = [&] { return client().ask({{"do", "echo"}, {"say", 1}}).has_value(); };
  bool found = false;
  for (const auto end = std::chrono::steady_clock::now() + 5s; !found && std::chrono::steady_clock::now() < end;)
    found = room();
  EXPECT_TRUE(found) << "one that leaves makes room";
}

/// A verb that hands its Replies to the test.
struct Streams {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<Reply> replies;

  Verbs verbs() {
    Verbs verbs = echo();
    verbs.stream("watch", [this](const object&, Reply reply) {
      const std::scoped_lock lock(mutex);
      replies.push_back(std::move(reply));
      came.notify_all();
    });
    return verbs;
  }
  Reply next() {
    std::unique_lock lock(mutex);
    if (!came.wait_for(lock, 5s, [&] { return !replies.empty(); })) std::abort();
    Reply reply = replies.back();
    replies.pop_back();
    return reply;
  }
};

bool closes(const Reply& reply) {
  for (const auto end = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < end;) {
    if (!reply.is_open()) return true;
    std::this_thread::sleep_for(1ms);  // a Reply is asked, it does not tell
  }
  return false;
}

TEST_F(ControlServer, StreamsLinesFromAnotherThreadTillItEnds) {
  Streams streams;
  const auto server = serve(streams.verbs());
  Client client = this->client();
  ASSERT_TRUE(client.send({{"do", "watch"}}));
  const Reply reply = streams.next();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(reply.line({{"n", i}}));
  EXPECT_TRUE(reply.end(object{{"n", "last"}}));
  EXPECT_FALSE(reply.line({{"n", "too late"}}));
  for (int i = 0; i < 100; ++i) {
    const auto line = client.next(5s);
    ASSERT_TRUE(line && *line);
    EXPECT_EQ((*line)->at("n"), i);
  }
  EXPECT_EQ((**client.next(5s)).at("n"), "last");
  EXPECT_TRUE(client.ask({{"do", "echo"}, {"say", 1}})) << "the connection is free again";
}

TEST_F(ControlServer, AStreamLearnsThatItsClientHasGone) {
  Streams streams;
  const auto server = serve(streams.verbs());
  auto client = std::make_unique<Client>(this->client());
  ASSERT_TRUE(client->send({{"do", "watch"}}));
  const Reply reply = streams.next();
  EXPECT_TRUE(reply.is_open());
  client.reset();
  EXPECT_TRUE(closes(reply));
}

TEST_F(ControlServer, LeavesAClientThatDoesNotRead) {
  Streams streams;
  const auto server = serve(streams.verbs());
  Client client = this->client();
  ASSERT_TRUE(client.send({{"do", "watch"}}));
  const Reply reply = streams.next();
  const std::string much(16 * 1024, 'x');
  for (int i = 0; i < 300 && reply.line({{"much", much}}); ++i) {
  }
  EXPECT_TRUE(closes(reply));
}

TEST_F(ControlServer, EndsAtOnceWithClientsAndStreamsOpen) {
  Streams streams;
  auto server = serve(streams.verbs());
  Client idle = client(), watching = client();
  ASSERT_TRUE(watching.send({{"do", "watch"}}));
  const Reply reply = streams.next();
  const auto begun = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 200ms);
  EXPECT_FALSE(reply.line({{"n", 1}})) << "a Reply outlives its server";
  const auto after = idle.next(5s);
  EXPECT_TRUE(after && !*after);
}

}  // namespace
}  // namespace gatepost::api

// A board behind a real guard process.
#include <gatepost/hal/guarded_relay.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <fstream>

#include "guard/message.hpp"
#include "guard/process.hpp"
#include "world/guards.hpp"
#include "world/pty.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

const std::string on("\xA0\x01\x01\xA2", 4), off("\xA0\x01\x00\xA1", 4);

std::unique_ptr<hal::Relay> opened(const std::string& board, const hal::GuardTerms& terms,
                                   const fs::path& folder = "/") {
  auto relay = hal::open_guarded_relay(*hal::Address::parse(board, folder), terms);
  EXPECT_TRUE(relay) << to_line(relay.error());
  return relay ? std::move(*relay) : nullptr;
}

std::size_t descriptors(const std::string& process) {
  const fs::directory_iterator all("/proc/" + process + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(GuardedRelay, SwitchesPulsesAndLetsGo) {
  world::Pty line;
  {
    const auto board = opened("lcus:" + line.name(), {.channels = {1}, .longest = 10s});
    ASSERT_TRUE(board->set(1, true));
    EXPECT_EQ(line.read(1000, 4), on);
    ASSERT_TRUE(board->set(1, false));
    EXPECT_EQ(line.read(1000, 4), off);
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(board->pulse(1, 150ms));
    EXPECT_EQ(line.read(1000, 4), on);
    EXPECT_EQ(line.read(2000, 4), off);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 150ms);
    EXPECT_FALSE(*board->read_back(1)) << "an LCUS board cannot say";
    ASSERT_TRUE(board->set(1, true));
    EXPECT_EQ(line.read(1000, 4), on);
  }
  EXPECT_EQ(line.read(1000, 4), off);
  EXPECT_THAT(world::guards_of("lcus:" + line.name()), IsEmpty());
}

TEST(GuardedRelay, SeesAnInputAndStopsWaitingAtOnce) {
  const auto board = opened("sim:turnstile?pass_after=30ms", {.channels = {1}, .longest = 10s});
  auto contact = board->input(1);
  ASSERT_TRUE(contact);
  EXPECT_FALSE(*(*contact)->closed());
  ASSERT_TRUE(board->set(1, true));
  EXPECT_TRUE(*(*contact)->wait_to_close(5s, {}));
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(*(*contact)->wait_to_close(20s, stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_FALSE(board->input(3));
}

TEST(GuardedRelay, SaysWhyTheBoardCannotBeOpened) {
  const auto board = hal::open_guarded_relay(*hal::Address::parse("lcus:/dev/nowhere", "/"), {.channels = {1}});
  ASSERT_FALSE(board);
  EXPECT_THAT(board.error().what, HasSubstr("no such device"));
  EXPECT_EQ(board.error().where, "/dev/nowhere");
}

TEST(GuardedRelay, NamesAGuardThatIsGone) {
  world::Pty line;
  const auto board = opened("lcus:" + line.name(), {.channels = {1}, .longest = 10s});
  const auto guards = world::guards_of("lcus:" + line.name());
  ASSERT_THAT(guards, SizeIs(1));
  ::kill(guards[0], SIGKILL);
  ASSERT_TRUE(world::soon([&] { return world::state_of(guards[0]) == 'Z'; }));
  const auto set = board->set(1, true);
  ASSERT_FALSE(set);
  EXPECT_THAT(to_line(set.error()), HasSubstr("gatepost-guard (process " + std::to_string(guards[0]) + ")"));
}

TEST(GuardedRelay, DoesNotWaitWithoutEndForAGuardThatHangs) {
  world::Pty line;
  auto board = opened("lcus:" + line.name(), {.channels = {1}, .longest = 10s});
  const auto guards = world::guards_of("lcus:" + line.name());
  ASSERT_THAT(guards, SizeIs(1));
  ::kill(guards[0], SIGSTOP);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(board->set(1, true).error().what, HasSubstr("does not answer"));
  board = nullptr;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
  EXPECT_EQ(world::state_of(guards[0]), 'X') << "it sits on the port";
}

TEST(GuardedRelay, HeedsNoSignalThatItCanIgnore) {
  world::Pty line;
  const auto board = opened("lcus:" + line.name(), {.channels = {1}, .longest = 10s});
  const auto guards = world::guards_of("lcus:" + line.name());
  ASSERT_THAT(guards, SizeIs(1));
  EXPECT_EQ(::getsid(guards[0]), guards[0]) << "a terminal's Ctrl-C reaches it";
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE}) ::kill(guards[0], signal);
  EXPECT_TRUE(board->set(1, true));
}

// Nobody would watch over the gate.
TEST(GuardedRelay, DoesNotDoWhatADeadEngineAskedLast) {
  world::Pty line;
  auto guard = hal::guard::Process::start("last words");
  ASSERT_TRUE(guard) << to_line(guard.error());
  const auto say = [&](const hal::guard::Request& request) {
    const auto bytes = to_bytes(request);
    ASSERT_GT(::send(guard->socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
  };
  using hal::guard::Verb;
  say({.verb = Verb::take, .length = 10s, .channels = {1}, .address = "lcus:" + line.name(), .directory = "/"});
  char answer[256];
  ASSERT_GT(::recv(guard->socket(), answer, sizeof answer, 0), 0);
  ::kill(guard->pid(), SIGSTOP);
  ASSERT_TRUE(world::soon([&] { return world::state_of(guard->pid()) == 'T'; }));
  say({.verb = Verb::set, .channel = 1, .on = true});
  ::shutdown(guard->socket(), SHUT_RDWR);
  ::kill(guard->pid(), SIGCONT);
  EXPECT_EQ(line.read(2000, 4), off);
  guard->see_off(2s);
}

// A guard and an engine that were frozen together: who asked has long gone.
TEST(GuardedRelay, DoesNotDoWhatWaitedInItsSocketUntilItWasLate) {
  world::Pty line;
  auto guard = hal::guard::Process::start("frozen");
  ASSERT_TRUE(guard) << to_line(guard.error());
  using hal::guard::Verb;
  const auto ask = [&](const hal::guard::Request& request) {
    const auto bytes = to_bytes(request);
    ASSERT_GT(::send(guard->socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
  };
  const auto answer = [&] {
    std::array<char, hal::guard::largest_message> buffer;
    const auto size = ::recv(guard->socket(), buffer.data(), buffer.size(), 0);
    return *hal::guard::parse_answer({buffer.data(), static_cast<std::size_t>(size)});
  };
  ask({.verb = Verb::take, .length = 10s, .channels = {1}, .address = "lcus:" + line.name(), .directory = "/"});
  ASSERT_FALSE(answer().failed);
  ::kill(guard->pid(), SIGSTOP);
  ASSERT_TRUE(world::soon([&] { return world::state_of(guard->pid()) == 'T'; }));
  const BootTime late = BootClock::now() + 20ms;
  ask({.verb = Verb::pulse, .number = 7, .channel = 1, .length = 1s, .not_after = late});
  ask({.verb = Verb::set, .number = 8, .channel = 1, .on = true, .not_after = late});
  ask({.verb = Verb::set, .number = 9, .channel = 1, .on = false, .not_after = late});
  ASSERT_TRUE(world::soon([&] { return BootClock::now() > late; }));
  ::kill(guard->pid(), SIGCONT);
  for (const std::uint32_t number : {7U, 8U}) {
    const auto said = answer();
    EXPECT_EQ(said.number, number);
    EXPECT_THAT(said.texts[0], HasSubstr("came after its deadline"));
  }
  EXPECT_FALSE(answer().failed) << "a command to rest is never late";
  EXPECT_EQ(line.read(1000, 4), off);
}

TEST(GuardedRelay, LeavesNoProcessAndNoDescriptorBehind) {
  const int inheritable = ::open("/dev/null", O_RDONLY);  // some library's, that any child would have
  world::Pty line;
  opened("lcus:" + line.name(), {.channels = {1}, .longest = 1s}).reset();
  const auto before = descriptors("self");
  for (int i = 0; i < 50; ++i) {
    const auto board = opened("lcus:" + line.name(), {.channels = {1}, .longest = 1s});
    ASSERT_TRUE(board);
    const auto guards = world::guards_of("lcus:" + line.name());
    ASSERT_THAT(guards, SizeIs(1));
    // Standard input, output and error, the port, and what wakes a wait for it.
    EXPECT_LE(descriptors(std::to_string(guards[0])), 5U) << "it has a descriptor of ours";
  }
  EXPECT_EQ(descriptors("self"), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
  ::close(inheritable);
}

TEST(GuardedRelay, IsNotFoundWhereItsVariableNamesNothing) {
  ::setenv("GATEPOST_GUARD", "/nowhere/gatepost-guard", 1);
  const auto board = hal::open_guarded_relay(*hal::Address::parse("sim:turnstile", "/"), {.channels = {1}});
  ::unsetenv("GATEPOST_GUARD");
  ASSERT_FALSE(board);
  EXPECT_EQ(board.error().where, "/nowhere/gatepost-guard");
}

TEST(GuardedRelay, PromisesNoMoreThanItsBoardCanDo) {
  const auto within = [](const char* board, std::size_t channels) {
    return hal::guard_releases_within(*hal::relay_shape(*hal::Address::parse(board, "/")), channels);
  };
  EXPECT_EQ(within("lcus:/dev/nowhere", 1), 630ms);
  EXPECT_EQ(within("modbus:tcp://127.0.0.1:502/unit/1?timeout=1s", 2), 3200ms);
}

}  // namespace

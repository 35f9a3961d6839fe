// A network that is back is used at once. In a network namespace of its own, where the test may make one: namespaces
// belong to threads, so the rest of the program keeps the machine's network.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "runtime/output.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::runtime;
using namespace std::chrono_literals;

void switch_loopback(bool on) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = static_cast<short>(on ? IFF_UP | IFF_RUNNING : 0);
  EXPECT_EQ(::ioctl(socket, SIOCSIFFLAGS, &request), 0);
  ::close(socket);
}

void change_size_of_packets() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_mtu = 60000;
  EXPECT_EQ(::ioctl(socket, SIOCSIFMTU, &request), 0);
  ::close(socket);
}

// Takes a Record when a datagram to 127.0.0.1 finds a way.
class WiredSink final : public Sink {
 public:
  explicit WiredSink(std::atomic<int>& calls) : calls_(calls) {}
  Delivery deliver(std::span<const Record> batch, std::stop_token) override {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(9);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool found = ::connect(socket, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
    ::close(socket);
    ++calls_;
    if (found) return {batch.size()};
    return {0, Error{"the network is unreachable", "127.0.0.1", "put the cable in"}};
  }

 private:
  std::atomic<int>& calls_;
};

// Runs `test` in a namespace whose only link, lo, is down; false where that is not allowed.
bool without_a_network(const std::function<void()>& test) {
  bool allowed = false;
  std::thread([&] {
    allowed = ::unshare(CLONE_NEWNET) == 0;
    if (allowed) test();
  }).join();
  return allowed;
}

bool waits_until(const std::function<bool()>& state) {
  for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;) {
    if (state()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

TEST(Network, that_is_back_is_used_at_once) {
  const bool allowed = without_a_network([] {
    const world::Scratch scratch;
    const SystemClock clock;
    auto journal = world::open_journal({.file = scratch / "journal.db", .readers = {"cloud"}});
    journal->commit(world::attempt("x")).value();
    Watchdog watchdog(clock);
    NetworkMonitor monitor;
    ASSERT_FALSE(monitor.deaf()) << to_line(*monitor.deaf());
    std::atomic<int> calls = 0;
    const Output output({.name = "cloud", .site = 4017, .pace = {.first_wait = 1h, .longest_wait = 1h}},
                        std::make_unique<WiredSink>(calls), {*journal, clock, watchdog, &monitor});
    ASSERT_TRUE(waits_until([&] { return output.progress().trouble.has_value(); }));
    const auto back = std::chrono::steady_clock::now();
    switch_loopback(true);
    ASSERT_TRUE(waits_until([&] { return output.progress().backlog == 0; })) << "the wait is an hour";
    EXPECT_LT(std::chrono::steady_clock::now() - back, 2s);
    EXPECT_LE(calls, 4) << "the many messages of one link are not as many tries";
  });
  if (!allowed) GTEST_SKIP() << "a network namespace of one's own is not allowed here";
}

TEST(Network, is_heard_of_when_links_addresses_and_routes_change_and_only_then) {
  const bool allowed = without_a_network([] {
    auto events = NetworkEvents::open();
    ASSERT_TRUE(events) << to_line(events.error());
    EXPECT_FALSE(events->changed());
    switch_loopback(true);
    EXPECT_TRUE(waits_until([&] { return events->changed(); }));
    while (events->changed()) std::this_thread::sleep_for(1ms);
    switch_loopback(true);     // as it is already
    change_size_of_packets();  // a link message in which no flag has changed, as a wireless card sends them
    EXPECT_FALSE(events->changed());
    switch_loopback(false);
    EXPECT_TRUE(waits_until([&] { return events->changed(); }));
  });
  if (!allowed) GTEST_SKIP() << "a network namespace of one's own is not allowed here";
}

TEST(NetworkMonitor, ends_at_once_while_an_output_hangs) {
  const world::Scratch scratch;
  const SystemClock clock;
  auto journal = world::open_journal({.file = scratch / "journal.db", .readers = {"cloud"}});
  journal->commit(world::attempt("x")).value();
  struct Hung final : Sink {
    Delivery deliver(std::span<const Record>, std::stop_token stop) override {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any().wait(lock, stop, [] { return false; });
      return {0, Error{"stopped", {}, "start it"}};
    }
  };
  Watchdog watchdog(clock);
  std::optional<NetworkMonitor> monitor(std::in_place);
  {
    const Output output({.name = "cloud", .site = 4017, .pace = {.alarm = 5ms}}, std::make_unique<Hung>(),
                        {*journal, clock, watchdog, &*monitor});
    ASSERT_TRUE(journal->wait_beyond(1, std::stop_token())) << "the alarm";
  }
  const auto records = journal::Reader::open(scratch / "journal.db").value().after(1, 1).value();
  EXPECT_EQ(records.at(0).reason, "output_hangs");
  const auto before = std::chrono::steady_clock::now();
  monitor.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
}

}  // namespace

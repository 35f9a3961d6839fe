// gatepost-guard BOARD: holds one relay board for the engine, which is at the other end of its standard input, and puts
// the channels to rest when their time is over or the engine is gone. It ends when the engine does, and by nothing else
// that can be caught.
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <gatepost/hal/address.hpp>
#include <thread>

#include "guard/service.hpp"
#include "plugin/load.hpp"

namespace {

using namespace gatepost::hal;
using gatepost::BootTime;
using gatepost::Duration;
using gatepost::Error;
using gatepost::Result;
using gatepost::SystemClock;

constexpr int engine = STDIN_FILENO;

class EngineAtStandardInput final : public guard::Engine {
 public:
  explicit EngineAtStandardInput(const SystemClock& clock) : clock_(clock) {}

  Came wait(std::optional<BootTime> until) override {
    const Duration left = until ? std::max(*until - clock_.boot(), Duration::zero()) : Duration::zero();
    const timespec time{static_cast<std::time_t>(left.count() / 1'000'000'000),
                        static_cast<long>(left.count() % 1'000'000'000)};
    pollfd watched{engine, POLLIN, 0};
    if (::ppoll(&watched, 1, until ? &time : nullptr, nullptr) <= 0) return Came::nothing;
    return (watched.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 ? Came::gone : Came::request;
  }
  std::string read() override {
    std::array<char, guard::largest_message> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): is filled
    const auto size = ::recv(engine, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }
  void say(const std::string& answer) override {
    static_cast<void>(::send(engine, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  void pause(Duration time) override { std::this_thread::sleep_for(time); }
  // Where the limits allow: what it needs is in memory by now, and a disk that dies must not keep it from the board.
  void board_is_taken() override { static_cast<void>(::mlockall(MCL_CURRENT)); }

 private:
  const SystemClock& clock_;
};

// The driver that the engine has examined and loaded, from the same bytes, with what it asks of a descriptor.
Result<PluginBoard> load_driver(const std::string& scheme) {
  const auto loaded = gatepost::plugin::load("/proc/self/fd/" + std::to_string(guard::plugin_at), scheme);
  if (!loaded) return loaded.error();
  const auto& descriptor = *loaded->descriptor;
  if (descriptor.kind == gatepost::PluginKind::board && descriptor.name == scheme)
    return PluginBoard{descriptor.make.board, guard::plugin_at};
  return Error{"the plugin " + std::string(descriptor.name) + " came for the board of another", scheme,
               "report this to Gatepost's authors"};
}

Result<std::unique_ptr<Relay>> open_board(const guard::Request& terms) {
  auto address = Address::parse(terms.address, terms.directory);
  if (!address) return address.error();
  return open_relay(*address, load_driver);
}

void stand_alone() {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2}) std::signal(signal, SIG_IGN);
  static_cast<void>(::chdir("/"));  // no mount is kept busy
}

bool is_started_by_the_engine() {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(engine, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

}  // namespace

int main() {
  if (!is_started_by_the_engine()) {
    std::fputs("gatepost-guard: the engine starts it, nobody else\n", stderr);
    return 2;
  }
  stand_alone();
  const SystemClock clock;
  EngineAtStandardInput standard_input(clock);
  return guard::serve(standard_input, open_board, clock) ? 0 : 1;
}

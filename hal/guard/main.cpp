// gatepost-guard BOARD: holds one relay board for the engine, which is at the other end of its standard input, and puts
// the channels to rest when their time is over or the engine is gone. It ends when the engine does, and by nothing else
// that can be caught.
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <gatepost/hal/address.hpp>
#include <thread>

#include "guard/failsafe.hpp"

namespace {

using namespace std::chrono_literals;
using namespace gatepost::hal;
using gatepost::BootTime;
using gatepost::Duration;
using gatepost::SystemClock;
using guard::Answer;
using guard::Failsafe;
using guard::Request;
using guard::Verb;

constexpr int engine = STDIN_FILENO;
constexpr Duration first_pause = 50ms;
constexpr Duration longest_pause = 1s;
constexpr Duration board_may_be_away = 60s;  // a USB bus that is enumerated anew, a switch that starts

enum class Came { request, nothing, engine_gone };

Came wait(std::optional<BootTime> until, BootTime now) {
  const Duration left = until ? std::max(*until - now, Duration::zero()) : Duration::zero();
  const timespec time{static_cast<std::time_t>(left.count() / 1'000'000'000),
                      static_cast<long>(left.count() % 1'000'000'000)};
  pollfd watched{engine, POLLIN, 0};
  if (::ppoll(&watched, 1, until ? &time : nullptr, nullptr) <= 0) return Came::nothing;
  // What it asked with its last breath is not acted on: nobody would watch over it.
  return (watched.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 ? Came::engine_gone : Came::request;
}

gatepost::Result<Request> read_request() {
  std::array<char, guard::largest_message> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): is filled
  const auto size = ::recv(engine, buffer.data(), buffer.size(), MSG_DONTWAIT);
  return guard::parse_request({buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
}

// An answer that cannot be sent finds no engine, which the next wait will tell.
void say(const Answer& answer) {
  const std::string bytes = to_bytes(answer);
  static_cast<void>(::send(engine, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

// Until the engine is gone (false) or wants this process to leave (true).
bool serve(Failsafe& failsafe, const SystemClock& clock) {
  while (true) {
    const Came came = wait(failsafe.next_due(), clock.boot());
    if (came == Came::engine_gone) return false;
    failsafe.expire();
    if (came == Came::nothing) continue;
    const auto request = read_request();
    if (!request)
      say(Answer::of(0, request.error()));
    else if (request->verb == Verb::leave)
      return true;
    else
      say(failsafe.answer(*request));
  }
}

void release(Failsafe& failsafe, const SystemClock& clock) {
  const BootTime end = clock.boot() + board_may_be_away;
  for (Duration pause = first_pause; !failsafe.rest() && clock.boot() < end; pause = std::min(pause * 2, longest_pause))
    std::this_thread::sleep_for(pause);  // nothing is left that could wake it
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
  if (wait(std::nullopt, clock.boot()) != Came::request) return 1;
  const auto terms = read_request();
  if (!terms || terms->verb != Verb::take) {
    say(Answer::of(
        0, terms ? gatepost::Error{"was not told what to guard", "gatepost-guard", "report this"} : terms.error()));
    return 1;
  }
  auto address = Address::parse(terms->address, terms->directory);
  if (!address) {
    say(Answer::of(terms->number, address.error()));
    return 1;
  }
  Failsafe failsafe(
      *terms, [&address] { return open_relay(*address); }, clock);
  const Answer taken = failsafe.take(terms->number);
  say(taken);
  if (taken.failed) return 1;
  // Where the limits allow: what it needs is in memory by now, and a disk that dies must not keep it from the board.
  static_cast<void>(::mlockall(MCL_CURRENT));
  if (serve(failsafe, clock))
    static_cast<void>(failsafe.rest());  // an engine that is there tries again itself
  else
    release(failsafe, clock);
  return 0;
}

#include "supervisor/clock_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <limits>
#include <utility>

namespace gatepost::supervisor {
namespace {

// Never due, in any life of this machine: it is there to be cancelled.
bool arm(int timer) {
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<std::time_t>::max() / 1'000'000'000;
  return ::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) == 0;
}

}  // namespace

ClockWatch::ClockWatch(std::function<void()> was_set)
    : was_set_(std::move(was_set)),
      timer_(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (timer_.is_open() && stop_.is_open() && arm(timer_.number())) thread_ = std::thread([this] { work(); });
}

ClockWatch::~ClockWatch() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.number(), 1);
  thread_.join();
}

void ClockWatch::work() const {
  while (true) {
    std::array<pollfd, 2> watched{{{timer_.number(), POLLIN, 0}, {stop_.number(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if ((watched[1].revents & POLLIN) != 0) return;
    if (watched[0].revents == 0) continue;
    std::uint64_t expirations = 0;
    const bool cancelled = ::read(timer_.number(), &expirations, sizeof expirations) < 0 && errno == ECANCELED;
    if (!arm(timer_.number())) return;
    if (cancelled) was_set_();
  }
}

}  // namespace gatepost::supervisor

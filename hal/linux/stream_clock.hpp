// The boot clock, to wait by.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <gatepost/time.hpp>

namespace gatepost::hal {

/// For the pause that a protocol wants between two frames.
inline void wait_by_boot_clock(BootTime until) {
  const auto count = std::max<Duration::rep>(until.time_since_epoch().count(), 0);
  const timespec time{static_cast<std::time_t>(count / 1'000'000'000), static_cast<long>(count % 1'000'000'000)};
  while (::clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &time, nullptr) == EINTR) {
  }
}

inline Duration left_until(BootTime until) {
  if (until == BootTime::max()) return std::chrono::hours(24);
  return std::max(until - BootClock::now(), Duration::zero());
}

}  // namespace gatepost::hal

// The two clocks of a gate: one that orders, one that people read.
#pragma once

#include <chrono>

namespace gatepost {

using Duration = std::chrono::nanoseconds;

/// Nanoseconds of CLOCK_MONOTONIC. Orders events within one boot; means nothing after a reboot.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Nanoseconds since 1970 UTC as this machine believes them. Never used to order Records.
using WallTime = std::chrono::sys_time<Duration>;

/// Where time comes from. Passed in, so that tests own it. Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonotonicTime now() const = 0;
  virtual WallTime wall() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  MonotonicTime now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
  }
  WallTime wall() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

}  // namespace gatepost

// When a played camera has its next frame.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <gatepost/time.hpp>
#include <mutex>
#include <optional>
#include <stop_token>

namespace gatepost::hal {

/// Frame n is there n periods after the first was asked for. One thread at a time.
class FrameClock {
 public:
  explicit FrameClock(std::int64_t fps) : period_(std::chrono::nanoseconds(std::chrono::seconds(1)) / fps) {}

  struct Tick {
    std::int64_t frame;
    MonotonicTime at;
  };

  /// The newest frame not yet given, at most `last`; waits for it. Nothing when stop was asked for.
  std::optional<Tick> next(const std::stop_token& stop, std::int64_t last) {
    const MonotonicTime now = clock_.now();
    if (given_ < 0) start_ = now;
    const std::int64_t newest = std::min<std::int64_t>((now - start_) / period_, last);
    const Tick tick{std::max(newest, given_ + 1), start_ + std::max(newest, given_ + 1) * period_};
    std::unique_lock lock(mutex_);
    woken_.wait_until(lock, stop, tick.at, [] { return false; });
    if (stop.stop_requested()) return {};
    given_ = tick.frame;
    return tick;
  }

 private:
  SystemClock clock_;
  Duration period_;
  MonotonicTime start_{};
  std::int64_t given_ = -1;
  std::mutex mutex_;
  std::condition_variable_any woken_;
};

}  // namespace gatepost::hal

// The clocks of a gate: one that orders, one for deadlines, one that people read.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <string_view>

namespace gatepost {

using Duration = std::chrono::nanoseconds;

/// Nanoseconds of CLOCK_MONOTONIC. Orders events within one boot; means nothing after a reboot.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// CLOCK_BOOTTIME of clock_gettime(2): as CLOCK_MONOTONIC, but it goes on while the machine sleeps.
struct BootClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock, Duration>;
  static constexpr bool is_steady = true;
  static time_point now() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

/// Nanoseconds of BootClock. Deadlines are told in it: what was asked before the machine slept is late afterwards.
using BootTime = BootClock::time_point;

/// Nanoseconds since 1970 UTC as this machine believes them. Never used to order Records.
using WallTime = std::chrono::sys_time<Duration>;

/// What stands behind a wall time, from the least to the most: where two disagree about one boot, the later word of
/// this list is believed.
enum class ClockSource : std::uint8_t {
  unknown,  ///< not told: Records of format 1
  unset,    ///< nobody has told this machine the time: it believes to live before this program was made
  free,     ///< it runs by itself, from wherever it began
  rtc,      ///< the battery-backed clock gave it at boot, and it runs by itself since
  set,      ///< somebody set it since boot, and it runs by itself
  held,     ///< it was synchronised in this boot, and runs by itself since
  network,  ///< the kernel says that it is synchronised (NTP, PTP, GPS: clock_adjtime(2) without STA_UNSYNC)
};
/// The word for it in Records and messages.
constexpr std::string_view to_word(ClockSource source) {
  constexpr std::array words{"unknown", "unset", "free", "rtc", "set", "held", "network"};
  return words.at(static_cast<std::size_t>(source));
}

struct ClockState {
  ClockSource source = ClockSource::free;
  Duration bound = Duration::max();  ///< the wall time is wrong by no more than this; max: nobody knows
  bool operator==(const ClockState&) const = default;
};

/// Where time comes from. Passed in, so that tests own it. Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonotonicTime now() const = 0;
  virtual WallTime wall() const = 0;
  /// What the machine says of its wall clock. It knows free, rtc and network; the journal works out the others.
  virtual ClockState state() const { return {}; }
  /// How long the machine has slept in this boot: the monotonic clock stands still meanwhile, the wall clock does not.
  virtual Duration slept() const { return {}; }
  /// What deadlines are told in.
  virtual BootTime boot() const { return BootTime(now().time_since_epoch() + slept()); }
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  MonotonicTime now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
  }
  WallTime wall() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
  BootTime boot() const override { return BootClock::now(); }
};

}  // namespace gatepost

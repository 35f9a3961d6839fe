// How long the machine has slept since a device saw something: its time is told in a clock that stood still meanwhile.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>

#include "core/time.hpp"

namespace gatepost::core {

/// Remembers the last sleeps. A sleep is known by the first event after it: what was seen before that event may have
/// been seen before the sleep, and counts so. A shell that sends a Tick on waking makes that event come at once.
class SleepLog {
 public:
  /// With each event; whether it is the first one after a sleep. `boot` is read before `monotonic`, so that a thread
  /// that is stopped between looks no sleep.
  bool note(const Now& now) {
    const Duration slept = now.boot.time_since_epoch() - now.monotonic.time_since_epoch();
    const bool is_first = slept_ && slept > *slept_ + shortest;
    if (is_first) {
      sleeps_.push_back({now.monotonic, slept - *slept_});
      if (sleeps_.size() > most_remembered) {
        sleeps_[1].length += sleeps_[0].length;
        sleeps_.pop_front();
      }
    }
    slept_ = std::max(slept_.value_or(slept), slept);
    return is_first;
  }

  /// At most, since then.
  Duration since(MonotonicTime seen) const {
    Duration slept{};
    for (const Sleep& sleep : sleeps_)
      if (seen <= sleep.noticed) slept += sleep.length;
    return slept;
  }

 private:
  static constexpr Duration shortest = std::chrono::milliseconds(1);
  static constexpr std::size_t most_remembered = 8;
  struct Sleep {
    MonotonicTime noticed;
    Duration length;
  };
  std::optional<Duration> slept_;
  std::deque<Sleep> sleeps_;
};

}  // namespace gatepost::core

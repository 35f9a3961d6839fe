// What every state machine is given with an event: the time at which it is handled.
#pragma once

#include <cstdint>
#include <gatepost/time.hpp>

namespace gatepost::core {

/// A wall clock that shows less counts from somewhere and has not been told the time: this program is younger.
constexpr WallTime earliest_wall_time{std::chrono::sys_days(std::chrono::year(2025) / 1 / 1)};

/// An argument, never asked for: a machine has no clock.
struct Now {
  BootTime boot{};            ///< of deadlines
  MonotonicTime monotonic{};  ///< of Records
  WallTime wall{};
  bool wall_is_known = true;  ///< false: the wall clock counts from somewhere and nobody has told it the time
};

/// Names one call into a plugin, a board or the disk, within its machine. 0: none.
using CallId = std::uint64_t;

}  // namespace gatepost::core

// What the clocks of a place show.
#pragma once

#include <chrono>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <string>

namespace date {
class time_zone;
}

namespace gatepost::support {

/// Of a clock on the wall, with its calendar.
using LocalTime = std::chrono::local_time<Duration>;

/// By the system's own tables (tzdata), as they were when the program first asked. Safe to use from any thread.
class TimeZone {
 public:
  /// "Asia/Ho_Chi_Minh"; empty: this machine's own.
  static Result<TimeZone> find(const std::string& name);

  LocalTime local(WallTime time) const;
  std::chrono::local_days day(WallTime time) const { return std::chrono::floor<std::chrono::days>(local(time)); }

  /// The first moment at which those clocks show this or later: of a time that they show twice the first, of one that
  /// they leap over the leap.
  WallTime first(LocalTime time) const;
  /// The moment from which on they show nothing earlier than this: of a time that they show twice the second.
  WallTime last(LocalTime time) const;

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_;  ///< stays as long as the process
};

}  // namespace gatepost::support

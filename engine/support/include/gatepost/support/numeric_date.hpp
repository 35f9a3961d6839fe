// Times as tokens have them (NumericDate of RFC 7519 and RFC 8392): seconds since 1970, whole or not.
#pragma once

#include <cmath>
#include <cstdint>
#include <gatepost/time.hpp>
#include <optional>

namespace gatepost::support {

/// What lies outside the years that WallTime holds is its first or last moment. Nothing where it is no number.
inline std::optional<WallTime> wall_time_of(double seconds) {
  constexpr double longest = 9.2e9;
  if (std::isnan(seconds)) return {};
  if (seconds >= longest) return WallTime::max();
  if (seconds <= -longest) return WallTime::min();
  const double whole = std::floor(seconds);  // apart from the fraction: a double holds no nanoseconds of today
  return WallTime(std::chrono::seconds(static_cast<std::int64_t>(whole)) +
                  std::chrono::round<Duration>(std::chrono::duration<double>(seconds - whole)));
}

}  // namespace gatepost::support

// Times of a week, as "mon-sat 06:00-14:00" says them, and shifts that are made of them.
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/result.hpp>
#include <gatepost/support/time_zone.hpp>
#include <gatepost/time.hpp>

namespace schedule {

/// The days of a week by std::chrono::weekday::c_encoding(), and holidays.
inline constexpr std::size_t holiday = 7;
using Days = std::bitset<8>;

/// From one time of day to another, on some days.
struct Times {
  Days days{};
  std::chrono::minutes begin{}, end{};  ///< since midnight; an end beyond 24 hours is on the next day
};

/// How much earlier or later than the times somebody may pass.
struct Tolerance {
  gatepost::Duration early{}, late{};
};

/// Whether `now` is within the times that begin on that day, if that day is one of theirs: from the first moment at
/// which the clocks show the begin, or more, to the moment from which on they show nothing before the end. Times of
/// which the clocks show no moment are not at all.
bool are_on(const Times& times, std::chrono::local_days day, const gatepost::support::TimeZone& zone,
            const Tolerance& tolerance, gatepost::WallTime now);

struct Shift {
  std::string name;  ///< empty: of everybody
  std::vector<Times> times{};
};

/// "DAYS HH:MM-HH:MM", with further times behind commas. DAYS: mon, tue, wed, thu, fri, sat, sun, daily and holiday,
/// with a - for a stretch of a week and commas between. An end that is not after its begin is on the next day.
gatepost::Result<std::vector<Times>> parse_times(std::string_view text);

/// "NAME: TIMES"; those of one name are one shift.
gatepost::Result<std::vector<Shift>> parse_shifts(const std::vector<std::string>& texts);

}  // namespace schedule

// Days as codes and lists write them, and the moments at which they begin and end.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <gatepost/time.hpp>

namespace gatepost::support {

/// Day and month of a year that are three numbers of ASCII digits. Nothing: another character, or no such day.
std::optional<std::chrono::year_month_day> day_of(std::string_view year, std::string_view month, std::string_view day);

/// The day of "2026-11-23", "23/11/2026" or "23.11.2026", with or without a time of day behind: "2026-11-23T18:30:00Z".
std::optional<std::chrono::local_days> parse_day(std::string_view text);

/// "18:30", from 00:00 to 23:59.
std::optional<std::chrono::minutes> time_of_day(std::string_view text);

/// "2026-11-23".
std::string to_text(std::chrono::year_month_day day);

/// When the clocks of this machine's time zone show `of_day` of that day; 24 h is the next midnight. What lies beyond
/// the nanoseconds that 64 bits count (2262) is their end: "until 9999" is what people write for ever.
WallTime moment_here(std::chrono::year_month_day day, std::chrono::seconds of_day);
/// The same where clocks are `east` ahead of UTC all year round.
WallTime moment_at(std::chrono::year_month_day day, std::chrono::seconds of_day, std::chrono::minutes east);

/// The first and the last nanosecond of a day.
struct WholeDay {
  WallTime first, last;
};
WholeDay whole_day_here(std::chrono::year_month_day day);
WholeDay whole_day_at(std::chrono::year_month_day day, std::chrono::minutes east);

}  // namespace gatepost::support

// A time as people say it: "yesterday", "monday 08:00", "2 hours ago".
#pragma once

#include <gatepost/time.hpp>
#include <optional>
#include <string_view>

namespace gatepost::api {

/// What can be said, for help and errors.
inline constexpr std::string_view time_words =
    "now, 15m or '2 hours ago' (s, m, h, d, w), today, yesterday, monday (the last one, or today), 2026-11-24, each of "
    "these days with a time such as '08:00' behind it or a time alone, or RFC 3339";

/// What a day without a time means: a day counts whole, "since monday until friday" has all of both.
enum class DayEdge : std::uint8_t { begin, end };

/// Nothing where it is none of `time_words`. Days and times are those of this machine's zone.
std::optional<WallTime> time_of_words(std::string_view text, WallTime now, DayEdge edge);

}  // namespace gatepost::api

// Days of a calendar, as people write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gatepost::support {

/// The day of "2026-11-23", "23/11/2026" or "23.11.2026", with or without a time of day behind: "2026-11-23T18:30:00Z".
std::optional<std::chrono::local_days> parse_day(std::string_view text);

}  // namespace gatepost::support

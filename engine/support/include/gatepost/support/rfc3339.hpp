// Times as every JSON of ours has them, and as requests give them.
#pragma once

#include <gatepost/time.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::support {

/// 2026-11-24T00:41:49.123456789Z
std::string rfc3339(WallTime time);

/// Whole seconds, or up to nine further digits; Z or +07:00. Nothing where it is not that, or such a day is not.
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace gatepost::support

// What a credential's attributes must say.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/result.hpp>

namespace demands {

/// By the name of an attribute the values that it may have; none: any, as long as it has one.
using Demands = std::map<std::string, std::set<std::string>>;

/// Of "NAME=VALUE", where values of one name stand beside each other, and "NAME". In composed form (NFC).
gatepost::Result<Demands> parse(const std::vector<std::string>& texts);

/// Whether the attributes meet all of them.
bool are_met(const Demands& demands, const std::map<std::string, std::string>& attributes);

/// The day of "2026-11-23", "23/11/2026" or "23.11.2026", with or without a time of day behind: "2026-11-23T18:30:00Z".
std::optional<std::chrono::local_days> parse_day(std::string_view text);

}  // namespace demands

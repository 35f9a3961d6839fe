// Running worlds, and saying what broke in one.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "simulation/journal/world.hpp"

namespace gatepost::simulation {

/// Over many runs.
struct Totals {
  std::uint64_t steps = 0, calls = 0, acknowledged = 0;
  std::map<std::string, std::uint64_t> reached{};
};

/// Nothing, or what was violated, when, and what came before it.
std::optional<std::string> run(const Config& config, Totals& totals);

}  // namespace gatepost::simulation

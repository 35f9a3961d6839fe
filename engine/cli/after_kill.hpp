// What becomes of each lane's gate when the engine is killed, or the power fails, while it is open.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "config/site.hpp"

namespace gatepost::cli {

/// Lines for each lane that has an actuator.
std::string after_kill_text(const config::Site& site);

/// [{"lane": "north", "seconds": 0.5, "by": "the board's own pulse"}, …]; both null where the gate stays open.
boost::json::value after_kill_json(const config::Site& site);

/// [{"lane": "north", "shut_without_power": true, "own_power": true, "seconds": 0.5}, …]: seconds until the gate is
/// shut where the board keeps its power; null: not until the engine runs again.
boost::json::value after_power_cut_json(const config::Site& site);

}  // namespace gatepost::cli

// What of a site holds without the network, and how old what it goes by may be.
#pragma once

#include <boost/json/value.hpp>
#include <gatepost/time.hpp>
#include <string>

#include "config/site.hpp"

namespace gatepost::cli {

/// A line for each format and policy that goes by a file or asks another machine, and one for all others; empty where
/// none does.
std::string offline_text(const config::Site& site, WallTime now);

/// [{"rule","needs_network","files":[{"file","age","last_good_for"}],"then"}]: ages and lengths in seconds.
boost::json::value offline_json(const config::Site& site, WallTime now);

}  // namespace gatepost::cli

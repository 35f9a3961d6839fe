// What `gatepost status` tells of a running site.
#pragma once

#include <boost/json/object.hpp>

#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {

/// The answer to {"do":"status"}.
boost::json::object status_of(const RunningSite& running, const config::Site& site);

}  // namespace gatepost::supervisor

// What a device gave last, asked of a running site: {"do":"tape","device":NAME,"before":true}.
#pragma once

#include <boost/json/object.hpp>
#include <gatepost/result.hpp>

#include "supervisor/running_site.hpp"

namespace gatepost::api {

/// Answers {"device","plugin","settings":"layout: de","whole":true,"descriptor":HEX,"entries":[{"kind":"bytes",
/// "at_us":N,"hex":…,"lost":true}…]}; of "before" those of the run before the device was last opened. The settings are
/// those that are not as they come, but for secrets.
Result<boost::json::object> answer_tape(const supervisor::RunningSite& running, const boost::json::object& request);

}  // namespace gatepost::api

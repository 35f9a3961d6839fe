// A Record as programs see it.
#pragma once

#include <boost/json/object.hpp>
#include <gatepost/record.hpp>

namespace gatepost::api {

/// {"site","epoch","sequence","kind","wall_ns",…,"details":{…}}
boost::json::object json_of(const Record& record);

}  // namespace gatepost::api

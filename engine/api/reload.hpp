// A reload, asked of a running site: {"do":"reload","site":"/etc/gatepost/site.yaml"}.
#pragma once

#include <boost/json/object.hpp>

#include "api/verbs.hpp"
#include "supervisor/reloader.hpp"

namespace gatepost::api {

/// Has the site's file read again and ends the reply with {"changes":[…]} as config::to_json has them and {"lines":[…]}
/// for people, or with the reason why nothing was changed. Where "site" is given it must be the file that the engine
/// runs.
void answer_reload(supervisor::Reloader& reloader, const boost::json::object& request, const Reply& reply);

}  // namespace gatepost::api

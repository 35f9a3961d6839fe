// A reload, asked of a running site: {"do":"reload","site":"/etc/gatepost/site.yaml"}.
#pragma once

#include <boost/json/object.hpp>

#include "control/verbs.hpp"
#include "supervisor/reloader.hpp"

namespace gatepost::supervisor {

/// Has the site's file read again and ends the reply with {"changes":[…]} as config::to_json has them and {"lines":[…]}
/// for people, or with the reason why nothing was changed. Where "site" is given it must be the file that the engine
/// runs.
void answer_reload(Reloader& reloader, const boost::json::object& request, const control::Reply& reply);

}  // namespace gatepost::supervisor

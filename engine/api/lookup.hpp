// "What would happen if this code were shown at this lane now, and why": {"do":"lookup","code":TEXT,"lane":NAME,
// "direction":"in","symbology":"]Q1"}; a code that is no text is given as "bytes" in base64.
#pragma once

#include <boost/json/object.hpp>

#include "config/site.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::api {

/// {"lane","direction","outcome","reason","text","note","decided_by","gate","credential":{…}|null,"formats":[…],
/// "policies":[…],"running":true}. No Record, no command; subjects as far as the site's Records have them.
Result<boost::json::object> answer_lookup(supervisor::RunningSite& running, const boost::json::object& request);

/// The same of a site that does not run.
Result<boost::json::object> answer_lookup(const config::Site& site, const Clock& clock,
                                          const boost::json::object& request);

}  // namespace gatepost::api

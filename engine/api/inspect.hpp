// What an inspector on the street asks of a code: does it exist, whose is it, what applies:
// {"do":"inspect","code":TEXT,"lane":NAME}.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>

#include "config/site.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::api {

/// {"checkpoint","name","standing","standing_text","how_to_get","lookup":{…},"recent":[{"time","lane","direction",
/// "outcome","reason"}]}. `standing` is known, unknown, withdrawn, expired, forged or no_pass (the code of a place or a
/// payment). `lookup` is what answer_lookup() has, at the lane named or the site's first. `recent`: this subject's
/// last attempts of a week, the newest first; none where the Records name nobody. Nothing is recorded.
Result<boost::json::object> answer_inspect(supervisor::RunningSite& running, const Clock& clock,
                                           const boost::json::object& request);

/// The same of a site that does not run.
Result<boost::json::object> answer_inspect(const config::Site& site, const Clock& clock,
                                           const boost::json::object& request);

}  // namespace gatepost::api

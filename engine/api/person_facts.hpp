// What a site's lists say of somebody by name: asked of its policies as for a scan, and nothing is recorded.
#pragma once

#include <memory>

#include "api/inside.hpp"
#include "config/site.hpp"
#include "supervisor/lookup.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::api {

/// Null where the site's Records do not keep subjects as they are: then no name is told either.
PersonFacts facts_by(supervisor::RunningSite& running);

/// The same of a site that does not run. Both outlive what is returned.
PersonFacts facts_by(const config::Site& site, const Clock& clock);

}  // namespace gatepost::api

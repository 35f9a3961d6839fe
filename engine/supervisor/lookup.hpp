// What a lane would answer to a code: of a site that runs, and of one that does not, from its file.
#pragma once

#include "config/site.hpp"
#include "runtime/lookup.hpp"

namespace gatepost::supervisor {

/// The lane that is meant. An Error that names the lanes where it is none of them, or is not said and there are
/// several.
Result<const config::Lane*> lane_meant(const config::Site& site, const std::string& name);

/// Of a site that does not run: its formats and policies are built, what they learn of is read from the journal, and
/// its gate is taken to be at rest. Makes no file and opens no device.
Result<runtime::Lookup> look_up(const config::Site& site, const runtime::LookupQuery& query, const Clock& clock);

}  // namespace gatepost::supervisor

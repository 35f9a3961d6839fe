// What a lane would answer to a code: of a site that runs, and of one that does not, from its file.
#pragma once

#include <string>

#include "config/site.hpp"
#include "runtime/lookup.hpp"
#include "supervisor/unrun_site.hpp"

namespace gatepost::supervisor {

/// The lane that is meant. An Error that names the lanes where it is none of them, or is not said and there are
/// several.
Result<const config::Lane*> lane_meant(const config::Site& site, const std::string& name);

/// Of a site that does not run, with its gate at rest, by objects of that site.
Result<runtime::Lookup> look_up(const config::Site& site, UnrunSite& objects, const runtime::LookupQuery& query);

/// Of a site that does not run: its formats and policies are built when they are first needed, what they learn of
/// is read from the journal, and its gate is taken to be at rest. Makes no file and opens no device. Of one thread.
class SiteLookups {
 public:
  /// Both outlive it.
  SiteLookups(const config::Site& site, const Clock& clock)
      : site_(&site), objects_(site, clock, UnrunSite::Knows::journal) {}
  Result<runtime::Lookup> ask(const runtime::LookupQuery& query) { return look_up(*site_, objects_, query); }

 private:
  const config::Site* site_;
  UnrunSite objects_;
};

}  // namespace gatepost::supervisor

// All that can be asked of a running site: the one table that the command's socket and each service's are made from.
#pragma once

#include "api/followers.hpp"
#include "api/site_metrics.hpp"
#include "api/status.hpp"
#include "api/verbs.hpp"
#include "api/worker.hpp"
#include "observe/traces.hpp"
#include "supervisor/reloader.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::api {

/// What the handlers ask; all of it outlives whoever serves them.
struct Sources {
  supervisor::RunningSite& running;
  supervisor::Reloader& reloader;
  const Status& status;
  const SiteMetrics& metrics;
  observe::Traces& traces;
  Followers& followers;
  Worker& worker;
  const Clock& clock;
};

/// A handler for each of gatepost/service.hpp's api_verbs.
Verbs verbs_of(const Sources& sources);

}  // namespace gatepost::api

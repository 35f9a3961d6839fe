// A running site's numbers, for Prometheus: what it has counted, and how it is now.
#pragma once

#include <gatepost/time.hpp>
#include <string>

#include "observe/metrics.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::api {

/// All of them outlive it.
class SiteMetrics {
 public:
  SiteMetrics(const supervisor::RunningSite& running, const config::Site& site, const observe::Metrics& metrics,
              const Clock& clock, MonotonicTime started)
      : running_(running), site_(site), metrics_(metrics), clock_(clock), started_(started) {}

  /// The whole exposition.
  std::string text() const;

 private:
  void write_lanes(observe::Exposition& out, const supervisor::RunningSite::Vitals& vitals) const;
  void write_inputs(observe::Exposition& out, const supervisor::RunningSite::Vitals& vitals) const;
  void write_outputs(observe::Exposition& out, const supervisor::RunningSite::Vitals& vitals) const;
  void write_machine(observe::Exposition& out, const supervisor::RunningSite::Vitals& vitals) const;

  const supervisor::RunningSite& running_;
  const config::Site& site_;
  const observe::Metrics& metrics_;
  const Clock& clock_;
  const MonotonicTime started_;
};

}  // namespace gatepost::api

// What `gatepost status` tells of a running site.
#pragma once

#include <boost/json/object.hpp>
#include <gatepost/time.hpp>

#include "observe/recent.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {

/// The answer to {"do":"status"}. Times are ages in seconds, so that no clock has to be trusted to read them; numbers
/// that nobody knows are null.
class Status {
 public:
  /// All of them outlive it; `started` is when the engine began.
  Status(const RunningSite& running, const observe::Recent& recent, const Clock& clock, MonotonicTime started)
      : running_(running), recent_(recent), clock_(clock), started_(started) {}

  boost::json::object answer() const;

 private:
  boost::json::object lane(const RunningSite::Vitals::OfLane& lane) const;
  boost::json::object input(const InputRunner::Vitals& input) const;
  boost::json::object output(const runtime::Progress& progress) const;
  boost::json::object clock() const;
  boost::json::object journal(const config::Journal& settings, const RunningSite::Vitals& vitals) const;
  boost::json::object alarms(const std::vector<ActiveAlarm>& active) const;

  const RunningSite& running_;
  const observe::Recent& recent_;
  const Clock& clock_;
  const MonotonicTime started_;
};

}  // namespace gatepost::supervisor

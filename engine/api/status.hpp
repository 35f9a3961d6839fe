// What `gatepost status` tells of a running site.
#pragma once

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gatepost/time.hpp>

#include "api/services.hpp"
#include "observe/recent.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::api {

/// The answer to {"do":"status"}. Times are ages in seconds, so that no clock has to be trusted to read them; numbers
/// that nobody knows are null.
class Status {
 public:
  /// All of them outlive it; `started` is when the engine began.
  Status(const supervisor::RunningSite& running, const observe::Recent& recent, const Clock& clock,
         MonotonicTime started)
      : running_(running), recent_(recent), clock_(clock), started_(started) {}

  /// From now on it tells of these, which outlive it. From any thread.
  void tell_of(const Services& services) { services_ = &services; }

  boost::json::object answer() const;
  /// {"count":N,"last":[…],"active":[…]}
  boost::json::object alarms() const;

 private:
  boost::json::object lane(const supervisor::RunningSite::Vitals::OfLane& lane) const;
  boost::json::object actuator(const supervisor::RunningSite::Vitals::OfLane& lane) const;
  boost::json::object input(const supervisor::InputRunner::Vitals& input) const;
  boost::json::object output(const runtime::Progress& progress) const;
  boost::json::object clock() const;
  boost::json::object journal(const config::Journal& settings, const supervisor::RunningSite::Vitals& vitals) const;
  boost::json::array services() const;

  const supervisor::RunningSite& running_;
  const observe::Recent& recent_;
  const Clock& clock_;
  const MonotonicTime started_;
  std::atomic<const Services*> services_ = nullptr;
};

}  // namespace gatepost::api

// Who follows what happens at a running site.
#pragma once

#include <gatepost/host.hpp>
#include <gatepost/record.hpp>
#include <string>

#include "core/answer.hpp"

namespace gatepost::runtime {

/// What a plugin object has to say: for the log.
struct LogLine {
  Severity severity{};
  std::string object;  ///< its name in the site file
  std::string event, text;
};

/// Called from the threads of lanes and devices, several at a time; must not block. What may block (a screen, a log) is
/// told by Subscribers.
class Observer {
 public:
  virtual ~Observer() = default;
  /// The answer to a scan, after the actuator had its command.
  virtual void answered(const core::Answer& answer) = 0;
  /// What is told to whoever stands at a device before a scan is answered: "In or out?". There is no Record of it.
  virtual void prompted(const core::Answer& prompt) { static_cast<void>(prompt); }
  /// A Record that is not an attempt: a passage, a device, an alarm, a change.
  virtual void recorded(const Record& record) = 0;
  virtual void logged(const LogLine& line) { static_cast<void>(line); }
};

}  // namespace gatepost::runtime

// The device that a scan came from, as far as it tells people the answer.
#pragma once

#include <gatepost/record.hpp>
#include <string_view>

namespace gatepost::core {

/// Must not block: whoever runs a lane calls it.
class ScannerOutput {
 public:
  virtual ~ScannerOutput() = default;
  /// After the actuator had its command. A grant that the gate did not follow is told as a deny.
  virtual void answered(Outcome outcome, std::string_view reason) = 0;
  /// Whoever was let in has passed, or has not in his time; at once where nothing moved. The lane can take the next.
  virtual void ready() = 0;
};

}  // namespace gatepost::core

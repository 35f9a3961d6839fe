// Where a scan came from, so that its answer finds the way back.
#pragma once

#include <gatepost/record.hpp>
#include <string_view>

namespace gatepost::lane {

/// Called from the lane's threads; must not block.
class Asker {
 public:
  virtual ~Asker() = default;
  /// After the actuator had its command. A grant that the gate did not follow is told as a deny.
  virtual void answered(Outcome outcome, std::string_view reason) = 0;
  /// Whoever was let in has passed, or has not in his time; at once where nothing moved. The lane can take the next.
  virtual void ready() = 0;
};

}  // namespace gatepost::lane

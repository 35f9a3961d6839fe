// A switch that something else closes: a passage sensor, a push button, a fire alarm.
#pragma once

#include <gatepost/hal/address.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <stop_token>

namespace gatepost::hal {

/// Used by one thread at a time.
class Contact {
 public:
  virtual ~Contact() = default;

  virtual Result<bool> closed() = 0;

  /// Waits until it closes; one that is closed already must open first. True when it did; false when `timeout` was over
  /// or stop was asked for, which is noticed at once.
  virtual Result<bool> wait_to_close(Duration timeout, const std::stop_token& stop) = 0;
};

}  // namespace gatepost::hal

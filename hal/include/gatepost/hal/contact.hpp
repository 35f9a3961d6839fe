// A switch that something else closes: a passage sensor, a push button, a fire alarm.
#pragma once

#include <gatepost/hal/address.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <stop_token>

namespace gatepost::hal {

/// Used by one thread at a time.
class Contact {
 public:
  virtual ~Contact() = default;

  virtual Result<bool> closed() = 0;

  /// Waits until it closes; one that is closed already must open first. True when it did; false when `timeout` was over
  /// or stop was asked for, which is noticed at once. A wait goes on where the one before it ended: what closed between
  /// the two, and is closed still, or was seen by the kernel, counts.
  virtual Result<bool> wait_to_close(Duration timeout, const std::stop_token& stop) = 0;

  /// What has closed before now counts no more, and the next wait begins anew.
  virtual Result<void> forget() = 0;

  /// When it closed that the last wait was for, by the kernel's clock; nothing where nobody but the wait saw it.
  virtual std::optional<MonotonicTime> closed_at() const { return {}; }
};

/// gpio:CHIP/LINE, modbus:tcp://HOST:PORT/unit/N/input/M, modbus:rtu:/dev/ttyUSB0/unit/N/input/M; hal/README.md has
/// their options.
Result<std::unique_ptr<Contact>> open_contact(const Address& address);

}  // namespace gatepost::hal

// LCUS boards on the machine's serial lines; lcus_driver.hpp says how they speak.
#pragma once

#include <gatepost/hal/relay.hpp>

namespace gatepost::hal {

/// lcus:/dev/ttyUSB1?channels=2, lcus:by-path/…
Result<std::unique_ptr<Relay>> open_lcus(const Address& address);

/// The line that it is on.
inline Address line_of(const Address& address) {
  return {.scheme = "serial", .target = address.target, .directory = address.directory};
}

/// Without touching the port.
Result<RelayShape> lcus_shape(const Address& address);

}  // namespace gatepost::hal

// LCUS boards on the machine's serial lines; lcus_driver.hpp says how they speak.
#pragma once

#include <gatepost/hal/relay.hpp>

namespace gatepost::hal {

/// lcus:/dev/ttyUSB1?channels=2, lcus:by-path/…
Result<std::unique_ptr<Relay>> open_lcus(const Address& address);

/// Without touching the port.
Result<RelayShape> lcus_shape(const Address& address);

}  // namespace gatepost::hal

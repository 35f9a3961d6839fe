#include <gatepost/hal/relay.hpp>

#include "linux/dcttech_relay.hpp"
#include "linux/gpio.hpp"
#include "linux/lcus_relay.hpp"
#include "linux/modbus_relay.hpp"
#include "sim/turnstile.hpp"

namespace gatepost::hal {

Result<std::unique_ptr<Relay>> open_relay(const Address& address) {
  if (address.scheme == "dcttech") return open_dcttech(address);
  if (address.scheme == "gpio") return open_gpio_relay(address);
  if (address.scheme == "lcus") return open_lcus(address);
  if (address.scheme == "modbus") return open_modbus(address);
  if (address.scheme == "sim" && address.target == "turnstile") return open_sim_turnstile(address);
  return Error{"is no address of a relay board", address.text().substr(0, 80),
               "write lcus:/dev/ttyUSB0, dcttech:usb:16c0:05df@PORT, modbus:tcp://HOST:PORT/unit/N, "
               "modbus:rtu:/dev/ttyUSB0/unit/N, gpio:CHIP/LINE or sim:turnstile"};
}

Result<RelayShape> relay_shape(const Address& address) {
  if (address.scheme == "dcttech") return dcttech_shape(address);
  if (address.scheme == "gpio") return gpio_shape(address);
  if (address.scheme == "lcus") return lcus_shape(address);
  if (address.scheme == "modbus") return modbus_shape(address);
  auto board = open_relay(address);  // a simulated one opens nothing before it is told something
  if (!board) return board.error();
  return RelayShape{.channels = (*board)->channels(), .inputs = (*board)->inputs(), .simulated = true};
}

}  // namespace gatepost::hal

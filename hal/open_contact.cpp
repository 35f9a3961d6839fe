#include <gatepost/hal/contact.hpp>

#include "linux/gpio.hpp"
#include "linux/modbus_relay.hpp"

namespace gatepost::hal {

Error no_contact(const Address& address) {
  return {"is no address of a contact", address.text().substr(0, 80),
          "write gpio:CHIP/LINE, modbus:tcp://HOST:PORT/unit/N/input/M or modbus:rtu:/dev/ttyUSB0/unit/N/input/M"};
}

Result<std::unique_ptr<Contact>> open_contact(const Address& address) {
  if (address.scheme == "gpio") return open_gpio_contact(address);
  if (address.scheme == "modbus") return open_modbus_contact(address);
  return no_contact(address);
}

}  // namespace gatepost::hal

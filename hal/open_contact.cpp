#include <gatepost/hal/contact.hpp>
#include <gatepost/hal/device_needs.hpp>

#include "linux/device_need.hpp"
#include "linux/gpio.hpp"
#include "linux/modbus_relay.hpp"

namespace gatepost::hal {
namespace {

Error no_contact(const Address& address) {
  return {"is no address of a contact", address.text().substr(0, 80),
          "write gpio:CHIP/LINE, modbus:tcp://HOST:PORT/unit/N/input/M or modbus:rtu:/dev/ttyUSB0/unit/N/input/M"};
}

}  // namespace

Result<DeviceNeeds> contact_needs(const Address& address) {
  if (address.scheme == "gpio") return gpio_contact_needs(address);
  if (address.scheme == "modbus") return only(modbus_contact_need(address));
  return no_contact(address);
}

Result<std::unique_ptr<Contact>> open_contact(const Address& address) {
  if (address.scheme == "gpio") return open_gpio_contact(address);
  if (address.scheme == "modbus") return open_modbus_contact(address);
  return no_contact(address);
}

}  // namespace gatepost::hal

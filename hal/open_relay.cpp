#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/relay.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "linux/dcttech_relay.hpp"
#include "linux/device_need.hpp"
#include "linux/gpio.hpp"
#include "linux/lcus_relay.hpp"
#include "linux/modbus_relay.hpp"
#include "linux/serial_port.hpp"
#include "sim/turnstile.hpp"

namespace gatepost::hal {
namespace {

struct OwnDriver {
  std::string_view scheme;
  BoardDriver driver;
  Result<DeviceNeeds> (*needs)(const Address&);
};

Result<DeviceNeeds> dcttech_needs(const Address& address) {
  const auto device = dcttech_device(address);
  if (!device) return device.error();
  return raw_hid_needs(*device);
}

Result<DeviceNeeds> lcus_needs(const Address& address) { return only(serial_line_need(line_of(address), {})); }

Result<DeviceNeeds> modbus_needs(const Address& address) { return only(modbus_need(address)); }

Result<DeviceNeeds> no_needs(const Address&) { return DeviceNeeds{}; }

constexpr std::array own_drivers{
    OwnDriver{"dcttech", {relay_version, dcttech_shape, open_dcttech}, dcttech_needs},
    OwnDriver{"gpio", {relay_version, gpio_shape, open_gpio_relay}, gpio_needs},
    OwnDriver{"lcus", {relay_version, lcus_shape, open_lcus}, lcus_needs},
    OwnDriver{"modbus", {relay_version, modbus_shape, open_modbus}, modbus_needs},
    OwnDriver{"sim", {relay_version, sim_turnstile_shape, open_sim_turnstile}, no_needs},
};

// Null: of this scheme hal has none.
const OwnDriver* own_driver(std::string_view scheme) {
  const auto* const own = std::ranges::find(own_drivers, scheme, &OwnDriver::scheme);
  return own == own_drivers.end() ? nullptr : own;
}

// `why`: of whoever looked for a plugin.
Error unknown(const Address& address, const Error& why) {
  return {"is no address of a relay board" + (why.what.empty() ? "" : ": " + why.what), address.text().substr(0, 80),
          "write lcus:/dev/ttyUSB0, dcttech:usb:16c0:05df@PORT, modbus:tcp://HOST:PORT/unit/N, "
          "modbus:rtu:/dev/ttyUSB0/unit/N, gpio:CHIP/LINE or sim:turnstile" +
              (why.remedy.empty() ? "" : "; " + why.remedy)};
}

}  // namespace

bool is_own_scheme(std::string_view scheme) { return own_driver(scheme) != nullptr; }

Result<PluginBoard> find_driver(const Address& address, const FindBoard& find) {
  const OwnDriver* own = own_driver(address.scheme);
  const bool is_a_board = address.scheme != "sim" || address.target == "turnstile";
  if (own != nullptr && is_a_board) return PluginBoard{.driver = &own->driver};
  if (!find || !is_a_board) return unknown(address, {});
  auto found = find(address.scheme);
  if (!found) return unknown(address, found.error());
  if (found->driver->version != relay_version)
    return Error{"the plugin of the board was built for another version of hal", address.scheme,
                 "build the board's plugin, and the one that opens it, against this Gatepost"};
  return found;
}

Result<std::unique_ptr<Relay>> open_relay(const Address& address, const FindBoard& find) {
  const auto found = find_driver(address, find);
  if (!found) return found.error();
  return found->driver->open(address);
}

Result<RelayShape> relay_shape(const Address& address, const FindBoard& find) {
  const auto found = find_driver(address, find);
  if (!found) return found.error();
  return found->driver->shape(address);
}

// Of a plugin's board it is not known whether it lets others in.
Result<DeviceNeeds> relay_needs(const Address& address, const FindBoard& find) {
  if (const auto shape = relay_shape(address, find); !shape) return shape.error();
  if (const OwnDriver* own = own_driver(address.scheme); own != nullptr) return own->needs(address);
  return DeviceNeeds{{.device = address.scheme + ":" + address.target, .alone = false}};
}

}  // namespace gatepost::hal

#include <gatepost/hal/relay.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "linux/dcttech_relay.hpp"
#include "linux/gpio.hpp"
#include "linux/lcus_relay.hpp"
#include "linux/modbus_relay.hpp"
#include "sim/turnstile.hpp"

namespace gatepost::hal {
namespace {

struct OwnDriver {
  std::string_view scheme;
  BoardDriver driver;
};

constexpr std::array own_drivers{
    OwnDriver{"dcttech", {relay_version, dcttech_shape, open_dcttech}},
    OwnDriver{"gpio", {relay_version, gpio_shape, open_gpio_relay}},
    OwnDriver{"lcus", {relay_version, lcus_shape, open_lcus}},
    OwnDriver{"modbus", {relay_version, modbus_shape, open_modbus}},
    OwnDriver{"sim", {relay_version, sim_turnstile_shape, open_sim_turnstile}},
};

// `why`: of whoever looked for a plugin.
Error unknown(const Address& address, const Error& why) {
  return {"is no address of a relay board" + (why.what.empty() ? "" : ": " + why.what), address.text().substr(0, 80),
          "write lcus:/dev/ttyUSB0, dcttech:usb:16c0:05df@PORT, modbus:tcp://HOST:PORT/unit/N, "
          "modbus:rtu:/dev/ttyUSB0/unit/N, gpio:CHIP/LINE or sim:turnstile" +
              (why.remedy.empty() ? "" : "; " + why.remedy)};
}

}  // namespace

bool is_own_scheme(std::string_view scheme) {
  return std::ranges::find(own_drivers, scheme, &OwnDriver::scheme) != own_drivers.end();
}

Result<PluginBoard> find_driver(const Address& address, const FindBoard& find) {
  const auto own = std::ranges::find(own_drivers, address.scheme, &OwnDriver::scheme);
  const bool is_a_board = address.scheme != "sim" || address.target == "turnstile";
  if (own != own_drivers.end() && is_a_board) return PluginBoard{.driver = &own->driver};
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

}  // namespace gatepost::hal

#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/keyboard.hpp>

#include "linux/device_need.hpp"
#include "linux/evdev_keyboard.hpp"
#include "sim/keyboard.hpp"
#include "sim/tape_devices.hpp"

namespace gatepost::hal {
namespace {

Error no_keyboard(const Address& address) {
  return {"is no address of a keyboard", address.text().substr(0, 80),
          "write usb:VVVV:PPPP@PORT, input:by-id/NAME, input:/dev/input/event3, sim:keys/FILE or sim:tape/FILE"};
}

bool plays_keys(const Address& address) { return address.scheme == "sim" && address.target.starts_with("keys/"); }

}  // namespace

Result<DeviceNeeds> keyboard_needs(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "input") return only(event_device_need(address));
  if (plays_keys(address) || is_tape(address)) return DeviceNeeds{};
  return no_keyboard(address);
}

Result<std::unique_ptr<Keyboard>> open_keyboard(const Address& address, const std::shared_ptr<const KeyMap>& map) {
  if (address.scheme == "usb" || address.scheme == "input") return open_evdev_keyboard(address, map);
  if (plays_keys(address)) return open_sim_keyboard(address);
  if (is_tape(address)) return open_tape_keyboard(address, map);
  return no_keyboard(address);
}

}  // namespace gatepost::hal

#include <gatepost/hal/keyboard.hpp>

#include "linux/evdev_keyboard.hpp"
#include "sim/keyboard.hpp"
#include "sim/tape_devices.hpp"

namespace gatepost::hal {

Error no_keyboard(const Address& address) {
  return {"is no address of a keyboard", address.text().substr(0, 80),
          "write usb:VVVV:PPPP@PORT, input:by-id/NAME, input:/dev/input/event3, sim:keys/FILE or sim:tape/FILE"};
}

Result<std::unique_ptr<Keyboard>> open_keyboard(const Address& address, const std::shared_ptr<const KeyMap>& map) {
  if (address.scheme == "usb" || address.scheme == "input") return open_evdev_keyboard(address, map);
  if (address.scheme == "sim" && address.target.starts_with("keys/")) return open_sim_keyboard(address);
  if (is_tape(address)) return open_tape_keyboard(address, map);
  return no_keyboard(address);
}

}  // namespace gatepost::hal

#include <gatepost/hal/keyboard.hpp>

#include "linux/evdev_keyboard.hpp"
#include "sim/keyboard.hpp"

namespace gatepost::hal {

Result<std::unique_ptr<Keyboard>> open_keyboard(const Address& address, KeyLayout layout) {
  if (address.scheme == "usb" || address.scheme == "input") return open_evdev_keyboard(address, layout);
  if (address.scheme == "sim" && address.target.starts_with("keys/")) return open_sim_keyboard(address);
  return Error{"is no address of a keyboard", address.text().substr(0, 80),
               "write usb:VVVV:PPPP@PORT, input:by-id/NAME, input:/dev/input/event3 or sim:keys/FILE"};
}

}  // namespace gatepost::hal

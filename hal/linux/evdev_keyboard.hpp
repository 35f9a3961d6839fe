// A keyboard through the kernel's event devices: /dev/input/event*.
#pragma once

#include <gatepost/device_need.hpp>
#include <gatepost/hal/keyboard.hpp>

namespace gatepost::hal {

Result<std::unique_ptr<Keyboard>> open_evdev_keyboard(const Address& address, const std::shared_ptr<const KeyMap>& map);

/// Without opening it.
Result<DeviceNeed> event_device_need(const Address& address);

}  // namespace gatepost::hal

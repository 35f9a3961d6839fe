#include <algorithm>
#include <gatepost/hal/device_uses.hpp>
#include <gatepost/hal/options.hpp>

#include "linux/dcttech_relay.hpp"
#include "linux/device_use.hpp"
#include "linux/evdev_keyboard.hpp"
#include "linux/gpio.hpp"
#include "linux/hidraw.hpp"
#include "linux/lcus_relay.hpp"
#include "linux/modbus_relay.hpp"
#include "linux/serial_port.hpp"
#include "linux/v4l2_camera.hpp"
#include "sim/tape_devices.hpp"

namespace gatepost::hal {
namespace {

Result<DeviceUses> one(Result<DeviceUse> use) {
  if (!use) return use.error();
  return DeviceUses{std::move(*use)};
}

bool plays(const Address& address, std::initializer_list<std::string_view> what) {
  const std::string_view kind = std::string_view(address.target).substr(0, address.target.find('/'));
  return address.scheme == "sim" && std::ranges::find(what, kind) != what.end();
}

}  // namespace

Result<DeviceUses> serial_uses(const Address& address) {
  if (address.scheme == "serial" || address.scheme == "usb") return one(serial_line_use(address, {}));
  if (plays(address, {"lines", "gun", "terminal"}) || is_tape(address)) return DeviceUses{};
  return no_serial_scanner(address);
}

Result<DeviceUses> keyboard_uses(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "input") return one(event_device_use(address));
  if (plays(address, {"keys"}) || is_tape(address)) return DeviceUses{};
  return no_keyboard(address);
}

Result<DeviceUses> raw_hid_uses(const Address& address) {
  if (address.scheme == "usb") return one(use_of_usb(address.target));
  if (plays(address, {"hid"}) || is_tape(address)) return DeviceUses{};
  if (address.scheme != "hidraw") return no_raw_hid(address);
  if (auto done = OptionReader(address).done(); !done) return done.error();
  const auto file = named_file(address, {});
  if (!file) return file.error();
  return DeviceUses{use_of_file(*file)};
}

Result<DeviceUses> camera_uses(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "v4l2") return one(v4l2_use(address));
  if (plays(address, {"still", "frames", "cards"})) return DeviceUses{};
  return no_camera(address);
}

Result<DeviceUses> contact_uses(const Address& address) {
  if (address.scheme == "gpio") return gpio_contact_uses(address);
  if (address.scheme == "modbus") return one(modbus_contact_use(address));
  return no_contact(address);
}

// Of a plugin's board it is not known whether it lets others in.
Result<DeviceUses> relay_uses(const Address& address, const FindBoard& find) {
  if (const auto shape = relay_shape(address, find); !shape) return shape.error();
  if (address.scheme == "sim") return DeviceUses{};
  if (address.scheme == "lcus") return one(serial_line_use(line_of(address), {}));
  if (address.scheme == "modbus") return one(modbus_use(address));
  if (address.scheme == "gpio") return gpio_uses(address);
  if (address.scheme != "dcttech") return DeviceUses{{.device = address.scheme + ":" + address.target, .alone = false}};
  const auto device = dcttech_device(address);
  if (!device) return device.error();
  return raw_hid_uses(*device);
}

}  // namespace gatepost::hal

#include <algorithm>
#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/options.hpp>

#include "linux/dcttech_relay.hpp"
#include "linux/device_need.hpp"
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

Result<DeviceNeeds> one(Result<DeviceNeed> use) {
  if (!use) return use.error();
  return DeviceNeeds{std::move(*use)};
}

bool plays(const Address& address, std::initializer_list<std::string_view> what) {
  const std::string_view kind = std::string_view(address.target).substr(0, address.target.find('/'));
  return address.scheme == "sim" && std::ranges::find(what, kind) != what.end();
}

}  // namespace

Result<DeviceNeeds> serial_needs(const Address& address) {
  if (address.scheme == "serial" || address.scheme == "usb") return one(serial_line_need(address, {}));
  if (plays(address, {"lines", "gun", "terminal"}) || is_tape(address)) return DeviceNeeds{};
  return no_serial_scanner(address);
}

Result<DeviceNeeds> keyboard_needs(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "input") return one(event_device_need(address));
  if (plays(address, {"keys"}) || is_tape(address)) return DeviceNeeds{};
  return no_keyboard(address);
}

Result<DeviceNeeds> raw_hid_needs(const Address& address) {
  if (address.scheme == "usb") {
    if (auto right = check_usb_hid_options(address); !right) return right.error();
    return one(need_of_usb(address.target));
  }
  if (plays(address, {"hid"}) || is_tape(address)) return DeviceNeeds{};
  if (address.scheme != "hidraw") return no_raw_hid(address);
  if (auto done = OptionReader(address).done(); !done) return done.error();
  const auto file = named_file(address, {});
  if (!file) return file.error();
  return DeviceNeeds{need_of_file(*file)};
}

Result<DeviceNeeds> camera_needs(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "v4l2") return one(v4l2_need(address));
  if (plays(address, {"still", "frames", "cards"})) return DeviceNeeds{};
  return no_camera(address);
}

Result<DeviceNeeds> contact_needs(const Address& address) {
  if (address.scheme == "gpio") return gpio_contact_needs(address);
  if (address.scheme == "modbus") return one(modbus_contact_need(address));
  return no_contact(address);
}

// Of a plugin's board it is not known whether it lets others in.
Result<DeviceNeeds> relay_needs(const Address& address, const FindBoard& find) {
  if (const auto shape = relay_shape(address, find); !shape) return shape.error();
  if (address.scheme == "sim") return DeviceNeeds{};
  if (address.scheme == "lcus") return one(serial_line_need(line_of(address), {}));
  if (address.scheme == "modbus") return one(modbus_need(address));
  if (address.scheme == "gpio") return gpio_needs(address);
  if (address.scheme != "dcttech")
    return DeviceNeeds{{.device = address.scheme + ":" + address.target, .alone = false}};
  const auto device = dcttech_device(address);
  if (!device) return device.error();
  return raw_hid_needs(*device);
}

}  // namespace gatepost::hal

// The one name of a device that many addresses lead to. Private to hal.
#pragma once

#include <filesystem>
#include <gatepost/device_need.hpp>
#include <gatepost/hal/address.hpp>
#include <gatepost/hal/device_needs.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace gatepost::hal {

/// A device file, by the file that links end at, where it is there.
DeviceNeed need_of_file(const std::filesystem::path& file);

/// What follows `usb:`. By its place in sysfs where it is plugged in, else as it is written.
Result<DeviceNeed> need_of_usb(std::string_view name);
/// The same, by its only file of that subsystem where it has one.
Result<DeviceNeed> need_of_usb_file(std::string_view name, std::string_view subsystem);

/// Of an address that leads to one device.
inline Result<DeviceNeeds> only(Result<DeviceNeed> need) {
  if (!need) return need.error();
  return DeviceNeeds{std::move(*need)};
}

/// The file that a target names: in full, or by-id/… and by-path/… beneath `folder`, where udev keeps such names;
/// empty: it keeps none. Nothing else: a relative path would begin wherever the engine was started.
Result<std::filesystem::path> named_file(const Address& address, const std::filesystem::path& folder);

}  // namespace gatepost::hal

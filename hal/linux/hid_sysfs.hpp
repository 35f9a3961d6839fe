// What sysfs tells of HID devices, without opening them.
#pragma once

#include <filesystem>
#include <gatepost/hal/address.hpp>
#include <gatepost/hal/raw_hid.hpp>
#include <optional>
#include <vector>

#include "hid_descriptor.hpp"
#include "linux/usb.hpp"

namespace gatepost::hal {

/// The report descriptor of /dev/hidraw0, or of a link to it; empty where there is none.
std::vector<std::byte> report_descriptor(const std::filesystem::path& file, const std::filesystem::path& sys = "/sys");

/// The device's hidraw file; of several the only one of `page`. Nothing: no driver made one of it.
Result<std::optional<std::filesystem::path>> hidraw_of(const UsbDevice& device, std::optional<std::uint16_t> page,
                                                       const std::filesystem::path& sys = "/sys");

/// How the device that this usb: name means is read best.
Result<HidUse> hid_use_of(const UsbName& name, const std::filesystem::path& sys = "/sys");

}  // namespace gatepost::hal

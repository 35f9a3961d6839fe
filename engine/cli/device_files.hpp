// The device files that a site's addresses lead to, and the class of devices that each belongs to.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/site.hpp"

namespace gatepost::cli {

/// The character devices that an address leads to: an absolute path in it, one of udev's names (by-id/…, by-path/…),
/// whatever follows it, all that a USB device is (usb:0c2e:0b61@1-1.2), or a GPIO chip. Empty: it names no file in
/// /dev. An Error: it does, and there is none now.
Result<std::vector<std::filesystem::path>> device_files(std::string_view address);

/// How a unit's DeviceAllow= names the devices of that one's class: "char-ttyUSB". The file itself where it has no
/// class of its own to speak of.
std::string device_class(const std::filesystem::path& file);

}  // namespace gatepost::cli

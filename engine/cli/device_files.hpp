// The device files that a site's addresses lead to, and the class of devices that each belongs to.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "config/site.hpp"

namespace gatepost::cli {

/// The character device that an address leads to: an absolute path in it, or one of udev's names (by-id/…, by-path/…),
/// whatever follows it. Nothing: it names no file in /dev. An Error: it does, and there is none now.
Result<std::optional<std::filesystem::path>> device_file(std::string_view address);

/// How a unit's DeviceAllow= names the devices of that one's class: "char-ttyUSB". The file itself where it has no
/// class of its own to speak of.
std::string device_class(const std::filesystem::path& file);

}  // namespace gatepost::cli

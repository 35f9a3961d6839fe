// The device files of a USB device that an address names by its numbers and port.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace gatepost::cli {

/// Those of usb:0c2e:0b61@1-1.2, which may stand behind the name of what speaks there (lcus:usb:…): its serial ports,
/// event and HID devices, cameras, and the USB device itself. Empty: it is not plugged in. Nothing: it is no such
/// address.
std::optional<std::vector<std::filesystem::path>> usb_files(std::string_view address,
                                                            const std::filesystem::path& sys = "/sys");

}  // namespace gatepost::cli

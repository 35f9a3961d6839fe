// A HID device through the kernel's hidraw.
#pragma once

#include <filesystem>
#include <gatepost/hal/raw_hid.hpp>

namespace gatepost::hal {

Error no_raw_hid(const Address& address);
/// Of usb:… : an Error where its options are not right.
Result<void> check_usb_hid_options(const Address& address);

Result<std::unique_ptr<RawHid>> open_hidraw(const std::filesystem::path& file);

}  // namespace gatepost::hal

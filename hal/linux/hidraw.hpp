// A HID device through the kernel's hidraw.
#pragma once

#include <filesystem>
#include <gatepost/hal/raw_hid.hpp>

namespace gatepost::hal {

Error no_raw_hid(const Address& address);

Result<std::unique_ptr<RawHid>> open_hidraw(const std::filesystem::path& file);

}  // namespace gatepost::hal

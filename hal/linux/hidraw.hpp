// A HID device through the kernel's hidraw.
#pragma once

#include <filesystem>
#include <gatepost/hal/raw_hid.hpp>

namespace gatepost::hal {

Result<std::unique_ptr<RawHid>> open_hidraw(const std::filesystem::path& file);

}  // namespace gatepost::hal

// A HID device through libusb, for machines on which no driver makes a hidraw device of it.
#pragma once

#include <gatepost/hal/raw_hid.hpp>
#include <optional>

#include "linux/usb.hpp"

namespace gatepost::hal {

/// The kernel's driver is detached, and attached again when the RawHid ends. When this process is killed it is not:
/// the device then has no driver until it is plugged in again, or opened here again.
Result<std::unique_ptr<RawHid>> open_libusb_hid(const UsbDevice& device, std::optional<std::uint16_t> page);

}  // namespace gatepost::hal

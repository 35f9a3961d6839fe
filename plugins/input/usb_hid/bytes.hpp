// How a site file writes a feature report.
#pragma once

#include <cstddef>
#include <gatepost/result.hpp>
#include <string_view>
#include <vector>

namespace usb_hid {

/// "FE 01" ▶ bytes, at most 64, the report's number first; or honeywell_hid, which is FE 01: it has a Honeywell send
/// its codes as HID reports (github.com/NielsLeenheer/WebHidBarcodeScanner).
gatepost::Result<std::vector<std::byte>> feature_report(std::string_view text);

}  // namespace usb_hid

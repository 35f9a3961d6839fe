// How a site file writes a report that is sent to a scanner.
#pragma once

#include <cstddef>
#include <gatepost/result.hpp>
#include <string_view>
#include <vector>

namespace usb_hid {

/// "FE 01" ▶ bytes, at most 64, the report's number first; or honeywell_hid, which is FE 01: it has a Honeywell send
/// its codes as HID reports (github.com/NielsLeenheer/WebHidBarcodeScanner).
gatepost::Result<std::vector<std::byte>> feature_report(std::string_view text);

/// The same of an output report; or the name of a published one of Honeywell's, whose report FD has a length and then
/// a serial line's command (github.com/HenkVanAsselt/python_hon_usbhid): honeywell_trigger FD 03 16 54 0D,
/// honeywell_release FD 03 16 55 0D, honeywell_beep FD 03 16 07 0D.
gatepost::Result<std::vector<std::byte>> output_report(std::string_view text);

}  // namespace usb_hid

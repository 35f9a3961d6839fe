#include "bytes.hpp"

#include <gatepost/framer.hpp>
#include <span>

namespace usb_hid {

gatepost::Result<std::vector<std::byte>> feature_report(std::string_view text) {
  if (text == "honeywell_hid") text = "FE 01";
  const auto bytes = gatepost::from_hex(text, 64);
  if (!bytes)
    return gatepost::Error{
        "is no feature report", {}, "write its bytes in hex with its number first, such as FE 01, or honeywell_hid"};
  const auto raw = std::as_bytes(std::span(*bytes));
  return std::vector(raw.begin(), raw.end());
}

}  // namespace usb_hid

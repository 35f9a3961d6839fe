#include "bytes.hpp"

#include <charconv>
#include <cstdint>

namespace usb_hid {

gatepost::Result<std::vector<std::byte>> feature_report(std::string_view text) {
  if (text == "honeywell_hid") text = "FE 01";
  std::vector<std::byte> bytes;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    std::uint8_t value = 0;
    const auto digits = text.substr(0, 2);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || failure != std::errc() || end != digits.data() + 2 || bytes.size() == 64)
      return gatepost::Error{
          "is no feature report", {}, "write its bytes in hex with its number first, such as FE 01, or honeywell_hid"};
    bytes.push_back(std::byte{value});
    text.remove_prefix(2);
  }
  return bytes;
}

}  // namespace usb_hid

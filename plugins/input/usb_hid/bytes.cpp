#include "bytes.hpp"

#include <array>
#include <gatepost/framer.hpp>
#include <span>

namespace usb_hid {
namespace {

using gatepost::Error;
using gatepost::Result;

Result<std::vector<std::byte>> bytes_of(std::string_view text, const Error& wrong) {
  const auto bytes = gatepost::from_hex(text, 64);
  if (!bytes) return wrong;
  const auto raw = std::as_bytes(std::span(*bytes));
  return std::vector(raw.begin(), raw.end());
}

}  // namespace

Result<std::vector<std::byte>> feature_report(std::string_view text) {
  if (text == "honeywell_hid") text = "FE 01";
  return bytes_of(
      text,
      {"is no feature report", {}, "write its bytes in hex with its number first, such as FE 01, or honeywell_hid"});
}

Result<std::vector<std::byte>> output_report(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> published{
      {{"honeywell_trigger", "FD 03 16 54 0D"},
       {"honeywell_release", "FD 03 16 55 0D"},
       {"honeywell_beep", "FD 03 16 07 0D"}}};
  for (const auto& [name, hex] : published)
    if (text == name) text = hex;
  return bytes_of(text, {"is no output report",
                         {},
                         "write its bytes in hex with its number first, such as FD 03 16 07 0D, or honeywell_trigger, "
                         "honeywell_release or honeywell_beep"});
}

}  // namespace usb_hid

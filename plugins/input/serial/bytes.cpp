#include "bytes.hpp"

#include <array>
#include <gatepost/framer.hpp>

namespace serial {
namespace {

using gatepost::Error;

struct Published {
  std::string_view name, hex;
};

// Sources: devices' manuals as named in the header.
constexpr std::array published{
    Published{"honeywell_trigger", "16 54 0D"},
    Published{"honeywell_release", "16 55 0D"},
    Published{"ssi_start", "04 E4 04 00 FF 14"},
    Published{"ssi_stop", "04 E5 04 00 FF 13"},
    Published{"ssi_beep", "05 E6 04 00 01 FF 10"},
    Published{"ssi_beep_low", "05 E6 04 00 0F FF 02"},
    Published{"ssi_led_on", "05 E7 04 00 01 FF 0F"},
    Published{"ssi_led_off", "05 E8 04 00 01 FF 0E"},
    Published{"ssi_scan_enable", "04 E9 04 00 FF 0F"},
    Published{"ssi_scan_disable", "04 EA 04 00 FF 0E"},
    Published{"honeywell_beep", "16 07 0D"},
    Published{"ssi_ack", "04 D0 04 00 FF 28"},
    Published{"grow_trigger", "7E 00 08 01 00 02 01 02 DA"},
    Published{"newland_trigger", "7E 01 30 30 30 30 23 53 43 4E 54 52 47 31 3B 03"},
    Published{"newland_release", "7E 01 30 30 30 30 23 53 43 4E 54 52 47 30 3B 03"},
    Published{"datalogic_good", "42"},
    Published{"datalogic_bad", "46"},
};

}  // namespace

gatepost::Result<std::string> command(std::string_view text) {
  for (const auto& [name, hex] : published)
    if (text == name) text = hex;
  if (auto bytes = gatepost::from_hex(text, 256)) return std::move(*bytes);
  std::string names;
  for (const auto& known : published) names += (names.empty() ? "" : ", ") + std::string(known.name);
  return Error{"is no command", {}, "write its bytes in hex, such as 16 54 0D, or one of " + names};
}

}  // namespace serial

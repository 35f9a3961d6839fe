// What a device says of itself, and where it is plugged in.
#pragma once

#include <cstdint>
#include <string>

namespace gatepost::hal {

/// Empty or 0: it does not say.
struct Identity {
  std::string bus{};                      ///< usb, platform, pci …
  std::uint16_t vendor = 0, product = 0;  ///< usb-ids numbers
  std::string serial{};                   ///< many makers give every device the same
  std::string port{};                     ///< the way of ports to it: 1-1.2; it survives a reboot and a swap of devices
  std::string maker{}, name{};            ///< its own words, cut and made printable

  /// For people: "usb 0c2e:0b61 at 1-1.2, Honeywell Scanner".
  std::string text() const;
};

}  // namespace gatepost::hal

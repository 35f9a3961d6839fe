// Which plugins can use a device, and how a site file names it for them.
#pragma once

#include <gatepost/hal/bus.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/catalogue.hpp"

namespace gatepost::devices {

/// What plugins call a use in their descriptors: to_word of it, and "pos" for a HID device that is a scanner by its own
/// word (usage page 8C).
std::string_view use_word(const hal::BusDevice& device);

struct Suit {
  const Descriptor* plugin;  ///< what a site file names: of a relay board, whatever opens such boards
  std::string_view what;     ///< in the plugin's words
  std::string setting;       ///< device, board
  std::string address;
  int closeness = 0;  ///< 2: this very product, 1: its maker, 0: all devices of that use
};

/// The closest first; each plugin once, and once for each board plugin whose boards it opens.
std::vector<Suit> suits_of(const hal::BusDevice& device, const plugin::Catalogue& catalogue);

}  // namespace gatepost::devices

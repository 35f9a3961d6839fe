#include "devices/suitable.hpp"

#include <algorithm>
#include <optional>

namespace gatepost::devices {
namespace {

constexpr std::uint16_t scanner_page = 0x8c;

std::optional<int> closeness(const Hardware& hardware, const hal::BusDevice& device) {
  const std::string_view use = hardware.use;
  if (!use.empty() && use != use_word(device)) return {};
  if (use.empty() && hardware.vendor == 0) return {};
  if (hardware.vendor != 0 && hardware.vendor != device.identity.vendor) return {};
  if (hardware.product != 0 && hardware.product != device.identity.product) return {};
  return (hardware.vendor != 0 ? 1 : 0) + (hardware.product != 0 ? 1 : 0);
}

// lcus:usb:1a86:7523@1-2; a GPIO chip's address has its scheme already.
std::string address_for(const Hardware& hardware, const hal::BusDevice& device) {
  const std::string scheme = hardware.scheme;
  if (scheme.empty() || device.address.starts_with(scheme + ":")) return device.address;
  return scheme + ":" + device.address;
}

}  // namespace

std::string_view use_word(const hal::BusDevice& device) {
  if (device.use == hal::DeviceUse::raw_hid && device.usage_page == scanner_page) return "pos";
  return to_word(device.use);
}

std::vector<Suit> suits_of(const hal::BusDevice& device, const plugin::Catalogue& catalogue) {
  std::vector<Suit> all;
  for (const auto& plugin : catalogue.plugins()) {
    std::optional<Suit> best;
    for (std::size_t i = 0; i < plugin.descriptor->suits_count; ++i) {
      const Hardware& hardware = plugin.descriptor->suits[i];
      const auto close = closeness(hardware, device);
      if (!close || (best && best->closeness >= *close)) continue;
      best = Suit{plugin.descriptor, hardware.what, hardware.setting, address_for(hardware, device), *close};
    }
    if (best) all.push_back(std::move(*best));
  }
  std::ranges::stable_sort(all, std::greater(), &Suit::closeness);
  return all;
}

}  // namespace gatepost::devices

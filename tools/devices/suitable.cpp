#include "devices/suitable.hpp"

#include <algorithm>
#include <optional>
#include <span>

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
std::string address_for(const std::string& scheme, const hal::BusDevice& device) {
  if (scheme.empty() || device.address.starts_with(scheme + ":")) return device.address;
  return scheme + ":" + device.address;
}

struct Match {
  const Hardware* hardware;
  int closeness;
};

std::optional<Match> best_match(const Descriptor& plugin, const hal::BusDevice& device) {
  std::optional<Match> best;
  for (const Hardware& hardware : std::span(plugin.suits, plugin.suits_count)) {
    const auto close = closeness(hardware, device);
    if (close && (!best || best->closeness < *close)) best = Match{&hardware, *close};
  }
  return best;
}

constexpr const char* board_setting = "board";

bool opens_boards(const Descriptor& plugin) {
  const auto fields = plugin.settings();
  return plugin.kind == PluginKind::actuator &&
         std::ranges::find(fields, board_setting, &FieldInfo::key) != fields.end();
}

// A driver of boards is named by the address alone; the plugin beside it is one that opens boards.
void add_board(std::vector<Suit>& all, const Descriptor& driver, const Match& match, const hal::BusDevice& device,
               const plugin::Catalogue& catalogue) {
  for (const auto& plugin : catalogue.plugins())
    if (opens_boards(*plugin.descriptor))
      all.push_back(
          {plugin.descriptor, match.hardware->what, board_setting, address_for(driver.name, device), match.closeness});
}

}  // namespace

std::string_view use_word(const hal::BusDevice& device) {
  if (device.use == hal::DeviceUse::raw_hid && device.usage_page == scanner_page) return "pos";
  return to_word(device.use);
}

std::vector<Suit> suits_of(const hal::BusDevice& device, const plugin::Catalogue& catalogue) {
  std::vector<Suit> all;
  for (const auto& plugin : catalogue.plugins()) {
    const Descriptor& descriptor = *plugin.descriptor;
    const auto match = best_match(descriptor, device);
    if (match && descriptor.kind == PluginKind::board)
      add_board(all, descriptor, *match, device, catalogue);
    else if (match)
      all.push_back({&descriptor, match->hardware->what, match->hardware->setting,
                     address_for(match->hardware->scheme, device), match->closeness});
  }
  std::ranges::stable_sort(all, std::greater(), &Suit::closeness);
  return all;
}

}  // namespace gatepost::devices

#include "devices/learn/candidates.hpp"

#include <algorithm>
#include <gatepost/support/printable.hpp>

#include "devices/build_input.hpp"
#include "devices/doctor/checked_device.hpp"
#include "devices/suitable.hpp"

namespace gatepost::learn {
namespace {

using devices::Suit;
using hal::BusDevice;

bool speaks(std::string_view use) { return use == "keyboard" || use == "pos" || use == "serial"; }

/// The setting that a scanner's plugin has its address in; empty where it reads none.
std::string address_key(const Descriptor& plugin) {
  if (plugin.kind != PluginKind::input) return {};
  for (std::size_t i = 0; i < plugin.suits_count; ++i)
    if (speaks(plugin.suits[i].use)) return plugin.suits[i].setting;
  return {};
}

std::size_t place_of(const Descriptor& plugin, std::string_view key) {
  const auto fields = plugin.settings();
  return static_cast<std::size_t>(std::ranges::find(fields, key, &FieldInfo::key) - fields.begin());
}

/// Which of them are something else at this site.
std::vector<doctor::CheckedDevice> others(const config::Site& site, const plugin::Catalogue& catalogue) {
  std::vector<doctor::Named> named;
  for (auto& one : doctor::named_in(site))
    for (const auto& use : site.devices)
      if (use.instance.name == one.entry && address_key(*use.plugin).empty()) named.push_back(one);
  auto all = doctor::patients_of({}, named, catalogue);
  std::erase_if(all, [](const doctor::CheckedDevice& checked) { return checked.entry.empty(); });
  return all;
}

Result<std::unique_ptr<Input>> built(const Question& question, const Suit& suit, const plugin::Plugin& plugin) {
  if (suit.plugin != question.use->plugin) {
    auto other = devices::build_input(plugin, suit.address, "");
    if (!other) return other.error();
    return std::move(other->input);
  }
  auto values = question.use->values;
  values.at(place_of(*suit.plugin, question.key)) = suit.address;
  return suit.plugin->make.input(values, question.use->instance);
}

/// The question's own plugin where it can, else the closest.
const Suit* best_of(const std::vector<Suit>& suits, const Question& question) {
  const Suit* best = nullptr;
  for (const Suit& suit : suits) {
    if (suit.plugin->kind != PluginKind::input) continue;
    if (suit.plugin == question.use->plugin) return &suit;
    if (best == nullptr) best = &suit;
  }
  return best;
}

}  // namespace

std::vector<Question> questions_of(const config::Site& site) {
  std::vector<Question> all;
  for (const auto& lane : site.lanes)
    for (const auto& input : lane.inputs)
      for (const auto& use : site.devices) {
        const bool asked = std::ranges::any_of(all, [&](const Question& one) { return one.use == &use; });
        const std::string key = address_key(*use.plugin);
        if (use.instance.name != input.device || asked || key.empty()) continue;
        all.push_back({lane.name, std::string(config::direction_word(input)), &use, key});
      }
  return all;
}

Result<std::vector<Listener>> candidates(const Question& question, const config::Site& site,
                                         const plugin::Catalogue& catalogue) {
  auto bus = hal::open_bus();
  if (!bus) return bus.error();
  const auto found = (*bus)->list();
  if (!found) return found.error();
  const auto taken = others(site, catalogue);
  std::vector<Listener> listeners;
  for (const BusDevice& device : *found) {
    if (device.identity.bus.empty()) continue;
    if (std::ranges::any_of(taken, [&](const auto& other) { return other.device.file == device.file; })) continue;
    const auto suits = devices::suits_of(device, catalogue);
    const Suit* suit = best_of(suits, question);
    // Some scanners are raw HID devices, and only their number tells that they are any.
    if (suit == nullptr || (!speaks(devices::use_word(device)) && suit->closeness < 2)) continue;
    auto input = built(question, *suit, *catalogue.find(suit->plugin->name));
    if (!input) return input.error();
    listeners.push_back({.port = device.identity.port,
                         .address = suit->address,
                         .plugin = suit->plugin->name,
                         .name = support::printable(device.identity.text(), 100),
                         .is_known = suit->closeness > 0 || devices::use_word(device) != "keyboard",
                         .input = std::move(*input)});
  }
  return listeners;
}

}  // namespace gatepost::learn

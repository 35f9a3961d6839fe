// What is plugged in: each device with its address, and the plugin that reads it or moves it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <gatepost/hal/bus.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <map>

#include "cli/options.hpp"
#include "devices/commands.hpp"
#include "devices/interrupt.hpp"
#include "devices/suitable.hpp"

namespace gatepost::cli {
namespace {

namespace json = boost::json;
using devices::Suit;
using hal::BusDevice;

struct Listed {
  BusDevice device;
  std::vector<Suit> suits;
};

std::string shown(std::string_view text) { return support::printable(text, 120); }

std::vector<Listed> listed(std::vector<BusDevice> found, const plugin::Catalogue& catalogue) {
  std::vector<Listed> all;
  for (auto& device : found) {
    auto suits = devices::suits_of(device, catalogue);
    all.push_back({std::move(device), std::move(suits)});
  }
  return all;
}

json::object to_json(const Listed& one) {
  const auto& identity = one.device.identity;
  json::array plugins;
  for (const auto& suit : one.suits)
    plugins.push_back({{"plugin", suit.plugin->name}, {suit.setting, suit.address}, {"what", suit.what}});
  return {{"use", devices::use_word(one.device)},
          {"address", one.device.address},
          {"file", one.device.file.string()},
          {"driver", one.device.driver},
          {"accessible", one.device.accessible},
          {"bus", identity.bus},
          {"vendor", fmt::format("{:04x}", identity.vendor)},
          {"product", fmt::format("{:04x}", identity.product)},
          {"serial", identity.serial},
          {"port", identity.port},
          {"maker", identity.maker},
          {"name", identity.name},
          {"plugins", std::move(plugins)}};
}

void print_one(const Listed& one) {
  std::cout << fmt::format("  {:<9} {}  {}{}{}\n", devices::use_word(one.device), shown(one.device.address),
                           one.device.file.string(), one.device.driver.empty() ? "" : ", driver ", one.device.driver);
  if (!one.device.accessible)
    std::cout
        << "            this user may not open it: add the user to group gatepost, and see configs/udev;\n            "
           "gatepost doctor prints the rule that a device lacks\n";
  for (const auto& suit : one.suits)
    std::cout << fmt::format("            {{ plugin: {}, {}: \"{}\" }}  {}\n", suit.plugin->name, suit.setting,
                             shown(suit.address), suit.what);
}

void print_all(const std::vector<Listed>& all) {
  std::string before;
  for (const auto& one : all) {
    const auto& identity = one.device.identity;
    const std::string heading = identity.bus.empty() ? "built in" : identity.text();
    if (std::exchange(before, heading) != heading)
      std::cout << shown(heading) << (identity.serial.empty() ? "" : ", serial number " + shown(identity.serial))
                << "\n";
    print_one(one);
  }
  if (all.empty()) std::cout << "nothing to scan or to switch with is plugged in; the demo needs none: tools/run\n";
}

/// A name for the site file: what it is used as, and its port.
std::string entry_name(const Listed& one, std::map<std::string, int>& taken) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> words{{{"keyboard", "gun"},
                                                                                {"pos", "gun"},
                                                                                {"serial", "scanner"},
                                                                                {"camera", "camera"},
                                                                                {"raw_hid", "board"},
                                                                                {"gpio", "board"}}};
  std::string name = "device";
  for (const auto& [use, word] : words)
    if (use == devices::use_word(one.device)) name = word;
  if (one.suits.front().plugin->kind == PluginKind::actuator) name = "gate";
  const int count = ++taken[name];
  return count == 1 ? name : name + "_" + std::to_string(count);
}

// The first that suits of each device; the others as comments, for whoever knows better.
void print_yaml(const std::vector<Listed>& all) {
  std::map<std::string, int> taken;
  std::cout << "devices:\n";
  for (const auto& one : all) {
    if (one.suits.empty()) continue;
    if (one.suits.front().closeness == 0 && one.device.identity.bus.empty()) continue;  // the mainboard's own port
    std::cout << "  # " << shown(one.device.identity.text()) << "\n";
    const std::string name = entry_name(one, taken);
    for (const auto& suit : one.suits)
      std::cout << fmt::format("  {}{}: {{ plugin: {}, {}: \"{}\" }}  # {}\n", &suit == &one.suits.front() ? "" : "# ",
                               name, suit.plugin->name, suit.setting, shown(suit.address), suit.what);
  }
}

int watch(hal::Bus& bus, const plugin::Catalogue& catalogue, bool as_json) {
  const devices::Interrupt interrupt;
  while (!interrupt.stop().stop_requested()) {
    auto change = bus.next(std::chrono::hours(1), interrupt.stop());
    if (!change) return failed_with(devices, change.error());
    if (!*change) continue;
    const auto& what = **change;
    constexpr std::array words{"added", "removed", "missed"};
    const std::string_view word = words.at(static_cast<std::size_t>(what.kind));
    if (as_json)
      std::cout << json::serialize(json::object{{"change", word},
                                                {"subsystem", what.subsystem},
                                                {"file", what.file.string()},
                                                {"port", what.identity.port}})
                << std::endl;
    else
      std::cout << fmt::format("{:<8} {} {}{}\n", word, what.subsystem, what.file.string(),
                               what.identity.port.empty() ? "" : " at " + shown(what.identity.port))
                << std::flush;
    if (as_json || what.kind != hal::BusChange::Kind::added) continue;
    if (auto found = bus.list())
      for (const auto& one : listed(std::move(*found), catalogue))
        if (one.device.file == what.file) print_one(one);
    std::cout << std::flush;
  }
  return Exit::good;
}

int list_devices(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(devices, arguments, values)) return *exit;
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  auto bus = hal::open_bus();
  if (!bus) return failed_with(devices, bus.error());
  auto found = (*bus)->list();
  if (!found) return failed_with(devices, found.error());
  const auto all = listed(std::move(*found), catalogue);
  if (values.contains("json")) {
    for (const auto& one : all) std::cout << support::printable_json(json::serialize(to_json(one))) << "\n";
  } else if (values.contains("yaml")) {
    print_yaml(all);
  } else {
    print_all(all);
  }
  std::cout << std::flush;
  return values.contains("watch") ? watch(**bus, catalogue, values.contains("json")) : Exit::good;
}

Options devices_options() {
  Options options;
  options.shown.add_options()("yaml", "print a fragment for a site file, ready to paste")(
      "json", "print one JSON object a line")("watch", "then go on and tell what comes and goes, until Ctrl-C");
  return options;
}

constexpr std::string_view devices_about =
    R"(One device may have several uses: a gun in keyboard mode is a keyboard and a raw HID device. Each has its address,
which holds as long as the device stays at its port, also after a reboot; its device file; and the plugins that can use
it, the closest first.

Lists what can be scanned or switched with: keyboards, HID devices, serial ports, cameras, GPIO chips.)";

constexpr std::array devices_examples{
    Example{"gatepost devices", "What there is, each with its address and plugin."},
    Example{"gatepost devices --yaml >> site.yaml", "The same for a site file."},
    Example{"gatepost devices --watch", "Pull a plug and see which port it was."},
};

}  // namespace

const Command devices{"devices",
                      "[--yaml] [--json] [--watch]",
                      "List what is plugged in, and which plugin suits it.",
                      devices_about,
                      devices_examples,
                      devices_options,
                      list_devices};

}  // namespace gatepost::cli

#include "devices/build_input.hpp"

#include <algorithm>
#include <array>
#include <gatepost/hal/bus.hpp>
#include <iterator>
#include <span>

#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/values.hpp"
#include "devices/suitable.hpp"

namespace gatepost::devices {
namespace {

/// What an address that is no place on the bus is read by.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> by_scheme{{{"serial:", "serial"},
                                                                                   {"sim:lines", "serial"},
                                                                                   {"sim:gun", "serial"},
                                                                                   {"sim:terminal", "serial"},
                                                                                   {"input:", "usb_hid"},
                                                                                   {"hidraw:", "usb_hid"},
                                                                                   {"sim:keys", "usb_hid"},
                                                                                   {"sim:hid", "usb_hid"},
                                                                                   {"v4l2:", "uvc_camera"},
                                                                                   {"sim:", "uvc_camera"}}};

std::string quoted(const std::string& text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + "\"";
}

}  // namespace

const plugin::Plugin* input_for(const std::string& address, const plugin::Catalogue& catalogue) {
  const std::string plain = address.substr(0, address.find('?'));
  if (auto bus = hal::open_bus())
    if (auto found = (*bus)->list())
      for (const auto& device : *found) {
        if (!device.address.starts_with(plain) && device.file != plain.substr(plain.find(':') + 1)) continue;
        for (const auto& suit : suits_of(device, catalogue))
          if (suit.plugin->kind == PluginKind::input) return catalogue.find(suit.plugin->name);
      }
  for (const auto& [scheme, plugin] : by_scheme)
    if (plain.starts_with(scheme)) return catalogue.find(plugin);
  return nullptr;
}

Result<BuiltInput> build_input(const plugin::Plugin& plugin, const std::string& address, const std::string& more) {
  const std::vector<config::Source> sources{
      config::Source("--with", "{ device: " + quoted(address) + (more.empty() ? "" : ", " + more) + " }\n")};
  config::Diagnostics findings;
  const auto bad = [&] {
    std::string all;
    for (const auto& finding : findings.take()) all += "\n" + config::show(finding, sources, {});
    return Error{"the settings are not right:" + all, plugin.descriptor->name,
                 "gatepost plugins " + std::string(plugin.descriptor->name) + " lists them"};
  };
  std::size_t nodes = 0;
  const auto tree = config::parse_tree(sources.front(), 0, nodes, findings);
  if (!tree) return bad();
  auto fields = plugin.descriptor->settings();
  const std::size_t own = fields.size();
  std::ranges::copy(config::terms_of(PluginKind::input), std::back_inserter(fields));
  std::vector<std::string> secrets;
  std::map<std::string, std::string, std::less<>> tags;
  const plugin::Catalogue none;
  config::Reader reader{none, sources, {std::filesystem::current_path()}, findings, secrets, tags};
  const auto values =
      config::read_group(reader, {*tree, {}, "plugin " + std::string(plugin.descriptor->name), "device", fields, {}});
  if (!values) return bad();
  auto no_scans = config::NoScans::parse(config::input_terms_table.fill(std::span(*values).subspan(own)).ignore);
  if (!no_scans) return no_scans.error();
  auto input =
      plugin.descriptor->make.input(std::span(*values).first(own), {"device", std::filesystem::current_path()});
  if (!input) return input.error();
  return BuiltInput{std::move(*input), std::move(*no_scans)};
}

}  // namespace gatepost::devices

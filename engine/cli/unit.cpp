// What systemd lets a site open: only the devices that its file names.
#include <array>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <map>
#include <vector>

#include "cli/device_files.hpp"
#include "cli/open_site.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_shown = 400;

// A secret stays one: a device is not named by it.
std::vector<std::string> texts_of(const config::PluginUse& use) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < use.values.size(); ++i) {
    if (i < use.hidden.size() && use.hidden[i]) continue;
    if (const auto* text = std::get_if<std::string>(&use.values[i])) all.push_back(*text);
    if (const auto* path = std::get_if<fs::path>(&use.values[i])) all.push_back(path->string());
    if (const auto* list = std::get_if<std::vector<std::string>>(&use.values[i]))
      all.insert(all.end(), list->begin(), list->end());
  }
  return all;
}

/// DeviceAllow's classes ▶ who needs them.
using Needs = std::map<std::string, std::string>;

Result<void> add_needs(const config::PluginUse& use, Needs& needs) {
  for (const auto& text : texts_of(use)) {
    const auto files = device_files(text);
    if (!files) return Error{"device '" + use.instance.name + "': " + files.error().what, text, files.error().remedy};
    for (const auto& file : *files) {
      std::string& who = needs[device_class(file)];
      who += (who.empty() ? "" : ", ") + use.instance.name + " (" + file.string() + ")";
    }
  }
  return {};
}

void print_drop_in(const config::Site& site, const Needs& needs) {
  const auto shown = [](const std::string& text) { return support::printable(text, longest_shown); };
  const std::string name = shown(site.file.stem().string());
  std::cout << "# The devices of " << shown(site.file.string()) << ". Belongs into\n"
            << "# /etc/systemd/system/gatepost@" << name << ".service.d/devices.conf; then\n"
            << "# systemctl daemon-reload && systemctl restart gatepost@" << name << "\n"
            << "# Classes, not files: a device that is plugged in again may get another file.\n"
            << "[Service]\nDeviceAllow=\n";
  for (const auto& [allowed, who] : needs) std::cout << "# " << shown(who) << "\nDeviceAllow=" << allowed << " rw\n";
}

int print_unit(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(unit, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(unit, "name the site file");
  const auto opened = open_site(values["site"].as<std::string>());
  if (!opened) return Exit::usage;
  Needs needs;
  for (const auto& use : opened->site.devices) {
    const auto added = add_needs(use, needs);
    if (added) continue;
    return failed_with(unit, added.error());
  }
  print_drop_in(opened->site, needs);
  return Exit::good;
}

Options unit_options() { return {.arguments = {{"site", Takes::site}}}; }

constexpr std::string_view unit_about =
    R"(The unit gatepost@.service lets a site open every class of device that scanners and gates come in. This prints a
drop-in that leaves only the classes of the devices that the site file names. All of them must be plugged in, for their
class to be known. It is a matter of classes, not of single files: those change when a device is plugged in again.)";

constexpr std::array unit_examples{
    Example{
        "gatepost unit /etc/gatepost/north.yaml | sudo tee /etc/systemd/system/gatepost@north.service.d/devices.conf",
        "Holds the service gatepost@north to its devices, once that folder is made, and from its next start on."},
};

}  // namespace

const Command unit{"unit",     "SITE",        "Print what lets the site's systemd unit open only the devices named.",
                   unit_about, unit_examples, unit_options,
                   print_unit};

}  // namespace gatepost::cli

// Reads one device, without a site: is it the right one, and does what it gives look right?
#include <array>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/options.hpp"
#include "devices/build_input.hpp"
#include "devices/commands.hpp"
#include "devices/interrupt.hpp"
#include "devices/screen.hpp"

namespace gatepost::cli {
namespace {

int try_device(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(try_one, arguments, values)) return *exit;
  if (!values.contains("address")) return usage_error(try_one, "name an address; `gatepost devices` lists them");
  const auto address = values["address"].as<std::string>();
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto* plugin = values.contains("plugin") ? catalogue.find(values["plugin"].as<std::string>())
                                                 : devices::input_for(address, catalogue);
  if (plugin == nullptr || plugin->descriptor->kind != PluginKind::input)
    return failed_with(try_one, {"no plugin is known to read this", support::printable(address, 80),
                                 "name one with --plugin; `gatepost plugins` lists them"});
  auto built = devices::build_input(*plugin, address, values.contains("with") ? values["with"].as<std::string>() : "");
  if (!built) {
    failed_with(try_one, built.error());
    return Exit::usage;
  }
  const devices::Interrupt interrupt;
  devices::Screen screen({.types = std::string_view(plugin->descriptor->name) == "usb_hid",
                          .json = values.contains("json"),
                          .no_scans = built->no_scans,
                          .enough = values.contains("count") ? values["count"].as<std::size_t>() : 0,
                          .print = [](const std::string& text) { std::cout << text << std::flush; }});
  const std::stop_callback stop(interrupt.stop(), [&] { screen.done().request_stop(); });
  const auto ran = built->input->run(screen, screen.done().get_token());
  if (!ran) return failed_with(try_one, ran.error());
  return screen.count() > 0 ? Exit::good : Exit::failed;
}

Options try_one_options() {
  Options options{.arguments = {{"address"}}};
  options.shown.add_options()("plugin", boost::program_options::value<std::string>()->value_name("NAME"),
                              "read it with this plugin instead of the one that suits it")(
      "with", boost::program_options::value<std::string>()->value_name("SETTINGS"),
      "further settings as a site file has them: 'baud: 115200, aim: true'")(
      "count,n", boost::program_options::value<std::size_t>()->value_name("N"), "stop after so many scans")(
      "json", "print one JSON object a scan");
  return options;
}

constexpr std::string_view try_one_about =
    R"(Opens the device as a site would, alone, and prints each scan: its symbology where the device tells it, its bytes, what
is wrong with it, and what to do about that. Nothing is looked up and nothing moves.

Leaves with 0 when something was read, with 1 when nothing was.)";

constexpr std::array try_one_examples{
    Example{"gatepost try usb:0c2e:0b61@1-1.2", "The gun at that port."},
    Example{"gatepost try serial:/dev/ttyUSB0 --with 'baud: 115200'", "A scanner on a serial line."},
    Example{"gatepost try serial:/dev/ttyUSB0 --with 'ignore: [NoRead, /HB[0-9]+/]'",
            "Shows which of its texts a site with this `ignore` takes for no scan."},
};

}  // namespace

const Command try_one{"try",
                      "[--plugin NAME] [--with SETTINGS] [-n N] [--json] ADDRESS",
                      "Read scans from one device.",
                      try_one_about,
                      try_one_examples,
                      try_one_options,
                      try_device};

}  // namespace gatepost::cli

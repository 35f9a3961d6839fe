// What a scanner does to a code: it is shown codes that are known, and what comes of them is compared.
#include <array>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <map>

#include "cli/options.hpp"
#include "devices/build_input.hpp"
#include "devices/calibrate/advice.hpp"
#include "devices/calibrate/listen.hpp"
#include "devices/commands.hpp"
#include "devices/interrupt.hpp"

namespace gatepost::cli {
namespace {

namespace sheet = gatepost::calibrate;

constexpr std::size_t longest = 400;

/// Diagnoses each scan as it comes; over when every code of the sheet was scanned, or as many scans as asked for.
class Session {
 public:
  Session(sheet::KeyMaps maps, std::size_t enough) : maps_(std::move(maps)), enough_(enough) {}

  static void opened(std::string_view identity) {
    std::cerr << "reading " << support::printable(identity, longest)
              << "; scan each code of the sheet once, with a second between two; Ctrl-C ends it\n";
  }

  void took(const sheet::Take& take) {
    if (const auto diagnosis = sheet::diagnose(take, maps_)) {
      std::cout << shown_lines(sheet::line_of(*diagnosis)) << std::endl;
      seen_[diagnosis->letter] = *diagnosis;
    } else {
      std::cout << "   " << (take.typed() ? take.keys.size() / 2 : take.bytes.size())
                << (take.typed() ? " keys" : " bytes")
                << " that are no code of the sheet, as far as can be told; scan it again" << std::endl;
    }
    sees_ends_ = sees_ends_ || take.typed() || !take.times.empty();
    if (++scans_ == enough_ || seen_.size() == sheet::sheet_codes().size()) done_.request_stop();
  }

  std::stop_source& done() { return done_; }
  /// Whether what follows a code is told, too.
  bool sees_ends() const { return sees_ends_; }
  const std::map<char, sheet::Diagnosis>& seen() const { return seen_; }

 private:
  static std::string shown_lines(const std::string& text) {
    const auto end = text.find('\n');
    const std::string first = support::printable(text.substr(0, end), longest);
    return end == text.npos ? first : first + "\n" + support::printable(text.substr(end + 1), longest);
  }

  const sheet::KeyMaps maps_;
  const std::size_t enough_;
  std::size_t scans_ = 0;
  bool sees_ends_ = false;
  std::map<char, sheet::Diagnosis> seen_;
  std::stop_source done_;
};

int conclude(const sheet::Scanner& scanner, const Session& session) {
  if (session.seen().empty())
    return failed_with(calibrate, {"no code of the sheet was scanned", support::printable(scanner.address, longest),
                                   "print it with gatepost calibrate --sheet sheet.html"});
  const auto advice = sheet::advise(scanner, session.seen());
  std::cout << "\n";
  for (const auto& words : advice.words) std::cout << "- " << support::printable(words, longest) << "\n";
  std::cout << "\n" << advice.yaml;
  return advice.all_good ? Exit::good : Exit::failed;
}

int calibrate_device(const std::string& address, const std::string& more, std::size_t enough) {
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto* plugin = devices::input_for(address, catalogue);
  if (plugin == nullptr)
    return failed_with(calibrate, {"no plugin is known to read this", support::printable(address, longest),
                                   "gatepost devices lists what there is"});
  const auto built = devices::build_input(*plugin, address, more);
  if (!built) {
    failed_with(calibrate, built.error());
    return Exit::usage;
  }
  auto maps = sheet::load_key_maps();
  if (!maps) return failed_with(calibrate, maps.error());
  const devices::Interrupt interrupt;
  Session session(std::move(*maps), enough);
  const std::stop_callback stop(interrupt.stop(), [&] { session.done().request_stop(); });
  const auto ran = sheet::listen(
      *built->input, Session::opened, [&](const sheet::Take& take) { session.took(take); }, session.done().get_token());
  if (!ran) return failed_with(calibrate, ran.error());
  return conclude({address, plugin->descriptor->name, session.sees_ends(), more}, session);
}

int run_calibrate(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(calibrate, arguments, values)) return *exit;
  if (values.contains("sheet") == values.contains("address"))
    return usage_error(calibrate, "name an address, which `gatepost devices` lists, or the sheet's file with --sheet");
  if (values.contains("address"))
    return calibrate_device(values["address"].as<std::string>(),
                            values.contains("with") ? values["with"].as<std::string>() : "",
                            values.contains("count") ? values["count"].as<std::size_t>() : 0);
  const auto written = sheet::write_sheet(values["sheet"].as<std::string>());
  return written ? Exit::good : failed_with(calibrate, written.error());
}

Options calibrate_options() {
  Options options{.arguments = {{"address"}}};
  options.shown.add_options()("sheet", boost::program_options::value<std::string>()->value_name("FILE"),
                              "write the sheet: a page to print (.html), or a picture (.png)")(
      "with", boost::program_options::value<std::string>()->value_name("SETTINGS"),
      "further settings as a site file has them: 'baud: 115200, mode: keyboard'")(
      "count,n", boost::program_options::value<std::size_t>()->value_name("N"), "stop after so many scans");
  return options;
}

constexpr std::string_view calibrate_about =
    R"(Print the sheet, then scan each of its five codes once: all characters of ASCII, the control characters GS and RS,
Vietnamese, 60 bytes and 600. What comes tells which country's keyboard the scanner types for, whether it types by numbers
(Alt mode) or with Caps Lock, what it sends before and after a code, how fast it is, and which bytes get lost. At the end
stands the device's entry for a site file.

The device is opened alone, and a keyboard grabbed: stop the engine that has it. A point-of-sale scanner and a camera tell
neither speed nor ends. Leaves with 0 when every code came whole, else with 1.)";

constexpr std::array calibrate_examples{
    Example{"gatepost calibrate --sheet sheet.html", "The sheet, for a browser to print at 100 %."},
    Example{"gatepost calibrate usb:0c2e:0b61@1-1.2", "What the gun at that port does to codes."},
    Example{"gatepost calibrate serial:/dev/ttyUSB0 --with 'baud: 115200'", "A scanner on a serial line."},
};

}  // namespace

const Command calibrate{"calibrate",
                        "ADDRESS [--with SETTINGS] [-n N] | --sheet FILE",
                        "Find the settings that fit a scanner, by a sheet of codes.",
                        calibrate_about,
                        calibrate_examples,
                        calibrate_options,
                        run_calibrate};

}  // namespace gatepost::cli

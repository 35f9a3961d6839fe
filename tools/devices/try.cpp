// Reads one device, without a site: is it the right one, and does what it gives look right?
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <mutex>

#include "cli/options.hpp"
#include "devices/build_input.hpp"
#include "devices/commands.hpp"
#include "devices/interrupt.hpp"
#include "observe/printable.hpp"

namespace gatepost::cli {
namespace {

constexpr std::size_t most_shown = 400;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes.substr(0, most_shown))
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(byte));
  return text;
}

bool is_plain(std::string_view payload) {
  for (const char c : payload)
    if (c < 0x20 || c == 0x7f) return false;
  return true;
}

bool beyond_ascii(std::string_view payload) {
  for (const char c : payload)
    if (static_cast<unsigned char>(c) >= 0x80) return true;
  return false;
}

/// What a person should know who looks at this.
std::string hint(const Reading& reading, bool types) {
  if (reading.damage == Damage::lost)
    return types ? "keys were lost: slow the gun's typing down (inter-character delay), or use its serial or POS mode"
                 : "bytes were lost: see the speed, the parity and the flow control";
  if (reading.damage == Damage::no_terminator)
    return "no end came: set the scanner to send Enter (CR) after each code, or write what it does send as terminator";
  if (types && beyond_ascii(reading.payload))
    return "characters that no code of digits and Latin letters has: the gun may type for another keyboard; try "
           "--with 'layout: de' (us, uk, de, fr)";
  return {};
}

class Screen final : public InputHost {
 public:
  Screen(bool types, bool as_json, std::size_t enough) : types_(types), json_(as_json), enough_(enough) {}

  void emit(Reading reading) override {
    const std::scoped_lock lock(mutex_);
    if (json_)
      print_json(reading);
    else
      print(reading);
    std::cout << std::flush;
    last_ = reading.seen;
    if (++count_ == enough_) done_.request_stop();
  }
  void opened(std::string_view identity) override {
    std::cerr << "reading " << observe::printable(identity, most_shown) << "; scan something, Ctrl-C stops\n";
  }
  std::size_t count() const { return count_; }
  std::stop_source& done() { return done_; }

 private:
  void print(const Reading& reading) {
    std::cout << fmt::format("{:<4} {:>4} bytes  {}\n", reading.symbology.empty() ? "-" : reading.symbology,
                             reading.payload.size(), observe::printable(reading.payload, most_shown));
    if (!is_plain(reading.payload) || beyond_ascii(reading.payload))
      std::cout << "                 " << hex(reading.payload) << "\n";
    if (reading.damage != Damage::none)
      std::cout << "                 damaged: " << to_word(reading.damage) << ", "
                << observe::printable(reading.damage_detail, most_shown) << "\n";
    if (last_ != MonotonicTime{})
      std::cout << fmt::format("                 {:.3f} s after the one before\n",
                               std::chrono::duration<double>(reading.seen - last_).count());
    if (const auto text = hint(reading, types_); !text.empty()) std::cout << "                 " << text << "\n";
  }

  void print_json(const Reading& reading) {
    boost::json::object line{
        {"symbology", reading.symbology},    {"bytes", hex(reading.payload)},
        {"size", reading.payload.size()},    {"text", observe::printable(reading.payload, most_shown)},
        {"damage", to_word(reading.damage)}, {"seen_ns", reading.seen.time_since_epoch().count()}};
    if (const auto text = hint(reading, types_); !text.empty()) line["hint"] = text;
    std::cout << observe::printable_json(boost::json::serialize(line)) << "\n";
  }

  const bool types_, json_;
  const std::size_t enough_;
  std::mutex mutex_;
  MonotonicTime last_{};
  std::atomic<std::size_t> count_ = 0;
  std::stop_source done_;
};

int failed_with(const Error& error) {
  std::cerr << "gatepost try: " << to_line(error) << "\n";
  return Exit::failed;
}

int try_device(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(try_one, arguments, values)) return *exit;
  if (!values.contains("address")) return usage_error(try_one, "name an address; `gatepost devices` lists them");
  const auto address = values["address"].as<std::string>();
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto* plugin = values.contains("plugin") ? catalogue.find(values["plugin"].as<std::string>())
                                                 : devices::input_for(address, catalogue);
  if (plugin == nullptr || plugin->descriptor->kind != PluginKind::input)
    return failed_with({"no plugin is known to read this", observe::printable(address, 80),
                        "name one with --plugin; `gatepost plugins` lists them"});
  auto input = devices::build_input(*plugin, address, values.contains("with") ? values["with"].as<std::string>() : "");
  if (!input) {
    failed_with(input.error());
    return Exit::usage;
  }
  const devices::Interrupt interrupt;
  Screen screen(std::string_view(plugin->descriptor->name) == "usb_hid", values.contains("json"),
                values.contains("count") ? values["count"].as<std::size_t>() : 0);
  const std::stop_callback stop(interrupt.stop(), [&] { screen.done().request_stop(); });
  const auto ran = (*input)->run(screen, screen.done().get_token());
  if (!ran) return failed_with(ran.error());
  return screen.count() > 0 ? Exit::good : Exit::failed;
}

Options options() {
  Options options{.arguments = {{"address"}}};
  options.shown.add_options()("plugin", boost::program_options::value<std::string>()->value_name("NAME"),
                              "read it with this plugin instead of the one that suits it")(
      "with", boost::program_options::value<std::string>()->value_name("SETTINGS"),
      "further settings as a site file has them: 'baud: 115200, aim: true'")(
      "count,n", boost::program_options::value<std::size_t>()->value_name("N"), "stop after so many scans")(
      "json", "print one JSON object a scan");
  return options;
}

constexpr std::string_view about =
    R"(Opens the device as a site would, alone, and prints each scan: its symbology where the device tells it, its bytes, what
is wrong with it, and what to do about that. Nothing is looked up and nothing moves.

Leaves with 0 when something was read, with 1 when nothing was.)";

constexpr std::array examples{
    Example{"gatepost try usb:0c2e:0b61@1-1.2", "The gun at that port."},
    Example{"gatepost try serial:/dev/ttyUSB0 --with 'baud: 115200'", "A scanner on a serial line."},
};

}  // namespace

const Command try_one{"try",
                      "[--plugin NAME] [--with SETTINGS] [-n N] [--json] ADDRESS",
                      "Read scans from one device.",
                      about,
                      examples,
                      options,
                      try_device};

}  // namespace gatepost::cli

// A tape, read as a device would be.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/hal/tape.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <iterator>

#include "cli/options.hpp"
#include "cli/replay_records.hpp"
#include "devices/build_input.hpp"
#include "devices/commands.hpp"
#include "devices/interrupt.hpp"
#include "devices/screen.hpp"
#include "devices/tape/seal.hpp"
#include "supervisor/key_file.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;

/// A tape in memory that an address can name: what was sealed comes to no disk.
class Lent {
 public:
  explicit Lent(const std::string& text) : descriptor_(::memfd_create("tape", MFD_CLOEXEC)) {
    for (std::size_t done = 0; done < text.size() && descriptor_.is_open();) {
      const auto size = ::write(descriptor_.number(), text.data() + done, text.size() - done);
      if (size <= 0) return;
      done += static_cast<std::size_t>(size);
    }
  }
  std::string address(bool real) const {
    return "sim:tape//proc/self/fd/" + std::to_string(descriptor_.number()) + (real ? "?pace=real" : "?pace=none");
  }

 private:
  FileDescriptor descriptor_;
};

Result<hal::Tape> tape_of(const po::variables_map& values) {
  auto tape = hal::Tape::read(values["tape"].as<std::string>());
  if (!tape || !values.contains("key")) return tape;
  const auto key = supervisor::read_key_file(values["key"].as<std::string>(), "the key for tapes");
  if (!key) return key.error();
  return devices::opened(*tape, *key);
}

struct Heard {
  std::string text{};
  std::size_t scans = 0;
};

Result<Heard> heard(const hal::Tape& tape, const po::variables_map& values) {
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto* plugin = catalogue.find(tape.plugin);
  if (plugin == nullptr || plugin->descriptor->kind != PluginKind::input)
    return Error{"no plugin here reads what it was recorded from", support::printable(tape.plugin, 80),
                 "gatepost plugins lists those that are installed"};
  const Lent lent(tape.text());
  auto built = devices::build_input(*plugin, lent.address(values.contains("real")),
                                    values.contains("with") ? values["with"].as<std::string>() : tape.settings);
  if (!built) return built.error();
  Heard all;
  const devices::Interrupt interrupt;
  devices::Screen screen({.types = tape.plugin == "usb_hid",
                          .json = values.contains("json"),
                          .live = false,
                          .no_scans = built->no_scans,
                          .print = [&](const std::string& text) {
                            if (!values.contains("expect")) std::cout << text << std::flush;
                            all.text += text;
                          }});
  const auto ran = built->input->run(screen, interrupt.stop());
  if (!ran && ran.error().what != hal::tape_ended) return ran.error();
  all.scans = screen.count();
  return all;
}

Result<void> same(const std::string& text, const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return Error{"is a folder", file, "name a file in it"};
  std::ifstream in(file, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(in), {}};
  if (!in.good()) return Error{"cannot be read", file, "make it: gatepost replay TAPE > FILE"};
  if (text == expected) return {};
  std::size_t line = 1;
  for (std::size_t i = 0; i < std::min(text.size(), expected.size()) && text[i] == expected[i]; ++i)
    if (text[i] == '\n') ++line;
  std::cout << text;
  return Error{"what is read is not what was expected, from line " + std::to_string(line) + " on", file,
               "compare it with what is printed"};
}

int replay_tape(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(replay, arguments, values)) return *exit;
  if (!values.contains("tape")) return usage_error(replay, "name a tape; `gatepost record` makes them");
  if (values.contains("against"))
    return replay_records(replay,
                          {.site = values["tape"].as<std::string>(),
                           .against = values["against"].as<std::string>(),
                           .since = values.contains("since") ? values["since"].as<std::string>() : std::string(),
                           .json = values.contains("json")});
  if (values.contains("since")) return usage_error(replay, "--since belongs to --against");
  const auto tape = tape_of(values);
  if (!tape) return failed_with(replay, tape.error());
  if (!tape->clear)
    std::cerr << "gatepost replay: the tape holds only the shape of what was read"
              << (tape->sealed.empty() ? "\n" : "; --key opens what is sealed in it\n");
  const auto all = heard(*tape, values);
  if (!all) return failed_with(replay, all.error());
  if (!values.contains("expect")) return all->scans > 0 ? Exit::good : Exit::failed;
  const auto equal = same(all->text, values["expect"].as<std::string>());
  return equal ? Exit::good : failed_with(replay, equal.error());
}

Options replay_options() {
  Options options{.arguments = {{"tape", Takes::text}}};
  options.shown.add_options()("against", po::value<std::string>()->value_name("SITE"),
                              "replay the Records of the site that stands in TAPE's place against this site file")(
      "since", po::value<std::string>()->value_name("TIME"), "with --against: Records not older than this")(
      "with", po::value<std::string>()->value_name("SETTINGS"),
      "these settings in place of those that it was recorded with: 'layout: de, idle: 50ms'")(
      "key", po::value<std::string>()->value_name("FILE"), "open what is sealed in it")(
      "expect", po::value<std::string>()->value_name("FILE"),
      "print nothing, and fail unless all is as an earlier replay has printed it into FILE")(
      "real", "with the pauses that there were, instead of at once; Ctrl-C ends it")("json",
                                                                                     "print one JSON object a scan");
  return options;
}

constexpr std::string_view replay_about =
    R"(Plays a tape of `gatepost record` through the driver and the plugin that the device has at the site, and prints each scan as
`gatepost try` does. Nothing waits: times are the tape's own, so every replay gives the same. With other settings it shows
what would have been read: another layout, a longer idle.

Leaves with 0 when something was read, with 1 when nothing was, or when --expect finds a difference.

With --against it replays Records in place of a tape: each attempt that the site's journal has is answered by another site
file, in order, and every verdict that would be another one is printed. Policies learn of the replayed attempts alone. Records
tell whose a code was, not the code itself: attempts of unknown codes are left out, and rules that ask for attributes see
those that NEW SITE's journal keeps as they are. It needs a journal that keeps subjects as they are. Leaves with 0 when nothing would be answered otherwise, else 1.)";

constexpr std::array replay_examples{
    Example{"gatepost replay gun.tape", "What was read then, and what was wrong with it."},
    Example{"gatepost replay gun.tape --with 'layout: de'", "What another layout would have made of it."},
    Example{"gatepost replay --against new.yaml --since monday north", "What a changed site file would have answered."},
    Example{"gatepost replay gun.tape --expect gun.expected", "A test: 0 as long as it is as before."},
};

}  // namespace

const Command replay{
    "replay",
    "TAPE|SITE [--against SITE [--since TIME]] [--with SETTINGS] [--key FILE] [--expect FILE] [--real] [--json]",
    "Play a device's tape through its driver, or a site's Records against a changed site file.",
    replay_about,
    replay_examples,
    replay_options,
    replay_tape};

}  // namespace gatepost::cli

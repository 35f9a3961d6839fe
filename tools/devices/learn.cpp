// Which scanner hangs where: found by scanning, and written into the site file.
#include <fmt/format.h>

#include <array>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "api/client.hpp"
#include "cli/options.hpp"
#include "config/edit.hpp"
#include "devices/commands.hpp"
#include "devices/interrupt.hpp"
#include "devices/learn/candidates.hpp"
#include "devices/learn/rebind.hpp"

namespace gatepost::cli {
namespace {

using namespace gatepost::learn;

constexpr std::size_t longest_answer = 400;

std::string shown(const std::string& text) { return support::printable(text, longest_answer); }

std::string place_of(const Question& question) {
  return fmt::format("lane '{}' ({}), device '{}'", question.lane, question.direction, question.use->instance.name);
}

std::string text_of(const Question& question) {
  const auto fields = question.use->plugin->settings();
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].key == question.key)
      if (const auto* text = std::get_if<std::string>(&question.use->values[i])) return *text;
  return {};
}

/// What was found out about one device.
struct Learnt {
  const Question* question;
  std::string port;
  Binding binding;
};

/// Asks for one device after the other.
class Lesson {
 public:
  Lesson(const config::Site& site, const plugin::Catalogue& catalogue, Duration patience)
      : site_(site), catalogue_(catalogue), patience_(patience) {}

  Result<void> ask(const Question& question, const std::stop_token& stop) {
    auto found = candidates(question, site_, catalogue_);
    if (!found) return found.error();
    if (found->empty())
      return Error{"no scanner is plugged in that could be listened to", place_of(question),
                   "plug it in; gatepost devices lists what there is"};
    Listeners listeners(std::move(*found));
    const auto deaf = listeners.deaf();
    for (const Error& why : deaf) std::cout << "not listened to: " << shown(to_line(why)) << "\n";
    if (deaf.size() == listeners.size())
      return Error{"none of the scanners could be opened", place_of(question), "gatepost doctor tells what is missing"};
    std::cout << "scan once at " << shown(place_of(question)) << std::endl;
    while (true) {
      const Heard heard = listeners.wait(patience_, stop);
      if (stop.stop_requested()) return Error{"was stopped", place_of(question), "run it again"};
      if (heard.empty())
        return Error{fmt::format("nobody scanned within {} s", patience_ / std::chrono::seconds(1)), place_of(question),
                     "run it again; gatepost try ADDRESS tells whether a scanner sends anything"};
      if (take(question, listeners, heard)) return {};
    }
  }

  const std::vector<Learnt>& learnt() const { return learnt_; }

 private:
  /// Whether it is the answer; if not, it is said why.
  bool take(const Question& question, const Listeners& listeners, const Heard& heard) {
    std::set<std::string> ports;
    const Listener* fitting = nullptr;
    std::string names;
    for (const std::size_t number : heard) {
      const Listener& listener = listeners.at(number);
      ports.insert(listener.port);
      names += (names.empty() ? "" : " and ") + listener.name;
      if (listener.plugin == question.use->plugin->name) fitting = &listener;
    }
    if (ports.size() > 1) return refuse(names + " spoke at the same time; scan with one alone");
    for (const Learnt& before : learnt_)
      if (before.port == *ports.begin())
        return refuse("that was " + names + ", which is bound already to " + place_of(*before.question) +
                      "; scan with the one of " + place_of(question));
    if (fitting == nullptr)
      return refuse("that was " + names + ", which plugin " + listeners.at(*heard.begin()).plugin +
                    " reads, and the device is of plugin " + question.use->plugin->name +
                    "; change its plugin, or the scanner's mode, or scan with another");
    const std::string was = text_of(question);
    learnt_.push_back(
        {&question, fitting->port, {question.use->instance.name, question.key, led_to(was, fitting->address)}});
    std::cout << "  it is " << shown(fitting->name) << std::endl;
    return true;
  }

  static bool refuse(const std::string& why) {
    std::cout << "  " << shown(why) << std::endl;
    return false;
  }

  const config::Site& site_;
  const plugin::Catalogue& catalogue_;
  const Duration patience_;
  std::vector<Learnt> learnt_;
};

// The engine has its scanners for itself.
std::optional<Error> engine_in_the_way(const config::Site& site) {
  if (!api::Client::connect(site.journal.file)) return {};
  return Error{"the site's engine runs and has its scanners open", site.file.string(),
               "stop it meanwhile: systemctl stop gatepost@" + site.file.stem().string() + ", or Ctrl-C where it runs"};
}

// A last look before it is written. What an included file would be read as is not known before it is there.
Result<void> would_load(const config::LoadedSite& loaded, const Edit& edit, const plugin::Catalogue& catalogue) {
  const auto& main_file = loaded.sources.front().file;
  if (edit.before.file != main_file || config::load_text(edit.after.text, main_file, catalogue).site) return {};
  return Error{"the changed file would not be a good site file", main_file.string(), "change it by hand"};
}

int conclude(const config::LoadedSite& loaded, const std::vector<Learnt>& learnt, const plugin::Catalogue& catalogue,
             bool write_it) {
  std::vector<Binding> bindings;
  bindings.reserve(learnt.size());
  for (const Learnt& one : learnt) bindings.push_back(one.binding);
  const auto edits = rebound(loaded.sources, bindings);
  if (!edits) return failed_with(learn, edits.error());
  if (edits->empty()) std::cout << "every device is where its site file says; nothing changes\n";
  for (const Edit& edit : *edits) {
    std::cout << config::changed_lines(edit.before, edit.after, loaded.secrets);
    if (auto good = would_load(loaded, edit, catalogue); !good) return failed_with(learn, good.error());
    if (!write_it) continue;
    if (auto written = write(edit); !written) return failed_with(learn, written.error());
    const std::string name = config::shown_path(edit.before.file.string());
    std::cout << name << " is written; what was there is in " << name << ".previous\n";
  }
  if (!edits->empty() && !write_it) std::cout << "nothing was written; --write does\n";
  return Exit::good;
}

int run_learn(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(learn, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(learn, "name the site file");
  const auto seconds = values["timeout"].as<unsigned>();
  if (seconds < 1 || seconds > 3600) return usage_error(learn, "--timeout takes 1 to 3600 seconds");
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto loaded = config::load(values["site"].as<std::string>(), catalogue);
  std::cerr << loaded.shown();
  if (!loaded.site) return Exit::usage;
  if (const auto trouble = engine_in_the_way(*loaded.site)) return failed_with(learn, *trouble);
  const auto questions = questions_of(*loaded.site);
  if (questions.empty())
    return failed_with(learn, {"no lane has a scanner that could be found by scanning", loaded.site->file.string(),
                               "give a lane an input of plugin usb_hid or serial"});
  const devices::Interrupt interrupt;
  Lesson lesson(*loaded.site, catalogue, std::chrono::seconds(seconds));
  for (const Question& question : questions)
    if (auto asked = lesson.ask(question, interrupt.stop()); !asked) return failed_with(learn, asked.error());
  return conclude(loaded, lesson.learnt(), catalogue, values.contains("write"));
}

Options learn_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("write", "write the file; what was there is kept as FILE.previous")(
      "timeout", boost::program_options::value<unsigned>()->value_name("SECONDS")->default_value(60),
      "how long to wait for each scan");
  return options;
}

constexpr std::string_view learn_about =
    R"(Asks for a scan at each input of each lane, finds which scanner spoke, and names that one by its port in the site file. All
USB scanners that are plugged in are listened to at once: keyboards, which are grabbed meanwhile, point-of-sale scanners and
serial lines. A scanner that is bound to one lane is refused at another, and two that speak at once are. Cameras and whatever
the site has for boards and buttons are left alone.

Prints the lines that change; --write writes them, and leaves comments and layout as they are. Stop the site's engine first. A
keyboard that you type on is grabbed too: Ctrl-C on it does nothing until the time for a scan is over.)";

constexpr std::array learn_examples{
    Example{"gatepost learn site.yaml", "Which scanner hangs where, and what would change."},
    Example{"gatepost learn --write site.yaml", "The same, and changes it."},
};

}  // namespace

const Command learn{"learn",
                    "SITE [--write] [--timeout SECONDS]",
                    "Bind the lanes' scanners to their ports by scanning at each.",
                    learn_about,
                    learn_examples,
                    learn_options,
                    run_learn};

}  // namespace gatepost::cli

// For shells: what may stand next on a command line. Asked by the scripts in completion/.
#include <algorithm>
#include <boost/program_options/cmdline.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <span>

#include "cli/options.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;
using Words = std::span<const std::string>;

constexpr std::size_t longest_meaning = 200;

/// Prints what goes on as the word that is begun: a line each, the word and, after a tab, what it means.
class Offer {
 public:
  explicit Offer(std::string_view begun) : begun_(begun) {}
  void word(std::string_view word, std::string_view meaning = {}) const {
    if (!word.starts_with(begun_)) return;
    std::cout << word;
    if (!meaning.empty()) std::cout << "\t" << support::printable(meaning, longest_meaning);
    std::cout << "\n";
  }
  /// The shell looks itself for files that end so.
  static void files(std::span<const std::string_view> endings) {
    for (const auto ending : endings) std::cout << ":" << ending << "\n";
  }

 private:
  std::string_view begun_;
};

constexpr std::array<std::string_view, 2> sites{"yaml", "yml"};
constexpr std::array<std::string_view, 3> journals{"yaml", "yml", "db"};
constexpr std::array<std::string_view, 4> pictures{"png", "jpg", "jpeg", "webp"};

void offer_commands(const Offer& offer) {
  for (const Command* command : commands())
    if (!command->summary.empty()) offer.word(command->name, command->summary);
  offer.word("help", "Tell what a command does.");
}

void offer_options(const Options& options, const Offer& offer) {
  for (const auto& option : options.shown.options()) offer.word("--" + option->long_name(), option->description());
  offer.word("--help", "print this text");
}

void offer_argument(Takes takes, const Offer& offer) {
  if (takes == Takes::site) Offer::files(sites);
  if (takes == Takes::journal) Offer::files(journals);
  if (takes == Takes::picture) Offer::files(pictures);
  if (takes != Takes::plugin) return;
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  for (const auto& plugin : catalogue.plugins()) offer.word(plugin.descriptor->name, plugin.descriptor->summary);
}

const po::option_description* option_of(const Options& options, std::string_view word) {
  for (const auto& option : options.shown.options())
    if (word == "--" + option->long_name() ||
        word == option->canonical_display_name(po::command_line_style::allow_dash_for_short))
      return option.get();
  return nullptr;
}

// How many of the words are arguments: no options, and no values of options.
std::size_t count_arguments(const Options& options, Words words) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto* option = option_of(options, words[i]);
    if (option != nullptr && takes_a_value(*option))
      ++i;
    else if (!words[i].starts_with("-"))
      ++count;
  }
  return count;
}

void offer_next(const Command& command, Words before, const std::string& begun) {
  const Options options = command.options();
  const Offer offer(begun);
  const auto* asked = before.empty() ? nullptr : option_of(options, before.back());
  if (asked != nullptr && takes_a_value(*asked)) {
    if (const auto words = options.words.find(asked->long_name()); words != options.words.end())
      for (const auto& word : words->second) offer.word(word);
    return;
  }
  if (begun.starts_with("-")) return offer_options(options, offer);
  const auto& all = options.arguments;
  std::size_t number = count_arguments(options, before);
  if (!all.empty() && all.back().name.ends_with("…")) number = std::min(number, all.size() - 1);
  if (number < all.size()) return offer_argument(all[number].takes, offer);
  offer_options(options, offer);
}

int print_offers(const std::vector<std::string>& words) {
  if (words.size() < 2 || (words.size() == 2 && words[0] == "help")) {
    offer_commands(Offer(words.empty() ? std::string_view() : words.back()));
    return Exit::good;
  }
  const Command* command = find_command(words[0]);
  if (command == nullptr || command->summary.empty()) return Exit::good;
  offer_next(*command, Words(words).subspan(1, words.size() - 2), words.back());
  return Exit::good;
}

}  // namespace

const Command complete{"complete", "WORD…", {}, {}, {}, [] { return Options{}; }, print_offers};

}  // namespace gatepost::cli

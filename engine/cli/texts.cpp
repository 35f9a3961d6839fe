// For translators: every reason code that a verdict may carry, as a file of texts to fill in.
#include "config/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/options.hpp"
#include "config/load.hpp"
#include "config/reasons.hpp"
#include "config/values.hpp"

namespace gatepost::cli {
namespace {

using config::Reason;
using config::TextsByCode;

constexpr std::string_view instructions =
    R"(# Texts of verdicts: a reason code, a colon, and the text behind it, in quotes and of at most 200 characters.
# Save this file as UTF-8 by the two letters of its language (km.yaml for Khmer), and name its folder in the site file:
# site: { languages: [km], texts: FOLDER }. A reason without a text is told in English.
)";

std::string yaml(const std::string& text) { return text.empty() ? "\"\"" : config::to_yaml(Value(text)); }

void print_reason(const Reason& reason, const TextsByCode& texts) {
  for (const auto& text : reason.english) std::cout << "# " << support::printable(text, config::longest_text) << "\n";
  const auto found = texts.find(reason.code);
  std::cout << yaml(reason.code) << ": " << yaml(found == texts.end() ? std::string() : found->second) << "\n";
}

// No translation is lost because its plugin is not installed.
void print_others(const std::vector<Reason>& reasons, const TextsByCode& texts) {
  bool any = false;
  for (const auto& [code, text] : texts) {
    if (std::ranges::find(reasons, code, &Reason::code) != reasons.end()) continue;
    if (!any) std::cout << "\n# others\n";
    any = true;
    std::cout << yaml(code) << ": " << yaml(text) << "\n";
  }
}

void print_all(const std::vector<Reason>& reasons, const TextsByCode& texts) {
  std::cout << instructions;
  const Reason* before = nullptr;
  for (const auto& reason : reasons) {
    if (before == nullptr || before->plugin != reason.plugin)
      std::cout << "\n# " << (reason.plugin.empty() ? "the engine" : reason.plugin) << "\n";
    print_reason(reason, texts);
    before = &reason;
  }
  print_others(reasons, texts);
}

/// The plugins of a site, each once.
std::vector<const Descriptor*> plugins_of(const config::Site& site) {
  std::vector<const Descriptor*> used;
  for (const auto* uses : {&site.credentials, &site.policies, &site.devices, &site.outputs, &site.services})
    for (const auto& use : *uses)
      if (std::ranges::find(used, use.plugin) == used.end()) used.push_back(use.plugin);
  return used;
}

int tell_what_lacks(const std::string& file, const std::vector<Reason>& reasons, const TextsByCode& texts) {
  std::string lacking;
  std::size_t count = 0;
  for (const auto& reason : reasons)
    if (!texts.contains(reason.code)) {
      lacking += (lacking.empty() ? "" : ", ") + reason.code;
      ++count;
    }
  const std::string name = config::shown_path(file);
  if (count == 0)
    std::cerr << fmt::format("{}: has a text for each of {} reasons\n", name, reasons.size());
  else
    std::cerr << fmt::format("{}: lacks {} of {} reasons: {}\n", name, count, reasons.size(), lacking);
  return count == 0 ? Exit::good : Exit::failed;
}

int print_texts(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(texts, arguments, values)) return *exit;
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  for (const auto& [file, why] : catalogue.refused()) std::cerr << "plugin refused: " << to_line(why) << "\n";
  auto plugins = config::descriptors_of(catalogue);
  std::vector<std::string> known;
  for (auto& reason : config::reasons_of(plugins)) known.push_back(std::move(reason.code));
  if (values.contains("site")) {
    const auto loaded = config::load(values["site"].as<std::string>(), catalogue);
    if (!loaded.site) {
      std::cerr << loaded.shown();
      return Exit::usage;
    }
    plugins = plugins_of(*loaded.site);
    for (const auto& use : loaded.site->policies) known.push_back(use.instance.name);
  }
  const auto reasons = config::reasons_of(plugins);
  if (!values.contains("file")) {
    print_all(reasons, {});
    return Exit::good;
  }
  const auto& file = values["file"].as<std::string>();
  const auto read = config::read_text_file(file, 0, known);
  for (const auto& one : read.diagnostics) std::cerr << config::show(one, read.sources, {});
  if (std::ranges::any_of(read.diagnostics, [](const auto& one) { return one.severity == config::Severity::error; }))
    return Exit::usage;
  print_all(reasons, read.texts);
  return tell_what_lacks(file, reasons, read.texts);
}

Options texts_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("file", boost::program_options::value<std::string>()->value_name("FILE"),
                              "go on with this file: its texts are kept, and what it lacks is told");
  return options;
}

constexpr std::string_view texts_about =
    R"(Prints a file to translate: each reason code that the engine and the installed plugins give, with its English text
above it and nothing behind it. With a site, those that this site can give. With --file the texts of that file stand
behind their codes; what is wrong with it and what it lacks is told on standard error, and the exit status is 1 as long as
it lacks anything.

The file of a language is called by its two letters of ISO 639-1. It is looked for in the folder that the site names
(`site: { texts: FOLDER }`), then in share/gatepost/texts; its texts come before those that are built in, so that a site
may change a wording, too.)";

constexpr std::array texts_examples{
    Example{"gatepost texts > texts/km.yaml", "Begins a translation into Khmer."},
    Example{"gatepost texts --file texts/km.yaml > all.yaml", "The same file with what it lacks, after an update."},
    Example{"gatepost texts site.yaml --file texts/km.yaml", "Whether it has all that this site needs."},
};

}  // namespace

const Command texts{
    "texts",     "[SITE] [--file FILE]", "Print the texts of verdicts as a file to translate, or what one lacks.",
    texts_about, texts_examples,         texts_options,
    print_texts};

}  // namespace gatepost::cli

#include <fmt/format.h>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/options.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "config/table.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::cli {
namespace {

using plugin::Catalogue;
using plugin::Plugin;
namespace json = boost::json;

std::span<const ReasonText> reasons(const Descriptor& plugin) { return {plugin.reasons, plugin.reason_count}; }
std::span<const Hardware> suits(const Descriptor& plugin) { return {plugin.suits, plugin.suits_count}; }

std::span<const char* const> asks(const Descriptor& plugin) { return {plugin.asks, plugin.asks_count}; }

std::string address(const Hardware& hardware) {
  const auto part = [](std::uint16_t number) { return number == 0 ? "any" : fmt::format("{:04x}", number); };
  return "usb:" + part(hardware.vendor) + ":" + part(hardware.product);
}

json::object to_json(const Plugin& plugin) {
  const auto& descriptor = *plugin.descriptor;
  json::array settings, terms, hardware, texts;
  for (const auto& field : descriptor.settings()) settings.push_back(config::to_json(field));
  for (const auto& field : config::terms_of(descriptor.kind)) terms.push_back(config::to_json(field));
  for (const auto& device : suits(descriptor))
    hardware.push_back(
        {{"vendor", device.vendor}, {"product", device.product}, {"use", device.use}, {"what", device.what}});
  for (const auto& reason : reasons(descriptor))
    texts.push_back({{"code", reason.code}, {"language", reason.language}, {"text", reason.text}});
  json::array verbs;
  for (const char* verb : asks(descriptor)) verbs.emplace_back(verb);
  return {{"asks", std::move(verbs)},      {"name", descriptor.name},      {"kind", to_word(descriptor.kind)},
          {"summary", descriptor.summary}, {"file", plugin.file.string()}, {"settings", std::move(settings)},
          {"terms", std::move(terms)},     {"suits", std::move(hardware)}, {"reasons", std::move(texts)}};
}

json::object to_json(const plugin::Refused& refused) {
  return {{"file", refused.file.string()}, {"what", refused.why.what}, {"remedy", refused.why.remedy}};
}

void print_list(const Catalogue& catalogue) {
  if (catalogue.plugins().empty()) std::cout << "no plugins in\n";
  if (catalogue.plugins().empty())
    for (const auto& folder : plugin::search_path()) std::cout << "  " << folder.string() << "\n";
  for (const auto& plugin : catalogue.plugins()) {
    const auto& descriptor = *plugin.descriptor;
    std::cout << fmt::format("{:<20} {:<11} {}\n{:33}{}\n", descriptor.name, to_word(descriptor.kind),
                             descriptor.summary, "", plugin.file.string());
  }
  for (const auto& refused : catalogue.refused())
    std::cout << fmt::format("refused: {}\n  {}\n  {}\n", refused.file.string(), refused.why.what, refused.why.remedy);
}

int print_json_list(const Catalogue& catalogue) {
  json::array plugins, refused;
  for (const auto& plugin : catalogue.plugins()) plugins.push_back(to_json(plugin));
  for (const auto& file : catalogue.refused()) refused.push_back(to_json(file));
  std::cout << support::printable_json(
                   json::serialize(json::object{{"plugins", std::move(plugins)}, {"refused", std::move(refused)}}))
            << "\n";
  return Exit::good;
}

void print_one(const Plugin& plugin) {
  const auto& descriptor = *plugin.descriptor;
  std::cout << descriptor.name << " (" << to_word(descriptor.kind) << "): " << descriptor.summary << "\n"
            << plugin.file.string() << "\n\n";
  if (descriptor.kind == PluginKind::board)
    std::cout << "Addresses begin with " << descriptor.name << ": and have these options:\n\n";
  std::cout << config::plain_table(descriptor.settings());
  if (const auto terms = config::terms_of(descriptor.kind); !terms.empty())
    std::cout << "\nAnd as every entry of this kind:\n\n" << config::plain_table(terms);
  if (descriptor.suits_count > 0) std::cout << "\nFor these devices:\n";
  for (const auto& device : suits(descriptor)) std::cout << fmt::format("  {:<14} {}\n", address(device), device.what);
  if (descriptor.asks_count > 0) std::cout << "\nWhat it asks of the site:\n";
  for (const char* verb : asks(descriptor)) {
    const ApiVerb* known = find_api_verb(verb);
    std::cout << fmt::format("  {:<20} {}{}\n", verb, known == nullptr ? "" : known->answer,
                             known != nullptr && known->changes ? " (the site file must allow it)" : "");
  }
  if (descriptor.reason_count > 0) std::cout << "\nReasons that it gives:\n";
  for (const auto& reason : reasons(descriptor))
    std::cout << fmt::format("  {:<20} {}  {}\n", reason.code, reason.language, reason.text);
}

int not_there(const Catalogue& catalogue, const std::string& name) {
  for (const auto& refused : catalogue.refused())
    if (refused.file.stem() == name) {
      std::cerr << "gatepost plugins: '" << name << "' was refused: " << to_line(refused.why) << "\n";
      return Exit::failed;
    }
  std::vector<std::string_view> names;
  for (const auto& plugin : catalogue.plugins()) names.emplace_back(plugin.descriptor->name);
  std::cerr << "gatepost plugins: there is no plugin '" << support::printable(name, 80) << "'; "
            << config::did_you_mean(name, names, "gatepost plugins lists them all") << "\n";
  return Exit::failed;
}

int show_plugins(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(plugins, arguments, values)) return *exit;
  const bool as_json = values.contains("json"), as_markdown = values.contains("markdown");
  if (as_json && as_markdown) return usage_error(plugins, "choose one of --json and --markdown");
  if (as_markdown && !values.contains("name")) return usage_error(plugins, "--markdown needs a plugin's name");
  const auto catalogue = Catalogue::load(plugin::search_path());
  if (!values.contains("name")) {
    if (as_json) return print_json_list(catalogue);
    print_list(catalogue);
    return Exit::good;
  }
  const auto& name = values["name"].as<std::string>();
  const Plugin* found = catalogue.find(name);
  if (found == nullptr) return not_there(catalogue, name);
  if (as_json)
    std::cout << support::printable_json(json::serialize(to_json(*found))) << "\n";
  else if (as_markdown)
    std::cout << config::markdown_table(found->descriptor->settings());
  else
    print_one(*found);
  return Exit::good;
}

Options plugins_options() {
  Options options{.arguments = {{"name", Takes::plugin}}};
  options.shown.add_options()("json", "print JSON")("markdown", "print the settings as a Markdown table");
  return options;
}

constexpr std::string_view plugins_about =
    R"(Without a name: each plugin, its kind and its file, and what was refused and why. With one: its settings with their
types, bounds and defaults, the devices that it suits, and the reasons that it gives.)";

constexpr std::array plugins_examples{
    Example{"gatepost plugins", "All of them."},
    Example{"gatepost plugins serial", "What may stand under `plugin: serial`."},
};

}  // namespace

const Command plugins{"plugins",     "[NAME]",         "List the plugins, or show one's settings.",
                      plugins_about, plugins_examples, plugins_options,
                      show_plugins};

}  // namespace gatepost::cli

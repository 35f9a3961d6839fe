#include "cli/help.hpp"

#include <algorithm>
#include <span>
#include <sstream>

#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

constexpr std::size_t columns = 80;

// Characters, not bytes.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & '\xC0') != '\x80'; }));
}

/// Words in lines that are not too long, each line after `indent` spaces.
std::string filled(std::string_view text, std::size_t indent) {
  std::string all, line(indent, ' ');
  std::istringstream words{std::string(text)};
  bool begun = false;
  for (std::string word; words >> word; begun = true) {
    if (begun && width(line) + 1 + width(word) > columns) {
      all += line + "\n";
      line = std::string(indent, ' ');
      begun = false;
    }
    line += (begun ? " " : "") + word;
  }
  return all + line + "\n";
}

std::string paragraphs(std::string_view text) {
  std::string all;
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    all += (all.empty() ? "" : "\n") + filled(text.substr(0, end), 0);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
  return all;
}

std::string terms(std::string_view title, std::span<const Term> all) {
  std::string text = "\n" + std::string(title) + ":\n";
  for (const auto& [term, meaning] : all) text += "  " + std::string(term) + "\n" + filled(meaning, 6);
  return text;
}

}  // namespace

std::string usage_line(const Command& command) {
  return "Usage: gatepost " + std::string(command.name) + (command.arguments.empty() ? "" : " ") +
         std::string(command.arguments);
}

std::string help_of(const Command& command) {
  std::ostringstream text;
  text << usage_line(command) << "\n\n" << command.summary << "\n\n" << paragraphs(command.about);
  const Options options = command.options();
  if (!options.shown.options().empty()) text << "\nOptions:\n";
  for (const auto& option : options.shown.options())
    text << "  " << names_of(*option) << "\n" << filled(option->description(), 6);
  if (!command.examples.empty()) text << "\nExamples:\n";
  for (const auto& [line, what] : command.examples) text << "  " << line << "\n" << filled(what, 6);
  return text.str();
}

std::string help() {
  std::string text = "Usage: gatepost COMMAND …\n\n";
  for (const Command* command : commands()) {
    if (command->summary.empty()) continue;
    std::string name(command->name);
    name.resize(std::max<std::size_t>(name.size() + 2, 11), ' ');
    text += "  " + name + std::string(command->summary) + "\n";
  }
  return text + "\ngatepost COMMAND --help tells more, and man gatepost all of it.\n" +
         terms("Exit status", exit_statuses) + terms("Environment", environment) + terms("Files", files);
}

}  // namespace gatepost::cli

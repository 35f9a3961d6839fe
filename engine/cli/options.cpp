#include "cli/options.hpp"

#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <string_view>
#include <vector>

#include "cli/help.hpp"
#include "config/suggest.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;

constexpr std::string_view all_that_follow = "…";

// The arguments are options that --help does not list.
po::options_description with_hidden(const Options& options, po::positional_options_description& positions) {
  po::options_description all;
  all.add(options.shown).add_options()("help,h", "print this text");
  for (const auto& argument : options.arguments) {
    std::string name = argument.name;
    const bool many = name.ends_with(all_that_follow);
    if (many) name.resize(name.size() - all_that_follow.size());
    positions.add(name.c_str(), many ? -1 : 1);
    if (many)
      all.add_options()(name.c_str(), po::value<std::vector<std::string>>());
    else
      all.add_options()(name.c_str(), po::value<std::string>());
  }
  return all;
}

// What was typed for an option, in place of one that there is.
std::string unknown(const Options& options, const std::string& typed) {
  std::vector<std::string> names{"--help"};
  for (const auto& option : options.shown.options()) names.push_back("--" + option->long_name());
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return "there is no option '" + typed + "': " + config::did_you_mean(typed, candidates, "--help lists them");
}

}  // namespace

bool takes_a_value(const po::option_description& option) { return option.semantic()->max_tokens() > 0; }

std::string names_of(const po::option_description& option) {
  const auto brief = option.canonical_display_name(po::command_line_style::allow_dash_for_short);
  std::string names = (brief.size() == 2 ? brief + ", " : "") + "--" + option.long_name();
  if (!takes_a_value(option)) return names;
  const std::string value = option.semantic()->name();
  return names + " " + value.substr(0, value.find(' '));  // without its default
}

int usage_error(const Command& command, std::string_view what) {
  std::cerr << "gatepost " << command.name << ": " << support::printable(what, 400) << "\n"
            << usage_line(command) << "\n";
  return Exit::usage;
}

int failed_with(const Command& command, const Error& error) {
  std::cerr << "gatepost " << command.name << ": " << support::printable(to_line(error), 600) << "\n";
  return Exit::failed;
}

std::optional<int> parse(const Command& command, const std::vector<std::string>& arguments, po::variables_map& values) {
  const Options options = command.options();
  po::positional_options_description positions;
  const po::options_description all = with_hidden(options, positions);
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(positions).run(), values);
    po::notify(values);
  } catch (const po::too_many_positional_options_error&) {
    return usage_error(command, "too many arguments");
  } catch (const po::unknown_option& error) {
    return usage_error(command, unknown(options, error.get_option_name()));
  } catch (const po::error& error) {
    return usage_error(command, error.what());
  }
  if (!values.contains("help")) return {};
  std::cout << help_of(command);
  return Exit::good;
}

}  // namespace gatepost::cli

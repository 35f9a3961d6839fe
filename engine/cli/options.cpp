#include "cli/options.hpp"

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <iostream>

#include "observe/printable.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;

constexpr std::string_view all_that_follow = "…";

// The positional arguments are options that --help does not list.
po::options_description with_hidden(const Options& options, po::positional_options_description& positions) {
  po::options_description all;
  all.add(options.shown).add_options()("help,h", "print this text");
  for (std::string name : options.positional) {
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

std::string usage_line(const Command& command) {
  return "Usage: gatepost " + std::string(command.name) + (command.arguments.empty() ? "" : " ") +
         std::string(command.arguments);
}

}  // namespace

int usage_error(const Command& command, std::string_view what) {
  std::cerr << "gatepost " << command.name << ": " << observe::printable(what, 400) << "\n"
            << usage_line(command) << "\n";
  return Exit::usage;
}

std::optional<int> parse(const Command& command, const Options& options, const std::vector<std::string>& arguments,
                         po::variables_map& values) {
  po::positional_options_description positions;
  const po::options_description all = with_hidden(options, positions);
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(positions).run(), values);
    po::notify(values);
  } catch (const po::too_many_positional_options_error&) {
    return usage_error(command, "too many arguments");
  } catch (const po::error& error) {
    return usage_error(command, error.what());
  }
  if (!values.contains("help")) return {};
  std::cout << usage_line(command) << "\n\n" << command.summary << "\n";
  if (!options.shown.options().empty()) std::cout << "\n" << options.shown;
  return Exit::good;
}

}  // namespace gatepost::cli

// How every subcommand reads its arguments.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace gatepost::cli {

/// What may stand in an argument's place, so that a shell can offer it.
enum class Takes { text, site, journal, plugin, picture };

struct Argument {
  std::string name;  ///< a last one that ends in … takes all that follow
  Takes takes = Takes::text;
};

/// What a subcommand takes: options for people to see, and its arguments in order.
struct Options {
  boost::program_options::options_description shown{"Options"};
  std::vector<Argument> arguments{};
  std::map<std::string, std::vector<std::string>, std::less<>> words{};  ///< the values that an option takes, if few
};

/// An option as people see it: "-n, --last N".
std::string names_of(const boost::program_options::option_description& option);
/// Whether it stands before a value.
bool takes_a_value(const boost::program_options::option_description& option);

/// Reads `arguments` into `values`. With --help (added here) prints it; on bad arguments prints what is wrong. Then the
/// exit code is returned, else nothing. Arguments beyond those named are refused; a missing one is not: ask `values`.
std::optional<int> parse(const Command& command, const std::vector<std::string>& arguments,
                         boost::program_options::variables_map& values);

/// Prints "gatepost COMMAND: what" and the usage line to standard error; returns Exit::usage.
int usage_error(const Command& command, std::string_view what);

/// Prints "gatepost COMMAND: " and the error to standard error; returns Exit::failed.
int failed_with(const Command& command, const Error& error);

}  // namespace gatepost::cli

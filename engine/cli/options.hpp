// How every subcommand reads its arguments.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace gatepost::cli {

/// What a subcommand takes: options for people to see, and the names of its arguments in order.
struct Options {
  boost::program_options::options_description shown{"Options"};
  std::vector<std::string> positional{};  ///< names of the arguments; a last one ending in … takes all that follow
};

/// Reads `arguments` into `values`. With --help (added here) prints it; on bad arguments prints what is wrong. Then the
/// exit code is returned, else nothing. Arguments beyond those named are refused; a missing one is not: ask `values`.
std::optional<int> parse(const Command& command, const Options& options, const std::vector<std::string>& arguments,
                         boost::program_options::variables_map& values);

/// Prints "gatepost COMMAND: what" and the usage line to standard error; returns Exit::usage.
int usage_error(const Command& command, std::string_view what);

}  // namespace gatepost::cli

// How a subcommand begins that is asked about one site: by its file, its name or its checkpoint's code, or by nothing
// where the machine has one.
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <optional>

#include "cli/command.hpp"
#include "config/readable_part.hpp"
#include "config/site.hpp"

namespace gatepost::cli {

struct AskedSite {
  std::filesystem::path file;
  config::Checkpoint checkpoint;
  config::Journal journal;
};

/// By the argument `site`; as much of the file as can be read is enough. Nothing: why was printed, as `command` says
/// such things; leave with Exit::usage.
std::optional<AskedSite> asked_site(const Command& command, const boost::program_options::variables_map& values);

}  // namespace gatepost::cli

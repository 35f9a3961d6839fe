// One subcommand of `gatepost`. Each stands in a file of its own and in the table of main.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatepost::cli {

/// What the shell gets.
enum Exit : int {
  good = 0,
  failed = 1,  ///< it was understood and did not work
  usage = 2,   ///< bad arguments or a bad site file
};

struct Command {
  std::string_view name;
  std::string_view arguments;  ///< for the usage line: "SITE"
  std::string_view summary;
  int (*run)(const std::vector<std::string>& arguments);
};

extern const Command run, status, trace, check, reload, diff, schema, migrate, plugins, records, counts, verify,
    letters, decode, version;

}  // namespace gatepost::cli

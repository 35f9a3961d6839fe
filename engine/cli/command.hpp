// One subcommand of `gatepost`. Each stands in a file of its own and in the table of tools/gatepost.
#pragma once

#include <span>
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

struct Options;

struct Example {
  std::string_view line;  ///< as it is typed
  std::string_view what;
};

/// Its texts are what --help, the manual and completion say: they are written here once.
struct Command {
  std::string_view name;
  std::string_view arguments;  ///< for the usage line: "SITE"
  std::string_view summary;    ///< empty: for programs, and told to nobody
  std::string_view about;      ///< paragraphs, an empty line between them
  std::span<const Example> examples;
  Options (*options)();
  int (*run)(const std::vector<std::string>& arguments);
};

extern const Command run, status, trace, check, reload, diff, unit, schema, plugins, texts, records, counts, lookup,
    inspect, inside, presence, verify, dead_letters, erase, decode, version, complete, manual;

/// In the order in which people are told of them. The program has the table (tools/gatepost/commands.cpp): the engine
/// knows no device, and some commands do.
std::span<const Command* const> commands();
/// Null: there is none of that name.
const Command* find_command(std::string_view name);

}  // namespace gatepost::cli

#include <array>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "api/client.hpp"
#include "api/request.hpp"
#include "cli/journal_of.hpp"
#include "cli/options.hpp"
#include "config/load.hpp"

namespace gatepost::cli {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 2min;  // devices may need to open, and somebody may be passing a gate
constexpr std::size_t longest_line = 2000;

void print_text(const boost::json::object& answer) {
  const auto* lines = answer.if_contains("lines");
  if (lines == nullptr || !lines->is_array() || lines->get_array().empty()) {
    std::cout << "nothing has changed\n";
    return;
  }
  for (const auto& line : lines->get_array())
    if (line.is_string())
      std::cout << support::printable({line.get_string().data(), line.get_string().size()}, longest_line) << "\n";
}

// The engine judges by what it has: a variable may be set for it alone. What is wrong is shown whole by who asks, too.
int reload_site(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(reload, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(reload, "name the site file that the engine runs");
  const auto file = std::filesystem::absolute(site_file_of(values["site"].as<std::string>())).lexically_normal();
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto loaded = config::load(file, catalogue);
  const auto journal = loaded.site ? Result<std::filesystem::path>(loaded.site->journal.file) : journal_of(file);
  auto client = journal ? api::Client::connect(*journal) : Result<api::Client>(journal.error());
  const boost::json::object wish{{"do", "reload"}, {"site", file.string()}};
  auto answer = client ? client->ask(wish, patience) : Result<boost::json::object>(client.error());
  if (loaded.site || !answer) std::cerr << loaded.shown();
  if (values.contains("json"))
    std::cout << (answer ? api::line_of(*answer) : api::line_of(answer.error()));
  else if (answer)
    print_text(*answer);
  else
    std::cerr << "gatepost reload: nothing was changed: " << support::printable(to_line(answer.error()), longest_line)
              << "\n";
  if (answer) return Exit::good;
  return loaded.site ? Exit::failed : Exit::usage;
}

Options reload_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("json", "print the engine's answer: ok, changes, or what, where, remedy");
  return options;
}

constexpr std::string_view reload_about =
    R"(All of the change happens, or nothing: what may fail comes first, beside what is at work. Lanes that do not change go
on. What needs a restart is refused, and so is a device that does not open. `gatepost diff` says what a reload would do.)";

constexpr std::array reload_examples{
    Example{"gatepost reload site.yaml", "The engine that runs this file takes over what has changed in it."},
};

}  // namespace

const Command reload{
    "reload",     "SITE",          "Have the running engine take over what has changed in its site file.",
    reload_about, reload_examples, reload_options,
    reload_site};

}  // namespace gatepost::cli

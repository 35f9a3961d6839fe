#include "config/schema.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

int print_schema(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(schema, arguments, values)) return *exit;
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  for (const auto& [file, why] : catalogue.refused()) std::cerr << "plugin refused: " << to_line(why) << "\n";
  std::cout << support::printable_json(boost::json::serialize(config::schema(catalogue))) << "\n";
  return Exit::good;
}

Options schema_options() { return {}; }

constexpr std::string_view schema_about =
    R"(JSON Schema 2020-12 of every section and of every setting of the plugins that are installed. An editor with
yaml-language-server then knows them, once the site file begins with the line
`# yaml-language-server: $schema=gatepost.schema.json`.)";

constexpr std::array schema_examples{
    Example{"gatepost schema > gatepost.schema.json", "For the editor, beside the site file."},
};

}  // namespace

const Command schema{"schema",
                     "",
                     "Print the form of a site file as JSON Schema, for editors.",
                     schema_about,
                     schema_examples,
                     schema_options,
                     print_schema};

}  // namespace gatepost::cli

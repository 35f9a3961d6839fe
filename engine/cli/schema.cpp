#include "config/schema.hpp"

#include <boost/json/serialize.hpp>
#include <iostream>

#include "cli/options.hpp"
#include "observe/printable.hpp"

namespace gatepost::cli {
namespace {

int print_schema(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(schema, {}, arguments, values)) return *exit;
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  for (const auto& [file, why] : catalogue.refused()) std::cerr << "plugin refused: " << to_line(why) << "\n";
  std::cout << observe::printable_json(boost::json::serialize(config::schema(catalogue))) << "\n";
  return Exit::good;
}

}  // namespace

const Command schema{"schema", "", "Print the form of a site file as JSON Schema, for editors.", print_schema};

}  // namespace gatepost::cli

#include <array>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/options.hpp"
#include "config/difference.hpp"
#include "config/load.hpp"

namespace gatepost::cli {
namespace {

constexpr std::size_t longest_difference = 2000;

void print_json(const config::Difference& found) {
  const auto refusal = found.refusal();
  boost::json::object answer{{"possible", !refusal.has_value()}, {"changes", config::to_json(found)}};
  if (refusal) {
    answer["what"] = refusal->what;
    answer["where"] = refusal->where;
    answer["remedy"] = refusal->remedy;
  }
  std::cout << support::printable_json(boost::json::serialize(answer)) << "\n";
}

void print_text(const config::Difference& found) {
  for (const auto& line : config::to_lines(found)) std::cout << support::printable(line, longest_difference) << "\n";
  if (found.empty()) std::cout << "nothing would change\n";
  if (const auto refusal = found.refusal()) std::cerr << "a reload is not enough: " << to_line(*refusal) << "\n";
}

int show_difference(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(diff, arguments, values)) return *exit;
  if (!values.contains("new")) return usage_error(diff, "name two site files: as it is, and as it will be");
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto before = config::load(values["old"].as<std::string>(), catalogue);
  const auto after = config::load(values["new"].as<std::string>(), catalogue);
  std::cerr << before.shown() << after.shown();
  if (!before.site || !after.site) return Exit::usage;
  if (before.site->file.parent_path() != after.site->file.parent_path())
    std::cerr << "note: the two lie in different folders, so a relative path leads to different files\n";
  const auto found = config::difference(*before.site, *after.site);
  if (values.contains("json"))
    print_json(found);
  else
    print_text(found);
  return found.refusal() ? Exit::failed : Exit::good;
}

Options diff_options() {
  Options options{.arguments = {{"old", Takes::site}, {"new", Takes::site}}};
  options.shown.add_options()("json", "print one JSON object: possible, changes");
  return options;
}

constexpr std::string_view diff_about =
    R"(Names each thing that would come, go or change. Leaves with 1 where a reload is not enough: then a restart is needed.
No engine is asked.)";

constexpr std::array diff_examples{
    Example{"gatepost diff /etc/gatepost/north.yaml new.yaml", "What putting new.yaml in place would change."},
};

}  // namespace

const Command diff{"diff",         "OLD NEW",     "Say what a reload from one site file to another would do.",
                   diff_about,     diff_examples, diff_options,
                   show_difference};

}  // namespace gatepost::cli

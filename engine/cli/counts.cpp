// How many, at which lane, with which answer: asked of the first output that counts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <vector>

#include "api/counts.hpp"
#include "cli/answer.hpp"
#include "cli/journal_of.hpp"
#include "cli/machine_sites.hpp"
#include "cli/options.hpp"
#include "config/readable_part.hpp"

namespace gatepost::cli {
namespace {

using boost::json::object;

std::vector<std::string> cells_of(const object& scans) {
  std::vector<std::string> cells;
  cells.reserve(api::count_windows.size());
  for (const char* window : api::count_windows) cells.push_back(fmt::format("{:.0f}", number(scans.at(window))));
  return cells;
}

void print_text(const object& answer) {
  std::cout << fmt::format("Checkpoint {:.0f} {}: {}\n", number(answer.at("checkpoint")),
                           std::string_view(answer.at("name").as_string()),
                           fmt::join(cells_of(answer.at("scans").as_object()), " / "));
  const auto& rows = answer.at("lanes").as_array();
  if (rows.empty()) return;
  const auto part = [](const object& row, const char* key) {
    const auto* value = row.if_contains(key);
    return value == nullptr ? std::string() : std::string(value->as_string());
  };
  std::size_t lane = 4, outcome = 0;
  for (const auto& row : rows) {
    lane = std::max(lane, part(row.as_object(), "lane").size());
    outcome = std::max(outcome, part(row.as_object(), "outcome").size());
  }
  const auto line = [&](const std::string& first, const std::string& second, const auto& cells) {
    std::cout << fmt::format("  {:<{}}  {:<{}}", first, lane, second, outcome);
    for (const auto& cell : cells) std::cout << fmt::format("{:>10}", cell);
    std::cout << "\n";
  };
  line("lane", "", api::count_windows);
  for (const auto& row : rows)
    line(part(row.as_object(), "lane"), part(row.as_object(), "outcome"),
         cells_of(row.as_object().at("scans").as_object()));
}

// By the checkpoint's code alone, or as site_meant() has it.
Result<std::filesystem::path> counted_site(const boost::program_options::variables_map& values) {
  if (!values.contains("code")) return site_meant(values["site"].as<std::string>());
  const auto& text = values["code"].as<std::string>();
  if (const auto code = checkpoint_code(text)) return site_of_code(*code);
  return Error{"'" + text + "' is no checkpoint's code", "--code", "write the number, such as 4017"};
}

int print_counts(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(counts, arguments, values)) return *exit;
  if (values.contains("site") == values.contains("code"))
    return usage_error(counts, "name the site file, or the checkpoint's code");
  const bool by_lane = values.contains("by");
  if (by_lane && values["by"].as<std::string>() != "lane") return usage_error(counts, "--by takes: lane");
  const auto meant = counted_site(values);
  if (!meant) {
    failed_with(counts, meant.error());
    return Exit::usage;
  }
  const std::filesystem::path& site = *meant;
  if (is_journal(site))
    return usage_error(counts,
                       "an output of plugin local_store keeps counts, the journal does not: name the site file");
  const auto part = config::ReadablePart::read(site);
  if (!part) {
    failed_with(counts, part.error());
    return Exit::usage;
  }
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto outputs = part->outputs(catalogue);
  const object request = by_lane ? object{{"by", "lane"}} : object();
  const auto answer = api::answer_counts(part->checkpoint(), outputs.uses, site, SystemClock().wall(), request);
  if (!answer) {
    std::cerr << part->shown(outputs);
    return failed_with(counts, answer.error());
  }
  if (values.contains("json"))
    std::cout << support::printable_json(boost::json::serialize(*answer)) << "\n";
  else
    print_text(*answer);
  return Exit::good;
}

Options counts_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("json", "print one JSON object")(
      "by", boost::program_options::value<std::string>()->value_name("WHAT"), "lane: add up the outcomes of each lane")(
      "code", boost::program_options::value<std::string>()->value_name("CODE"),
      "the checkpoint's code, looked for in the site files of this machine");
  options.words["by"] = {"lane"};
  return options;
}

constexpr std::string_view counts_about =
    R"(From the stores that the site's outputs keep, by lane and outcome. The first line has the sum of each: 40 / 126 / 890 /
1783 are 40 scans in the last hour and 1783 in the last month.

A checkpoint may be named by its code: it is looked for in /etc/gatepost/*.yaml. Two sites with one code are an error that
names both.)";

constexpr std::array counts_examples{
    Example{"gatepost counts 4017", "Of the checkpoint with this code, by lane and outcome."},
    Example{"gatepost counts site.yaml", "The same by its site file."},
    Example{"gatepost counts --by lane --json site.yaml", "By lane, for a program."},
};

}  // namespace

const Command counts{"counts",
                     "CODE|SITE [--json] [--by lane]",
                     "Count the scans of the last hour, day, week and month.",
                     counts_about,
                     counts_examples,
                     counts_options,
                     print_counts};

}  // namespace gatepost::cli

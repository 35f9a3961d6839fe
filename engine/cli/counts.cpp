// How many, at which lane, with which answer: asked of the first output that counts.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <map>

#include "cli/journal_of.hpp"
#include "cli/options.hpp"
#include "config/readable_part.hpp"
#include "observe/printable.hpp"

namespace gatepost::cli {
namespace {

using Scans = std::array<std::uint64_t, 4>;

constexpr std::array windows{"1h", "1d", "1w", "1m"};

/// A row of the table: one lane and outcome, or a lane's sum.
struct Row {
  std::string lane, outcome;
  Scans scans{};
};

/// The counts of the first output that has them, or why the last one that should has none.
Result<std::vector<Count>> ask_outputs(const std::vector<config::PluginUse>& outputs, const std::filesystem::path& site,
                                       WallTime now) {
  Error why{"this site has no output that keeps counts", site.string(), "add an output of plugin local_store"};
  bool keeps = false;
  for (const auto& use : outputs) {
    if (use.plugin->kind != PluginKind::sink) continue;
    auto sink = use.plugin->make.sink(use.values, use.instance);
    if (!sink) return sink.error();
    auto counts = (*sink)->counts(now);
    if (counts) return counts;
    // Where nothing is named, the output keeps none at all; what is wrong with one that does is worth more.
    if (counts.error().where.empty()) continue;
    if (!keeps) why = counts.error();
    keeps = true;
  }
  return why;
}

Scans sum(const std::vector<Row>& rows) {
  Scans total{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += row.scans[i];
  return total;
}

/// Sorted by lane, then from grant to deny; with `by_lane` the outcomes are added up.
std::vector<Row> rows_of(std::vector<Count> counts, bool by_lane) {
  std::sort(counts.begin(), counts.end(), [](const Count& left, const Count& right) {
    return std::tie(left.lane, left.outcome) < std::tie(right.lane, right.outcome);
  });
  std::vector<Row> rows;
  for (const Count& count : counts) {
    const std::string outcome(by_lane ? "" : to_word(count.outcome));
    if (rows.empty() || rows.back().lane != count.lane || rows.back().outcome != outcome)
      rows.push_back({count.lane, outcome, {}});
    for (std::size_t i = 0; i < count.scans.size(); ++i) rows.back().scans[i] += count.scans[i];
  }
  return rows;
}

boost::json::object windows_json(const Scans& scans) {
  boost::json::object object;
  for (std::size_t i = 0; i < windows.size(); ++i) object[windows[i]] = scans[i];
  return object;
}

void print_json(const config::Checkpoint& checkpoint, const std::vector<Row>& rows) {
  boost::json::array lanes;
  for (const Row& row : rows) {
    boost::json::object object{{"lane", row.lane}};
    if (!row.outcome.empty()) object["outcome"] = row.outcome;
    object["scans"] = windows_json(row.scans);
    lanes.push_back(std::move(object));
  }
  const boost::json::object answer{{"checkpoint", checkpoint.code},
                                   {"name", checkpoint.name},
                                   {"scans", windows_json(sum(rows))},
                                   {"lanes", std::move(lanes)}};
  std::cout << observe::printable_json(boost::json::serialize(answer)) << "\n";
}

void print_text(const config::Checkpoint& checkpoint, const std::vector<Row>& rows) {
  const Scans all = sum(rows);
  std::cout << fmt::format("Checkpoint {} {}: {} / {} / {} / {}\n", checkpoint.code, checkpoint.name, all[0], all[1],
                           all[2], all[3]);
  if (rows.empty()) return;
  std::size_t lane = 4, outcome = 0;
  for (const Row& row : rows) {
    lane = std::max(lane, row.lane.size());
    outcome = std::max(outcome, row.outcome.size());
  }
  const auto line = [&](const std::string& first, const std::string& second, const auto& cells) {
    std::cout << fmt::format("  {:<{}}  {:<{}}", first, lane, second, outcome);
    for (const auto& cell : cells) std::cout << fmt::format("{:>10}", cell);
    std::cout << "\n";
  };
  line("lane", "", windows);
  for (const Row& row : rows) line(row.lane, row.outcome, row.scans);
}

int print_counts(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(counts, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(counts, "name the site file");
  const bool by_lane = values.contains("by");
  if (by_lane && values["by"].as<std::string>() != "lane") return usage_error(counts, "--by takes: lane");
  const auto site = site_file_of(values["site"].as<std::string>());
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
  auto counted = ask_outputs(outputs.uses, site, SystemClock().wall());
  if (!counted) {
    std::cerr << part->shown(outputs);
    return failed_with(counts, counted.error());
  }
  const auto rows = rows_of(std::move(*counted), by_lane);
  if (values.contains("json"))
    print_json(part->checkpoint(), rows);
  else
    print_text(part->checkpoint(), rows);
  return Exit::good;
}

Options counts_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("json", "print one JSON object")(
      "by", boost::program_options::value<std::string>()->value_name("WHAT"), "lane: add up the outcomes of each lane");
  options.words["by"] = {"lane"};
  return options;
}

constexpr std::string_view counts_about =
    R"(From the stores that the site's outputs keep, by lane and outcome. The first line has the sum of each: 40 / 126 / 890 /
1783 are 40 scans in the last hour and 1783 in the last month.)";

constexpr std::array counts_examples{
    Example{"gatepost counts site.yaml", "By lane and outcome."},
    Example{"gatepost counts --by lane --json site.yaml", "By lane, for a program."},
};

}  // namespace

const Command counts{"counts",
                     "SITE [--json] [--by lane]",
                     "Count the scans of the last hour, day, week and month.",
                     counts_about,
                     counts_examples,
                     counts_options,
                     print_counts};

}  // namespace gatepost::cli

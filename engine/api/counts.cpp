#include "api/counts.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <tuple>
#include <vector>

#include "api/fields.hpp"
#include "config/redaction.hpp"

namespace gatepost::api {
namespace {

using Scans = std::array<std::uint64_t, 4>;

struct CountRow {
  std::string lane, outcome;
  Scans scans{};
};

/// The counts of the first output that has them, or why the last one that should has none.
Result<std::vector<Count>> ask_outputs(std::span<const config::PluginUse> outputs, const std::filesystem::path& site,
                                       WallTime now) {
  Error why{"this site has no output that keeps counts", site.string(), "add an output of plugin local_store"};
  bool keeps = false;
  for (const auto& use : outputs) {
    if (use.plugin->kind != PluginKind::sink) continue;
    const config::Redaction redaction(use);
    auto sink = use.plugin->make.sink(use.values, use.instance);
    if (!sink) return redaction(sink.error());
    auto counts = redaction((*sink)->counts(now));
    if (counts) return counts;
    // Where nothing is named, the output keeps none at all; what is wrong with one that does is worth more.
    if (counts.error().where.empty()) continue;
    if (!keeps) why = counts.error();
    keeps = true;
  }
  return why;
}

Scans sum_of(const std::vector<CountRow>& rows) {
  Scans total{};
  for (const CountRow& row : rows)
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += row.scans[i];
  return total;
}

std::vector<CountRow> rows_of(std::vector<Count> counts, bool by_lane) {
  std::sort(counts.begin(), counts.end(), [](const Count& left, const Count& right) {
    return std::tie(left.lane, left.outcome) < std::tie(right.lane, right.outcome);
  });
  std::vector<CountRow> rows;
  for (const Count& count : counts) {
    const std::string outcome(by_lane ? "" : to_word(count.outcome));
    if (rows.empty() || rows.back().lane != count.lane || rows.back().outcome != outcome)
      rows.push_back({count.lane, outcome, {}});
    for (std::size_t i = 0; i < count.scans.size(); ++i) rows.back().scans[i] += count.scans[i];
  }
  return rows;
}

boost::json::object json_of(const Scans& scans) {
  boost::json::object object;
  for (std::size_t i = 0; i < count_windows.size(); ++i) object[count_windows[i]] = scans[i];
  return object;
}

}  // namespace

Result<boost::json::object> answer_counts(const config::Checkpoint& checkpoint,
                                          std::span<const config::PluginUse> outputs, const std::filesystem::path& site,
                                          WallTime now, const boost::json::object& request) {
  Fields fields(request);
  const std::string by = fields.text("by");
  if (!by.empty() && by != "lane") fields.refuse("by", "lane");
  if (!fields.good()) return fields.wrong();
  auto counted = ask_outputs(outputs, site, now);
  if (!counted) return counted.error();
  const auto rows = rows_of(std::move(*counted), by == "lane");
  boost::json::array lanes;
  for (const CountRow& row : rows) {
    boost::json::object object{{"lane", row.lane}};
    if (!row.outcome.empty()) object["outcome"] = row.outcome;
    object["scans"] = json_of(row.scans);
    lanes.push_back(std::move(object));
  }
  return boost::json::object{{"checkpoint", checkpoint.code},
                             {"name", checkpoint.name},
                             {"scans", json_of(sum_of(rows))},
                             {"lanes", std::move(lanes)}};
}

}  // namespace gatepost::api

#include <algorithm>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/rfc3339.hpp>

#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

// "2026-12-01 22:10", by the clocks of this machine's time zone; or RFC 3339.
std::optional<WallTime> moment_of(std::string_view text) {
  if (const auto time = support::parse_rfc3339(text)) return time;
  if (text.size() != 16 || text[4] != '-' || text[7] != '-' || text[10] != ' ') return {};
  const auto day = support::day_of(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
  const auto time = support::time_of_day(text.substr(11));
  if (!day || !time) return {};
  return support::moment_here(*day, *time);
}

struct TestReader {
  Reader& reader;
  std::span<const Lane> lanes;
  const Entry& entry;
  SiteTest test{};

  std::string written(Place place) const {
    const Source& source = reader.sources[place.file];
    return source.file.filename().string() + ":" + std::to_string(place.line + 1);
  }

  Place place_of(const Node& node, std::string_view key) const {
    const Entry* given = node.find(key);
    return given == nullptr ? node.place : given->value.place;
  }

  void check_lane(const Node& node, TestScan& scan) {
    std::vector<std::string_view> names;
    for (const Lane& lane : lanes) names.push_back(lane.name);
    if (scan.lane.empty() && lanes.size() == 1) scan.lane = lanes.front().name;
    if (std::ranges::find(names, scan.lane) != names.end() || lanes.empty()) return;
    if (scan.lane.empty())
      reader.diagnostics.error(node.place, "this scan has no lane, and the site has several", any_of(names), "add one");
    else
      reader.diagnostics.error(place_of(node, "lane"), "there is no lane '" + shown(scan.lane) + "'", any_of(names),
                               did_you_mean(scan.lane, names, "name a lane of this site"));
  }

  void check_time(const Node& node, const std::string& text, TestScan& scan) {
    const auto at = moment_of(text);
    if (!at)
      return reader.diagnostics.error(place_of(node, "at"), "'" + shown(text) + "' is no time",
                                      "2026-12-01 22:10, or 2026-12-01T22:10:00+07:00", "write date and time");
    scan.at = *at;
    if (!test.scans.empty() && scan.at < test.scans.back().at)
      reader.diagnostics.error(place_of(node, "at"), "this scan is earlier than the one before it", {},
                               "write the scans in their order");
  }

  void read_scan(const Node& node) {
    const auto fields = test_step_table.infos();
    const auto values = read_group(reader, {node, node.place, "a scan of test '" + entry.key + "'", "tests", fields});
    if (!values) return;
    TestStep step = test_step_table.fill(*values);
    TestScan scan{.lane = std::move(step.lane),
                  .code = std::move(step.code),
                  .symbology = std::move(step.symbology),
                  .expect = static_cast<Outcome>(step.expect),
                  .reason = std::move(step.reason),
                  .passes = step.passes,
                  .written = written(node.place)};
    if (step.direction != Way::lane) scan.direction = step.direction == Way::in ? Direction::in : Direction::out;
    check_lane(node, scan);
    check_time(node, step.at, scan);
    test.scans.push_back(std::move(scan));
  }
};

}  // namespace

static_assert(static_cast<Outcome>(Expected::grant) == Outcome::grant &&
              static_cast<Outcome>(Expected::inform) == Outcome::inform &&
              static_cast<Outcome>(Expected::deny) == Outcome::deny);

void read_site_tests(Reader& reader, const Entry& section, std::span<const Lane> lanes, std::vector<SiteTest>& tests) {
  if (!is_group(reader, section.value, section.place, "'tests'")) return;
  for (const Entry& entry : section.value.entries) {
    if (reader.diagnostics.full()) return;
    if (!is_name(reader, entry, "test")) continue;
    if (entry.value.kind != NodeKind::list || entry.value.items.empty()) {
      reader.diagnostics.error(entry.place, "test '" + entry.key + "' has no scans",
                               "- { at: 2026-12-01 22:10, code: E000106, expect: grant }",
                               "write a list, a scan an item");
      continue;
    }
    TestReader test{reader, lanes, entry, {entry.key, {}}};
    for (const Node& item : entry.value.items) test.read_scan(item);
    tests.push_back(std::move(test.test));
  }
}

}  // namespace gatepost::config

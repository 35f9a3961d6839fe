#include "trial/codes.hpp"

#include <algorithm>
#include <fstream>

#include "trial/example.hpp"
#include "trial/setting.hpp"

namespace gatepost::lab {
namespace {

constexpr std::size_t enough = 16;       // of one lane
constexpr std::size_t most_rows = 1000;  // that are tried of a roster
constexpr const char* plain_code = "E000001";

// The rows of one column; quotes around a subject are rare, and a row that is misread is not granted.
std::vector<std::string> column_of(const std::filesystem::path& file, const std::string& column) {
  std::ifstream rows(file);
  std::vector<std::string> found;
  std::size_t wanted = 0;
  const auto cells = [](std::string row) {
    if (row.ends_with('\r')) row.pop_back();
    std::vector<std::string> all{""};
    for (const char c : row)
      if (c == ',')
        all.emplace_back();
      else if (c != '"')
        all.back() += c;
    return all;
  };
  std::string row;
  if (!std::getline(rows, row)) return found;
  const auto head = cells(row);
  wanted = static_cast<std::size_t>(std::ranges::find(head, column) - head.begin());
  while (found.size() < most_rows && std::getline(rows, row))
    if (const auto all = cells(row); wanted < all.size()) found.push_back(all[wanted]);
  return found;
}

const config::PluginUse* find(const std::vector<config::PluginUse>& uses, const std::string& name) {
  const auto found = std::ranges::find_if(uses, [&](const auto& use) { return use.instance.name == name; });
  return found == uses.end() ? nullptr : &*found;
}

}  // namespace

Codes::Codes(const config::Site& site, std::map<std::string, std::string> given)
    : site_(site), given_(std::move(given)) {
  for (const auto& use : site.credentials)
    if (auto made = use.plugin->make.credential(use.values, use.instance))
      formats_[use.instance.name] = std::move(*made);
  for (const auto& use : site.policies)
    if (auto made = use.plugin->make.policy(use.values, use.instance)) policies_[use.instance.name] = std::move(*made);
}

std::string Codes::next(const config::Lane& lane, const config::LaneInput& input) {
  for (const auto& name : {input.device, std::string()})
    if (const auto found = given_.find(name); found != given_.end()) return found->second;
  auto& known = of(lane, way_of(input));
  if (known.granted.empty()) return plain_code;
  return known.granted[known.next++ % known.granted.size()];
}

bool Codes::knows(const config::Lane& lane, const config::LaneInput& input) {
  return given_.contains(input.device) || given_.contains("") || !of(lane, way_of(input)).granted.empty();
}

Codes::OfLane& Codes::of(const config::Lane& lane, Direction direction) {
  const auto [place, is_new] = lanes_.try_emplace({lane.name, direction});
  if (!is_new) return place->second;
  for (const auto& code : candidates(lane))
    if (auto& granted = place->second.granted;
        granted.size() < enough && std::ranges::find(granted, code) == granted.end() && grants(lane, code, direction))
      granted.push_back(code);
  return place->second;
}

// A roster's subjects as they are, and as a pattern has them; then what a pattern describes by itself.
std::vector<std::string> Codes::candidates(const config::Lane& lane) const {
  std::vector<std::string> patterns, all;
  for (const auto& name : lane.credentials)
    if (const auto* use = find(site_.credentials, name))
      if (auto match = text_setting(*use, "match"); !match.empty()) patterns.push_back(std::move(match));
  for (const auto& name : lane.policies)
    if (const auto* use = find(site_.policies, name))
      for (const auto& subject :
           column_of(setting<std::filesystem::path>(*use, "file"), text_setting(*use, "column"))) {
        all.push_back(subject);
        for (const auto& pattern : patterns)
          if (auto code = example_of(pattern, subject)) all.push_back(std::move(*code));
      }
  for (const auto& pattern : patterns)
    if (auto code = example_of(pattern)) all.push_back(std::move(*code));
  all.emplace_back(plain_code);
  return all;
}

std::optional<Credential> Codes::read(const config::Lane& lane, const Reading& reading) const {
  for (const auto& name : lane.credentials) {
    const auto format = formats_.find(name);
    if (format == formats_.end()) continue;
    auto parsed = format->second->parse(reading);
    if (!parsed) return {};
    if (!*parsed) continue;
    (*parsed)->scheme = name;
    return std::move(*parsed);
  }
  return {};
}

bool Codes::grants(const config::Lane& lane, const std::string& code, Direction direction) const {
  const SystemClock clock;
  const Reading reading{.payload = code, .seen = clock.now(), .wall = clock.wall()};
  const auto credential = read(lane, reading);
  if (!credential || credential->valid_from > reading.wall) return false;
  if (credential->valid_until && *credential->valid_until < reading.wall) return false;
  const Attempt attempt{*credential, reading, lane.name, direction, reading.seen, reading.wall};
  return std::ranges::all_of(lane.policies, [&](const std::string& name) {
    const auto policy = policies_.find(name);
    if (policy == policies_.end()) return false;
    const auto decided = policy->second->decide(attempt);
    return decided && decided->outcome != Outcome::deny;
  });
}

}  // namespace gatepost::lab

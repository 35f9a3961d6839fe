#include "cli/offline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <vector>

namespace gatepost::cli {
namespace {

using namespace std::chrono_literals;

std::string length_of(Duration length) {
  if (length >= 48h) return fmt::format("{} d", length / 24h);
  if (length >= 1h) return fmt::format("{} h", length / 1h);
  return "less than an hour";
}

std::vector<const config::PluginUse*> rules_of(const config::Site& site) {
  std::vector<const config::PluginUse*> found;
  for (const auto* uses : {&site.credentials, &site.policies})
    for (const auto& use : *uses) found.push_back(&use);
  return found;
}

/// What the lanes do that use it when it can answer no more.
std::string then_of(const config::Site& site, const config::PluginUse& use) {
  if (use.plugin->kind == PluginKind::credential) return "such codes are refused";
  std::string open;
  for (const auto& lane : site.lanes) {
    const bool uses = std::ranges::find(lane.policies, use.instance.name) != lane.policies.end();
    if (uses && lane.rules.fail_open) open += (open.empty() ? "" : ", ") + lane.name;
  }
  return open.empty() ? "everybody is denied" : "everybody is denied, but let through at " + open + " (fail_open)";
}

std::string file_text(const config::WatchedUse& file, const std::string& then, WallTime now) {
  const std::string age = file.changed ? length_of(std::max<Duration>(now - *file.changed, {})) + " old" : "not there";
  const std::string good = file.last_good_for > Duration::zero()
                               ? "its last good copy goes on for " + length_of(file.last_good_for) + ", then " + then
                               : then;
  return fmt::format("goes by {}, {}; while that cannot be taken {}", file.file.filename().string(), age, good);
}

}  // namespace

std::string offline_text(const config::Site& site, WallTime now) {
  std::string whole, lines;
  for (const auto* use : rules_of(site)) {
    const std::string& name = use->instance.name;
    if (!use->needs_network.empty()) lines += "  " + name + " " + use->needs_network + "\n";
    for (const auto& file : use->files) lines += "  " + name + " " + file_text(file, then_of(site, *use), now) + "\n";
    if (use->needs_network.empty() && use->files.empty()) whole += (whole.empty() ? "" : ", ") + name;
  }
  if (lines.empty()) return {};  // all of it holds
  return "without the network:\n" + lines + (whole.empty() ? "" : "  as ever: " + whole + "\n");
}

boost::json::value offline_json(const config::Site& site, WallTime now) {
  boost::json::array told;
  for (const auto* use : rules_of(site)) {
    boost::json::array files;
    for (const auto& file : use->files)
      files.push_back({{"file", file.file.string()},
                       {"age", file.changed ? boost::json::value((now - *file.changed) / 1s) : boost::json::value()},
                       {"last_good_for", file.last_good_for / 1s}});
    told.push_back({{"rule", use->instance.name},
                    {"needs_network", use->needs_network},
                    {"files", std::move(files)},
                    {"then", then_of(site, *use)}});
  }
  return told;
}

}  // namespace gatepost::cli

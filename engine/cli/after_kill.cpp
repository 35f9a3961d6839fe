#include "cli/after_kill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "core/gate.hpp"

namespace gatepost::cli {
namespace {

using Hundredths = std::chrono::duration<std::int64_t, std::centi>;

// Rounded up: what is promised is kept.
double seconds(Duration time) { return static_cast<double>(std::chrono::ceil<Hundredths>(time).count()) / 100; }

// Each lane that has an actuator, and what that says of itself.
std::vector<std::pair<std::string, const std::optional<AfterKill>*>> gates(const config::Site& site) {
  std::vector<std::pair<std::string, const std::optional<AfterKill>*>> found;
  for (const auto& lane : site.lanes) {
    const auto use = std::ranges::find(site.devices, lane.actuator, [](const auto& it) { return it.instance.name; });
    if (use != site.devices.end()) found.emplace_back(lane.name, &use->after_kill);
  }
  return found;
}

std::string sentence(const std::optional<AfterKill>& after_kill) {
  if (!after_kill) return "the gate stays open until the engine runs again (accepted)";
  const auto within = after_kill->longest == Duration::zero()
                          ? std::string("at once")
                          : fmt::format("after at most {} s", seconds(after_kill->longest));
  return "the gate is shut " + within + ", by " + after_kill->by;
}

}  // namespace

std::string after_kill_text(const config::Site& site) {
  std::string text;
  for (const auto& [lane, after_kill] : gates(site))
    text += "lane " + lane + ": killed at the worst moment, " + sentence(*after_kill) + "\n";
  const double alarm = seconds(core::longest_to_hold_open({}));
  for (const auto& lane : site.lanes)
    if (lane.rules.opens_on_alarm)
      text += fmt::format(
          "lane {}: in an alarm, the gate is told to open at once; where its board hangs, it is open or named by an "
          "alarm after at most {} s\n",
          lane.name, alarm);
  return text;
}

boost::json::value after_kill_json(const config::Site& site) {
  boost::json::array lanes;
  for (const auto& [lane, after_kill] : gates(site)) {
    boost::json::object told{{"lane", lane}, {"seconds", nullptr}, {"by", nullptr}};
    if (*after_kill) {
      told["seconds"] = seconds((*after_kill)->longest);
      told["by"] = (*after_kill)->by;
    }
    lanes.push_back(std::move(told));
  }
  return lanes;
}

}  // namespace gatepost::cli

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

// Each lane that has an actuator, and what says of itself what it leaves.
std::vector<std::pair<const config::Lane*, const config::PluginUse*>> gates(const config::Site& site) {
  std::vector<std::pair<const config::Lane*, const config::PluginUse*>> found;
  for (const auto& lane : site.lanes) {
    const auto use = std::ranges::find(site.devices, lane.actuator, [](const auto& it) { return it.instance.name; });
    if (use != site.devices.end()) found.emplace_back(&lane, &*use);
  }
  return found;
}

std::string within(Duration longest) {
  return longest == Duration::zero() ? "at once" : fmt::format("after at most {} s", seconds(longest));
}

std::string sentence(const std::optional<AfterKill>& after_kill) {
  if (!after_kill) return "the gate stays open until the engine runs again";
  return "the gate is shut " + within(after_kill->longest) + ", by " + after_kill->by;
}

std::string sentence(const AfterPowerCut& after) {
  const std::string without = after.shut_without_power ? "shut" : "open";
  if (!after.own_power) return "the gate is " + without + ", since its board has its power from this computer";
  const std::string with = after.longest ? "it is shut " + within(*after.longest) + ", by the board itself"
                                         : "it stays open until the engine runs again";
  return "the gate is " + without + " where its board is without power too; where the board keeps its own, " + with;
}

boost::json::object json_of(const std::optional<AfterKill>& after_kill) {
  if (!after_kill) return {{"seconds", nullptr}, {"by", nullptr}};
  return {{"seconds", seconds(after_kill->longest)}, {"by", after_kill->by}};
}

}  // namespace

std::string after_kill_text(const config::Site& site) {
  std::string text;
  for (const auto& [lane, actuator] : gates(site)) {
    const std::string begin = "lane " + lane->name + ": ";
    text += begin + "killed at the worst moment, " + sentence(actuator->after_kill) +
            (actuator->after_kill ? "\n" : " (accepted)\n");
    if (lane->rules.opens_on_alarm)
      text += begin + "killed while an alarm holds it open, " + sentence(actuator->after_kill_in_alarm) + "\n";
    if (actuator->after_power_cut)
      text += begin + "in a power cut at the worst moment, " + sentence(*actuator->after_power_cut) + "\n";
  }
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
  for (const auto& [lane, actuator] : gates(site)) {
    auto told = json_of(actuator->after_kill);
    told["lane"] = lane->name;
    if (lane->rules.opens_on_alarm) told["in_alarm"] = json_of(actuator->after_kill_in_alarm);
    lanes.push_back(std::move(told));
  }
  return lanes;
}

boost::json::value after_power_cut_json(const config::Site& site) {
  boost::json::array lanes;
  for (const auto& [lane, actuator] : gates(site)) {
    const auto& after = actuator->after_power_cut;
    if (!after) continue;
    boost::json::object told{{"lane", lane->name},
                             {"shut_without_power", after->shut_without_power},
                             {"own_power", after->own_power},
                             {"seconds", nullptr}};
    if (after->longest) told["seconds"] = seconds(*after->longest);
    lanes.push_back(std::move(told));
  }
  return lanes;
}

}  // namespace gatepost::cli

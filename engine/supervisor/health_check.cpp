#include "supervisor/health_check.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <gatepost/support/printable.hpp>
#include <optional>
#include <string_view>

namespace gatepost::supervisor {
namespace {

constexpr std::size_t longest_name = 80;

bool is_late(const runtime::Lane::Vitals& lane, MonotonicTime now) {
  return lane.due_since && now - *lane.due_since >= lane_patience;
}

std::string_view word_of(core::Lane::Step step) {
  using Step = core::Lane::Step;
  switch (step) {
    case Step::decoding:
      return "a credential format";
    case Step::deciding:
      return "a policy";
    case Step::committing:
      return "the disk";
    case Step::releasing:
      return "its actuator";
    case Step::idle:
      break;
  }
  return "itself";
}

struct LastScan {
  std::string lane;
  observe::Recent::Scan scan;
};

std::optional<LastScan> last_scan(const RunningSite::Vitals& vitals, const observe::Recent& recent) {
  std::optional<LastScan> last;
  for (const auto& lane : vitals.lanes)
    if (auto scan = recent.last_scan(lane.name); scan && (!last || scan->wall > last->scan.wall))
      last = LastScan{lane.name, std::move(*scan)};
  return last;
}

std::string waited_for(const RunningSite::Vitals& vitals) {
  std::string devices;
  for (const auto& input : vitals.inputs)
    if (input.presence == InputRunner::Presence::down)
      devices += (devices.empty() ? "; waits for " : ", ") + input.device;
  return devices;
}

}  // namespace

std::vector<std::string> stalled(const RunningSite::Vitals& vitals, MonotonicTime now) {
  std::vector<std::string> all;
  for (const auto& [name, lane] : vitals.lanes) {
    if (lane.step == core::Lane::Step::idle && is_late(lane, now))
      all.push_back("lane " + name + " does not take the next scan");
    if (lane.overdue >= lane_patience)
      all.push_back("lane " + name + " does not give up waiting for " + std::string(word_of(lane.step)));
  }
  return all;
}

std::string line_of(const config::Checkpoint& checkpoint, const RunningSite::Vitals& vitals,
                    const observe::Recent& recent, MonotonicTime now) {
  const std::size_t lanes = vitals.lanes.size();
  std::string line = fmt::format("{} {}: {} {}", checkpoint.code, support::printable(checkpoint.name, longest_name),
                                 lanes, lanes == 1 ? "lane" : "lanes") +
                     waited_for(vitals);
  for (const auto& [name, lane] : vitals.lanes)
    if (!lane.held_by.empty() || is_late(lane, now))
      line += fmt::format("; lane {} is held by {}", name, lane.held_by.empty() ? word_of(lane.step) : lane.held_by);
  if (const auto alarms = recent.alarm_count(); alarms > 0)
    line += fmt::format("; {} {} since the start", alarms, alarms == 1 ? "alarm" : "alarms");
  const auto last = last_scan(vitals, recent);
  if (!last) return line + "; no scan yet";
  const auto wall = std::chrono::duration_cast<std::chrono::seconds>(last->scan.wall.time_since_epoch());
  return line + fmt::format("; last scan {:%H:%M:%S} {} {}", fmt::localtime(static_cast<std::time_t>(wall.count())),
                            last->lane, to_word(last->scan.outcome));
}

HealthCheck check_health(const RunningSite& running, const observe::Recent& recent, const Clock& clock) {
  const auto vitals = running.vitals();
  const MonotonicTime now = clock.now();
  return {stalled(vitals, now), line_of(running.site()->checkpoint, vitals, recent, now)};
}

}  // namespace gatepost::supervisor

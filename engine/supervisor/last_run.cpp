#include "supervisor/last_run.hpp"

#include <chrono>
#include <gatepost/boot.hpp>

#include "core/time.hpp"
#include "journal/reader.hpp"

namespace gatepost::supervisor {
namespace {

using std::chrono::ceil;
using std::chrono::floor;
using std::chrono::seconds;

bool is_known(WallTime wall, ClockSource source) {
  return wall >= core::earliest_wall_time && source > ClockSource::unset;
}

// Within one boot by the clock that nobody can set, and all that the machine slept may lie in between.
std::optional<Duration> at_most_since(const Record& last, bool same_boot, const Clock& clock) {
  if (same_boot) return clock.now() - last.at + clock.slept();
  if (!is_known(last.wall, last.clock.source) || clock.wall() < core::earliest_wall_time || clock.wall() < last.wall)
    return {};
  return clock.wall() - last.wall;
}

}  // namespace

std::map<std::string, std::string> since(const std::optional<Record>& last, const std::string& boot,
                                         const Clock& clock) {
  if (!last) return {};
  const bool same_boot = !boot.empty() && last->boot == boot;
  const bool stopped = last->kind == RecordKind::change && last->reason == "stopped";
  std::map<std::string, std::string> details{{"last_run", stopped ? "stopped" : "broke_off"}};
  if (const auto most = at_most_since(*last, same_boot, clock))
    details["unwatched_at_most_s"] = std::to_string(ceil<seconds>(*most).count());
  if (!stopped && !same_boot)
    details["unwatched_at_least_s"] = std::to_string(floor<seconds>(clock.boot().time_since_epoch()).count());
  return details;
}

std::map<std::string, std::string> since_last_run(const journal::Journal& journal, const Clock& clock) {
  const std::uint64_t newest = journal.found_up_to();
  if (newest == 0) return {};
  auto reader = journal::Reader::open(journal.file());
  if (!reader) return {};
  const auto found = reader->after(newest - 1, 1, newest);
  if (!found || found->empty()) return {};
  return since(found->front(), boot_id(), clock);
}

}  // namespace gatepost::supervisor

// Whether a running site works, and how it is, in one line.
#pragma once

#include <string>
#include <vector>

#include "observe/recent.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {

/// A lane that has had a scan to answer for longer and has not ended one does not go on.
inline constexpr Duration lane_patience = std::chrono::seconds(10);

/// What only a new start mends: work that is due and that this program does not do, though nobody else holds it up. A
/// lane in a plugin's call, at a disk that does not answer or at a full pipe is none of it: the same plugin, disk and
/// pipe are there after a restart, which would stop the lanes that work, and again every half minute.
std::vector<std::string> stalled(const RunningSite::Vitals& vitals, MonotonicTime now);

/// "4017 North Bridge, gate 1: 2 lanes; waits for gun; last scan 12:03:11 entry grant". Without subjects.
std::string line_of(const config::Checkpoint& checkpoint, const RunningSite::Vitals& vitals,
                    const observe::Recent& recent, MonotonicTime now);

struct HealthCheck {
  std::vector<std::string> stalled;
  std::string line;
};
/// Asking is itself a proof: it takes every mutex that a lane, an input or the journal needs to go on.
HealthCheck check_health(const RunningSite& running, const observe::Recent& recent, const Clock& clock);

}  // namespace gatepost::supervisor

#include "observe/traces.hpp"

#include <algorithm>
#include <array>

namespace gatepost::observe {

std::vector<Step> steps_of(const TracedScan& scan) {
  const core::Trace& trace = scan.trace;
  const std::array<Step, 9> all{{{"arrived", trace.seen},
                                 {"queued", trace.offered},
                                 {"taken", trace.taken},
                                 {"identified", trace.identified},
                                 {"judged", trace.decided},
                                 {"recorded", trace.recorded},
                                 {"commanded", trace.commanded},
                                 {"answered", trace.released},
                                 {"passage", scan.passage}}};
  std::vector<Step> reached;
  std::ranges::copy_if(all, std::back_inserter(reached), [](const Step& step) { return step.at != MonotonicTime{}; });
  return reached;
}

void Traces::answered(const core::Answer& answer) {
  TracedScan scan{.lane = std::string(answer.lane),
                  .device = answer.device,
                  .reason = answer.verdict.reason,
                  .direction = answer.direction,
                  .outcome = answer.verdict.outcome,
                  .repeated = answer.repeated,
                  .troubled = answer.trouble.has_value(),
                  .wall = answer.wall,
                  .sequence = answer.record.sequence,
                  .trace = answer.trace};
  const std::scoped_lock lock(mutex_);
  auto& scans = scans_[scan.lane];
  if (scans.size() == most_of_a_lane) scans.pop_front();
  scans.push_back(std::move(scan));
  tell(scans.back());
}

// A repeat carries the sequence of the attempt that it repeats, but nobody passed for it.
void Traces::recorded(const Record& record) {
  if (record.kind != RecordKind::passage) return;
  const std::scoped_lock lock(mutex_);
  const auto lane = scans_.find(record.lane);
  if (lane == scans_.end()) return;
  const auto scan = std::find_if(lane->second.rbegin(), lane->second.rend(),
                                 [&](const TracedScan& one) { return one.sequence == record.about && !one.repeated; });
  if (scan == lane->second.rend()) return;
  scan->passage = record.at;
  scan->passage_reason = record.reason;
  tell(*scan);
}

void Traces::tell(const TracedScan& scan) {
  std::erase_if(listeners_, [&](const Listener& listener) { return !listener(scan); });
}

std::vector<TracedScan> Traces::last(const std::string& lane, std::size_t most) const {
  std::vector<TracedScan> all;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, scans] : scans_)
      if (lane.empty() || lane == name) all.insert(all.end(), scans.begin(), scans.end());
  }
  std::ranges::stable_sort(all, {}, [](const TracedScan& scan) { return scan.trace.taken; });
  if (all.size() > most) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
  return all;
}

void Traces::listen(Listener listener) {
  const std::scoped_lock lock(mutex_);
  listeners_.push_back(std::move(listener));
}

}  // namespace gatepost::observe

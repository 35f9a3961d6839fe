#include "observe/metrics.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::observe {
namespace {

using Type = Exposition::Type;

constexpr std::array outcomes{Outcome::grant, Outcome::inform, Outcome::deny};

std::size_t index_of(Outcome outcome) { return static_cast<std::size_t>(outcome); }

}  // namespace

Metrics::OfLane& Metrics::of(std::string_view lane) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = lanes_.find(lane); found != lanes_.end()) return *found->second;
  }
  const std::unique_lock lock(mutex_);
  auto& made = lanes_[std::string(lane)];
  if (!made) made = std::make_unique<OfLane>();
  return *made;
}

void Metrics::count(Counts& counts, const std::string& name, std::size_t most) {
  const auto found = counts.find(name);
  if (found != counts.end())
    ++found->second;
  else
    ++counts[counts.size() < most ? name : "other"];
}

// A step that was not reached is not measured.
void Metrics::measure(OfLane& lane, const core::Answer& answer) {
  const core::Trace& trace = answer.trace;
  const std::array<std::pair<MonotonicTime, MonotonicTime>, stages.size()> ways{{{trace.seen, trace.taken},
                                                                                 {trace.taken, trace.identified},
                                                                                 {trace.identified, trace.decided},
                                                                                 {trace.decided, trace.recorded},
                                                                                 {trace.commanded, trace.released}}};
  for (std::size_t i = 0; i < ways.size(); ++i)
    if (ways[i].first != MonotonicTime{} && ways[i].second != MonotonicTime{})
      lane.stage[i].add(ways[i].second - ways[i].first);
  const MonotonicTime last = std::max({trace.decided, trace.recorded, trace.released});
  if (last != MonotonicTime{}) lane.whole[index_of(answer.verdict.outcome)].add(last - trace.seen);
}

void Metrics::answered(const core::Answer& answer) {
  OfLane& lane = of(answer.lane);
  if (answer.trouble) lane.troubles.fetch_add(1, std::memory_order_relaxed);
  if (answer.repeated) {
    lane.repeats.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  measure(lane, answer);
  const std::scoped_lock lock(lane.mutex);
  count(lane.scans[index_of(answer.verdict.outcome)], answer.verdict.reason, most_reasons);
}

void Metrics::recorded(const Record& record) {
  if (record.kind == RecordKind::alarm) {
    const std::scoped_lock lock(alarms_mutex_);
    count(alarms_, record.reason, most_alarms);
  } else if (record.kind == RecordKind::passage) {
    OfLane& lane = of(record.lane);
    const std::scoped_lock lock(lane.mutex);
    count(lane.passages, record.reason, most_reasons);
  }
}

void Metrics::for_each(const ForEach& visit) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [name, lane] : lanes_) visit(name, *lane);
}

void Metrics::write(Exposition& out) const {
  out.family("gatepost_scans_total", Type::Counter, "Attempts, by what was answered and why.");
  for_each([&](const std::string& name, const OfLane& lane) {
    const std::scoped_lock lock(lane.mutex);
    for (const Outcome outcome : outcomes)
      for (const auto& [reason, count] : lane.scans[index_of(outcome)])
        out.sample({{"lane", name}, {"outcome", to_word(outcome)}, {"reason", reason}}, count);
  });
  out.family("gatepost_repeats_total", Type::Counter, "Scans that were an earlier attempt once more.");
  for_each([&](const std::string& name, const OfLane& lane) {
    out.sample({{"lane", name}}, lane.repeats.load(std::memory_order_relaxed));
  });
  out.family("gatepost_troubles_total", Type::Counter, "Scans whose Record or gate failed.");
  for_each([&](const std::string& name, const OfLane& lane) {
    out.sample({{"lane", name}}, lane.troubles.load(std::memory_order_relaxed));
  });
  out.family("gatepost_passages_total", Type::Counter, "What came after a gate was released.");
  for_each([&](const std::string& name, const OfLane& lane) {
    const std::scoped_lock lock(lane.mutex);
    for (const auto& [reason, count] : lane.passages) out.sample({{"lane", name}, {"result", reason}}, count);
  });
  out.family("gatepost_scan_seconds", Type::Histogram, "From the device's last byte to the last step of its answer.");
  for_each([&](const std::string& name, const OfLane& lane) {
    for (const Outcome outcome : outcomes)
      out.sample({{"lane", name}, {"outcome", to_word(outcome)}}, lane.whole[index_of(outcome)]);
  });
  out.family("gatepost_stage_seconds", Type::Histogram,
             "How long each step of a scan took; record is the journal's sync.");
  for_each([&](const std::string& name, const OfLane& lane) {
    for (std::size_t i = 0; i < stages.size(); ++i) out.sample({{"lane", name}, {"stage", stages[i]}}, lane.stage[i]);
  });
  out.family("gatepost_alarms_total", Type::Counter, "Alarms recorded.");
  const std::scoped_lock lock(alarms_mutex_);
  for (const auto& [reason, count] : alarms_) out.sample({{"reason", reason}}, count);
}

}  // namespace gatepost::observe

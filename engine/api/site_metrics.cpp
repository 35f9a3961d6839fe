#include "api/site_metrics.hpp"

#include "api/seconds.hpp"
#include "supervisor/journal_size.hpp"

namespace gatepost::api {
namespace {

using observe::Exposition;
using Type = Exposition::Type;

std::uint64_t as_number(bool yes) { return yes ? 1 : 0; }

}  // namespace

void SiteMetrics::write_lanes(Exposition& out, const supervisor::RunningSite::Vitals& vitals) const {
  out.family("gatepost_lane_waiting", Type::Gauge, "Readings in the lane's queue.");
  for (const auto& lane : vitals.lanes) out.sample({{"lane", lane.name}}, std::uint64_t{lane.now.waiting});
  out.family("gatepost_lane_dropped_total", Type::Counter, "Readings that found the lane's queue full.");
  for (const auto& lane : vitals.lanes) out.sample({{"lane", lane.name}}, lane.now.dropped);
  out.family("gatepost_gate_ready", Type::Gauge,
             "1 while the lane's gate is at rest or open, 0 while its board fails.");
  for (const auto& lane : vitals.lanes)
    if (lane.now.gate) out.sample({{"lane", lane.name}}, as_number(*lane.now.gate != core::GateState::unknown));
}

void SiteMetrics::write_inputs(Exposition& out, const supervisor::RunningSite::Vitals& vitals) const {
  out.family("gatepost_device_up", Type::Gauge, "1 while the device is open and read from.");
  for (const auto& input : vitals.inputs)
    out.sample({{"lane", input.lane}, {"device", input.device}},
               as_number(input.presence == supervisor::InputRunner::Presence::up));
  out.family("gatepost_device_restarts_total", Type::Counter, "How often the device's plugin was run again.");
  for (const auto& input : vitals.inputs) out.sample({{"lane", input.lane}, {"device", input.device}}, input.restarts);
}

void SiteMetrics::write_outputs(Exposition& out, const supervisor::RunningSite::Vitals& vitals) const {
  out.family("gatepost_output_backlog", Type::Gauge, "Records that the output has not taken yet.");
  for (const auto& output : vitals.outputs) out.sample({{"output", output.sink}}, output.backlog);
  out.family("gatepost_output_dead_letters", Type::Gauge, "Records that the output refused for good, kept now.");
  for (const auto& output : vitals.outputs) out.sample({{"output", output.sink}}, output.dead_letters);
  out.family("gatepost_output_up", Type::Gauge, "1 while the output takes what it is given.");
  for (const auto& output : vitals.outputs) out.sample({{"output", output.sink}}, as_number(!output.trouble));
}

void SiteMetrics::write_machine(Exposition& out, const supervisor::RunningSite::Vitals& vitals) const {
  out.family("gatepost_journal_last", Type::Gauge, "Sequence of the newest durable Record.")
      .sample({}, vitals.last.sequence);
  out.family("gatepost_journal_epoch", Type::Gauge, "Grows whenever the site begins a new journal.")
      .sample({}, vitals.last.epoch);
  out.family("gatepost_journal_commits_total", Type::Counter, "Transactions with Records in them; each is one sync.")
      .sample({}, vitals.commits);
  out.family("gatepost_journal_bytes", Type::Gauge, "What the journal's files take.")
      .sample({}, std::uint64_t{supervisor::size_of_journal(site_.journal.file)});
  std::error_code failed;
  const auto space = std::filesystem::space(site_.journal.file.parent_path(), failed);
  out.family("gatepost_disk_free_bytes", Type::Gauge, "Room on the journal's disk.");
  if (!failed) out.sample({}, std::uint64_t{space.available});
  const ClockState clock = clock_.state();
  out.family("gatepost_clock_synchronised", Type::Gauge, "1 while the kernel says that the clock is synchronised.")
      .sample({}, as_number(clock.source == ClockSource::network));
  out.family("gatepost_clock_bound_seconds", Type::Gauge, "The wall time is wrong by no more; absent where unknown.");
  if (clock.bound != Duration::max()) out.sample({}, seconds(clock.bound));
  out.family("gatepost_uptime_seconds", Type::Gauge, "Since the engine began.")
      .sample({}, seconds(clock_.now() - started_));
}

std::string SiteMetrics::text() const {
  const auto vitals = running_.vitals();
  Exposition out;
  metrics_.write(out);
  write_lanes(out, vitals);
  write_inputs(out, vitals);
  write_outputs(out, vitals);
  write_machine(out, vitals);
  return out.text();
}

}  // namespace gatepost::api

// The step of a reload that cannot fail.
#include <algorithm>
#include <functional>

#include "supervisor/reload.hpp"

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_summary = 2000;

std::map<std::string, std::string> summary(const config::Difference& difference) {
  std::string text;
  std::size_t left = difference.changes.size();
  for (const auto& line : config::to_lines(difference)) {
    if (text.size() + line.size() > longest_summary) break;
    text += (text.empty() ? "" : "; ") + line;
    --left;
  }
  if (left > 0) text += "; and " + std::to_string(left) + " more";
  return {{"changes", std::to_string(difference.changes.size())}, {"summary", std::move(text)}};
}

}  // namespace

void Reload::commit() {
  committed_ = true;
  runtime::PolicyReplay::Policies dismissed;
  for (const auto& [name, rule] : running_.equipment_.rules) {
    const auto after = equipment_.rules.find(name);
    if (after == equipment_.rules.end() || after->second != rule) dismissed.push_back(rule);
  }
  exchange_lanes();
  exchange_inputs();
  pauses_.clear();
  part_with_inputs();
  part_with_lanes();
  running_.policy_replay_.dismiss(dismissed);
  exchange_outputs();
  running_.note_change("reloaded", summary(difference_));
}

void Reload::exchange_lanes() {
  for (const auto& pause : pauses_)
    if (const auto* settings = find_lane(*next_, pause.lane().name()))
      pause.exchange(*settings, equipment_.parts_of(*settings, running_.desk()));
  std::vector<std::unique_ptr<runtime::Lane>> lanes;
  std::unique_lock lock(running_.mutex_);
  for (const auto& settings : next_->lanes) {
    const auto stays =
        std::ranges::find_if(running_.lanes_, [&](const auto& lane) { return lane && lane->name() == settings.name; });
    lanes.push_back(stays == running_.lanes_.end() ? running_.start_lane(settings, equipment_) : std::move(*stays));
  }
  for (auto& lane : running_.lanes_)
    if (lane) leaving_lanes_.push_back(std::move(lane));
  running_.lanes_ = std::move(lanes);
  running_.equipment_ = std::move(equipment_);
  lock.unlock();
  running_.watch_over_lanes();
}

void Reload::exchange_inputs() {
  std::vector<std::unique_ptr<InputRunner>> runners;
  const auto take = [&](const std::string& device) -> std::unique_ptr<InputRunner> {
    for (Arrival& arrival : arriving_)
      if (arrival.use.instance.name == device) return std::move(arrival.runner);
    const auto kept = std::ranges::find_if(running_.runners_,
                                           [&](const auto& runner) { return runner && runner->device() == device; });
    return std::move(*kept);
  };
  const std::scoped_lock lock(running_.mutex_);
  for (const auto& lane : next_->lanes) {
    for (const auto& [device, direction] : lane.inputs) {
      runners.push_back(take(device));
      runners.back()->attach(running_.lane(lane.name), direction);
    }
  }
  for (auto& runner : running_.runners_)
    if (runner) leaving_runners_.push_back(std::move(runner));
  running_.runners_ = std::move(runners);
}

void Reload::part_with_inputs() {
  for (auto& runner : leaving_runners_) {
    runner->detach();
    runner->request_stop();
  }
  for (auto& runner : leaving_runners_) {
    if (std::ranges::find(stepped_aside_, runner.get()) != stepped_aside_.end()) continue;
    if (runner->lets_go(letting_go_patience)) continue;
    running_.note_alarm("input_hangs", {"does not stop", "device " + runner->device(),
                                        "report this to the plugin's author; run the site again to free the device"});
    running_.stuck_runners_.push_back(std::move(runner));
  }
  leaving_runners_.clear();
}

void Reload::part_with_lanes() {
  for (auto& lane : leaving_lanes_) {
    lane->passage_ends(passage_patience, stop_);
    lane->finish();
    lane->passage_ends(passage_patience, stop_);
  }
  leaving_lanes_.clear();
}

// A changed output has one machine at a time: the new one goes on where the old one's cursor stands.
void Reload::exchange_outputs() {
  auto& outputs = running_.outputs_;
  const auto leaves = [&](const auto& output) {
    return difference_.find(config::Part::output, output->name()) != nullptr;
  };
  std::vector<std::unique_ptr<runtime::Output>> leaving;
  {
    const std::scoped_lock lock(running_.mutex_);
    const auto first = std::stable_partition(outputs.begin(), outputs.end(), std::not_fn(leaves));
    std::move(first, outputs.end(), std::back_inserter(leaving));
    outputs.erase(first, outputs.end());
  }
  for (auto& output : leaving) output->request_stop();
  const MonotonicTime end = running_.clock_.now() + letting_go_patience;
  for (auto& output : leaving) {
    if (output->stops(end - running_.clock_.now())) continue;
    output->give_way();
    running_.note_alarm("output_hangs", {"does not stop", "output " + output->name(),
                                         "report this to the plugin's author; the Records are kept"});
    running_.stuck_outputs_.push_back(std::move(output));
  }
  leaving.clear();
  static_cast<void>(running_.journal_->read_by(outputs_of(*next_)));
  for (auto& [name, sink] : sinks_) {
    auto output = running_.start_output(name, std::move(sink));
    const std::scoped_lock lock(running_.mutex_);
    outputs.push_back(std::move(output));
  }
}

}  // namespace gatepost::supervisor

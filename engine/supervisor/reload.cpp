#include "supervisor/reload.hpp"

#include <algorithm>
#include <functional>
#include <ranges>

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr Duration opening_patience = 5s;  // of a device
constexpr Duration scan_patience = 5s;

}  // namespace

const config::Lane* find_lane(const config::Site& site, const std::string& name) {
  const auto found = std::ranges::find_if(site.lanes, [&](const auto& lane) { return lane.name == name; });
  return found == site.lanes.end() ? nullptr : &*found;
}

std::vector<std::string> outputs_of(const config::Site& site) {
  std::vector<std::string> names;
  for (const auto& use : site.outputs) names.push_back(use.instance.name);
  return names;
}

Reload::Reload(RunningSite& running, std::shared_ptr<const config::Site> next, const std::stop_token& stop)
    : running_(running), next_(std::move(next)), stop_(stop) {}

Reload::~Reload() {
  if (!committed_) take_back();
}

Result<config::Difference> Reload::run() {
  difference_ = config::difference(old(), *next_);
  if (difference_.empty()) {
    committed_ = true;
    return difference_;
  }
  if (const auto refusal = difference_.refusal()) return *refusal;
  if (auto prepared = prepare(); !prepared) return prepared.error();
  commit();
  return difference_;
}

Result<void> Reload::prepare() {
  using Step = Result<void> (Reload::*)();
  for (const Step step : {&Reload::build, &Reload::teach, &Reload::let_outputs_read, &Reload::open_inputs,
                          &Reload::pause_lanes, &Reload::try_actuators}) {
    if (auto done = (this->*step)(); !done) return done.error();
    if (stop_.stop_requested()) return Error{"the site is being stopped", {}, "run it again"};
  }
  return {};
}

// An input whose object, thread and descriptor go on.
bool Reload::is_kept(const std::string& input) const {
  const auto* before = find_use(old().devices, input);
  const auto* after = find_use(next_->devices, input);
  const bool is_read =
      std::ranges::any_of(running_.runners_, [&](const auto& runner) { return runner->device() == input; });
  return is_read && before != nullptr && after != nullptr && config::same(*before, *after);
}

Result<void> Reload::build() {
  auto equipment = Equipment::build(next_, running_.equipment_, *running_.hosts_);
  if (!equipment) return equipment.error();
  equipment_ = std::move(*equipment);
  for (const auto& lane : next_->lanes) {
    for (const auto& read : lane.inputs) {
      if (is_kept(read.device)) continue;
      const auto& use = *find_use(next_->devices, read.device);
      auto input = build_input(use, *running_.hosts_);
      if (!input) return input.error();
      arriving_.push_back({use, std::move(*input)});
    }
  }
  for (const auto& use : next_->outputs) {
    if (difference_.find(config::Part::output, use.instance.name) == nullptr) continue;
    auto sink = build_sink(use, *running_.hosts_);
    if (!sink) return sink.error();
    sinks_.emplace_back(use.instance.name, std::move(*sink));
  }
  return {};
}

Result<void> Reload::teach() {
  runtime::PolicyReplay::Policies rules;
  for (const auto& [name, rule] : equipment_.rules) {
    const auto before = running_.equipment_.rules.find(name);
    if (before == running_.equipment_.rules.end() || before->second != rule) rules.push_back(rule);
  }
  if (auto taught = running_.policy_replay_.enrol(rules, running_.journal_->file(), running_.clock_.wall()); !taught)
    return taught.error();
  enrolled_ = std::move(rules);
  return {};
}

// Those that leave still hold their Records: they may come back.
Result<void> Reload::let_outputs_read() {
  std::vector<std::string> all = outputs_of(old());
  for (auto& name : outputs_of(*next_))
    if (std::ranges::find(all, name) == all.end()) all.push_back(std::move(name));
  outputs_joined_ = true;
  return running_.journal_->read_by(std::move(all));
}

Result<void> Reload::open_inputs() {
  for (Arrival& arrival : arriving_)
    if (auto opened = open(arrival); !opened)
      return Error{"the new device does not open: " + opened.error().what, opened.error().where,
                   opened.error().remedy + "; nothing was changed"};
  return {};
}

// Beside the old ones, where it can; else an old one lets go first.
Result<void> Reload::open(Arrival& arrival) {
  const auto& use = arrival.use;
  for (const auto& runner : running_.runners_)
    if (share_a_device(*find_use(old().devices, runner->device()), use))
      if (auto gone = step_aside(*runner); !gone) return gone;
  arrival.runner = running_.start_input(use, std::move(arrival.input));
  return arrival.runner->opens(opening_patience, stop_);
}

Result<void> Reload::step_aside(InputRunner& runner) {
  if (is_kept(runner.device()) || std::ranges::find(stepped_aside_, &runner) != stepped_aside_.end()) return {};
  if (!runner.lets_go(letting_go_patience))
    return Error{"does not stop, so its device cannot be taken over", "device " + runner.device(),
                 "report this to the plugin's author; run the site again to free the device"};
  stepped_aside_.push_back(&runner);
  return {};
}

bool Reload::changes_its_gate(const runtime::Lane& lane) const {
  const auto actuator = [](const Equipment& equipment, const std::string& name) -> const Actuator* {
    const auto* settings = find_lane(*equipment.site, name);
    if (settings == nullptr || settings->actuator.empty()) return nullptr;
    const auto found = equipment.actuators.find(settings->actuator);
    return found == equipment.actuators.end() ? nullptr : found->second.get();
  };
  return actuator(running_.equipment_, lane.name()) != actuator(equipment_, lane.name());
}

// A lane that leaves while its actuator stays needs no pause: it is finished in its own time.
bool Reload::leaves_with_its_gate(const runtime::Lane& lane) const {
  if (find_lane(*next_, lane.name()) != nullptr) return false;
  const std::string& actuator = find_lane(old(), lane.name())->actuator;
  const auto now = running_.equipment_.actuators.find(actuator);
  const auto after = equipment_.actuators.find(actuator);
  return now == running_.equipment_.actuators.end() ||
         (after != equipment_.actuators.end() && after->second == now->second);
}

// Those whose gates change first: they may have to wait for somebody who is passing.
Result<void> Reload::pause_lanes() {
  for (const bool gates : {true, false}) {
    for (const auto& lane : running_.lanes_) {
      if (changes_its_gate(*lane) != gates || leaves_with_its_gate(*lane)) continue;
      if (difference_.find(config::Part::lane, lane->name()) == nullptr) continue;
      if (auto paused = pause(*lane); !paused) return paused;
    }
  }
  return {};
}

Result<void> Reload::pause(runtime::Lane& lane) {
  const MonotonicTime end = running_.clock_.now() + passage_patience;
  while (true) {
    auto pause = lane.pause(scan_patience);
    if (!pause) return pause.error();
    const MonotonicTime now = running_.clock_.now();
    if (!changes_its_gate(lane) || now >= end || lane.passage_ends(Duration::zero(), stop_)) {
      pauses_.push_back(std::move(*pause));
      return {};
    }
    { const runtime::Lane::Pause goes_on = std::move(*pause); }
    lane.passage_ends(end - now, stop_);
    if (stop_.stop_requested()) return Error{"the site is being stopped", {}, "run it again"};
  }
}

Result<void> Reload::try_actuators() {
  for (const auto& use : next_->devices) {
    const auto made = equipment_.actuators.find(use.instance.name);
    if (made == equipment_.actuators.end()) continue;
    const auto before = running_.equipment_.actuators.find(use.instance.name);
    if (before != running_.equipment_.actuators.end() && before->second == made->second) continue;
    const bool is_used =
        std::ranges::any_of(next_->lanes, [&](const auto& lane) { return lane.actuator == use.instance.name; });
    if (!is_used) continue;
    if (auto tried = try_actuator(use); !tried)
      return Error{"the new gate does not come to rest: " + tried.error().what,
                   use.instance.name + (tried.error().where.empty() ? "" : ", " + tried.error().where),
                   tried.error().remedy + "; nothing was changed"};
  }
  return {};
}

// Beside the old one, where it can; else the old one is let go of first.
Result<void> Reload::try_actuator(const config::PluginUse& use) {
  Actuator& actuator = *equipment_.actuators.at(use.instance.name);
  const auto leaves = [&](const config::PluginUse& other) {
    const auto kept = equipment_.actuators.find(other.instance.name);
    const auto now = running_.equipment_.actuators.find(other.instance.name);
    return now != running_.equipment_.actuators.end() &&
           (kept == equipment_.actuators.end() || kept->second != now->second);
  };
  for (const auto& other : old().devices)
    if (leaves(other) && share_a_device(other, use)) let_go_of(other.instance.name);
  auto rested = actuator.rest();
  if (rested) return rested;
  const std::size_t before = put_down_.size();
  for (const auto& other : old().devices)
    if (leaves(other) && other.instance.name == use.instance.name) let_go_of(other.instance.name);
  return put_down_.size() == before ? rested : actuator.rest();
}

void Reload::let_go_of(const std::string& actuator) {
  const bool is_down = std::ranges::any_of(put_down_, [&](const auto& use) { return use.instance.name == actuator; });
  if (is_down) return;
  for (const auto& pause : pauses_) {
    const auto* settings = find_lane(old(), pause.lane().name());
    if (settings->actuator == actuator) pause.drop_gate();
  }
  put_down_.push_back(*find_use(old().devices, actuator));
  const std::scoped_lock lock(running_.mutex_);
  running_.equipment_.actuators.erase(actuator);
}

void Reload::take_back() {
  for (Arrival& arrival : arriving_)
    if (arrival.runner && !arrival.runner->lets_go(letting_go_patience)) {
      running_.note_alarm("input_hangs", {"does not stop", "device " + arrival.use.instance.name,
                                          "report this to the plugin's author"});
      running_.stuck_runners_.push_back(std::move(arrival.runner));
    }
  arriving_.clear();
  for (InputRunner* runner : stepped_aside_) runner->run_again();
  for (InputRunner* runner : stepped_aside_) static_cast<void>(runner->opens(opening_patience, stop_));
  equipment_.actuators.clear();  // closes what they have open
  for (const auto& use : put_down_) {
    auto actuator = build_actuator(use, *running_.hosts_);
    if (!actuator) {
      running_.note_alarm("actuator_failed", actuator.error());
      continue;
    }
    const std::scoped_lock lock(running_.mutex_);
    running_.equipment_.actuators[use.instance.name] = std::move(*actuator);
  }
  for (const auto& pause : pauses_) {
    const auto* settings = find_lane(old(), pause.lane().name());
    if (settings->actuator.empty() || running_.equipment_.actuators.contains(settings->actuator))
      pause.exchange(*settings, running_.equipment_.parts_of(*settings, running_.desk()));
  }
  pauses_.clear();
  running_.policy_replay_.dismiss(enrolled_);
  if (outputs_joined_) static_cast<void>(running_.journal_->read_by(outputs_of(old())));
}

}  // namespace gatepost::supervisor

// What is done to a lane between two scans.
#include <utility>

#include "lane/lane.hpp"

namespace gatepost::lane {

Result<Lane::Pause> Lane::pause(Duration patience) {
  std::unique_lock lock(mutex_);
  paused_ = true;
  if (handled_.wait_for(lock, patience, [&] { return !handling_ && beside_ == 0; })) return Pause(*this);
  lock.unlock();
  go_on();
  return Error{"a scan is under way and does not end", "lane " + name_,
               "look for a policy or a disk that does not answer; then try again"};
}

void Lane::go_on() {
  {
    const std::scoped_lock lock(mutex_);
    paused_ = false;
    turned_ = parts_.clock->now();
  }
  offered_.notify_all();
}

void Lane::exchange(const config::Lane& settings, Parts parts) {
  if (parts.actuator != parts_.actuator) drop_gate();
  {
    const std::scoped_lock lock(mutex_);
    settings_ = settings;
  }
  parts_.formats = std::move(parts.formats);
  parts_.rules = std::move(parts.rules);
  parts_.actuator = std::move(parts.actuator);
  repeats_.change(settings.rules.repeat_within);
  if (!gate_) fit_gate();
}

void Lane::drop_gate() {
  std::shared_ptr<Gate> gate;
  {
    const std::scoped_lock lock(mutex_);
    gate = std::move(gate_);
  }
  gate.reset();  // waits for its thread: not under the mutex
  parts_.actuator.reset();
}

void Lane::fit_gate() {
  if (!parts_.actuator) return;
  gate_name_ = settings_.actuator;
  auto gate = std::make_shared<Gate>(*parts_.actuator, static_cast<Gate::Listener&>(*this), vigil_);
  const std::scoped_lock lock(mutex_);
  if (hold_open_) gate->hold(true);
  gate_ = std::move(gate);
}

bool Lane::passage_ends(Duration patience, const std::stop_token& stop) const {
  std::shared_ptr<Gate> gate;
  {
    const std::scoped_lock lock(mutex_);
    gate = gate_;
  }
  return !gate || gate->passage_ends(patience, stop);
}

void Lane::finish() {
  {
    const std::scoped_lock lock(mutex_);
    finishing_ = true;
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace gatepost::lane

// What contacts ask of a lane: a button, a fire panel.
#include <utility>

#include "lane/scan.hpp"

namespace gatepost::lane {

void Lane::press(const std::string& device, Direction direction) {
  const MonotonicTime now = parts_.clock->now();
  Offered pressed{
      {.payload = {}, .device = device, .seen = now, .wall = parts_.clock->wall()}, direction, now, {}, true};
  std::unique_lock lock(mutex_);
  if (held_ != Held::no && !paused_) {  // a button waits for no plugin that hangs
    ++beside_;
    lock.unlock();
    let_through(pressed, false);
    lock.lock();
    --beside_;
    if (paused_) handled_.notify_all();
    return;
  }
  if (waiting_.size() == most_waiting) return;  // whoever pressed does so again
  waiting_.push_back(std::move(pressed));
  lock.unlock();
  offered_.notify_one();
}

// A scan's road without a code: nobody is asked who it is, and it is recorded before the gate moves like any other.
void Lane::let_through(const Offered& pressed, bool on_own_thread) {
  Answer answer = begun(pressed.reading, pressed.direction, pressed.at);
  answer.verdict = {Outcome::grant, "button", {}, {}};
  Scan scan(*this, pressed.reading, answer, on_own_thread);
  ask_the_gate(answer);
  if (on_own_thread) call_ = Call::journal;
  record(scan);
  if (on_own_thread) call_ = Call::actuator;
  if (!scan.is_answered()) release(scan);
  if (on_own_thread) call_ = Call::observer;
  if (!scan.is_answered()) tell(answer);
}

bool Lane::opens_on_alarm() const {
  const std::scoped_lock lock(mutex_);
  return settings_.rules.opens_on_alarm;
}

// The alarm's Record is on its way and is not waited for: a fire does not wait for a disk.
void Lane::hold_open(bool open) {
  std::unique_lock lock(mutex_);
  hold_open_ = open;
  const auto gate = gate_;
  lock.unlock();
  if (gate) gate->hold(open);
}

void Lane::held(const Result<void>& result) {
  alarm(result ? "held_open" : "not_held_open", gate_name_, result ? Error{} : result.error(), 0);
}

}  // namespace gatepost::lane

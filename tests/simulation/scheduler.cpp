#include "scheduler.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace gatepost::simulation {

using namespace std::chrono_literals;

core::Now Scheduler::clocks() const {
  const Duration slept = slept_;
  return {BootTime(1h + now_), MonotonicTime(1h + now_ - slept), wall_at_start + now_ + leapt_, wall_is_known_};
}

void Scheduler::push(Duration after, std::uint32_t life, int channel, Task task) {
  Duration at = now_ + std::max(after, Duration::zero());
  if (channel != 0) {
    Duration& last = last_[channel];
    at = last = std::max(at, last + 1ns);
  }
  heap_.push_back({at, ties_.next(), ++order_, life, channel, std::move(task)});
  std::push_heap(heap_.begin(), heap_.end());
}

bool Scheduler::step() {
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end());
    Event event = std::move(heap_.back());
    heap_.pop_back();
    now_ = std::max(now_, event.at);
    if (event.life != 0 && event.life != life_) continue;
    if (event.life != 0 && is_frozen()) {
      held_.push_back(std::move(event));
      continue;
    }
    ++steps_;
    event.task();
    return true;
  }
  return false;
}

void Scheduler::freeze(Duration length, bool machine_sleeps) {
  if (!alive_) return;
  if (now_ + length <= std::max(frozen_until_, now_)) return;
  if (!is_frozen()) ran_ += now_ - runs_since_;
  const Duration from = std::max(now_, frozen_until_);
  frozen_until_ = now_ + length;
  const Duration longer = frozen_until_ - from;
  if (machine_sleeps) asleep_until_ = frozen_until_;
  in_world(length, [this, longer, machine_sleeps, until = frozen_until_, life = life_] {
    if (life != life_) return;             // it ended with the process: the clocks of the next one run
    if (machine_sleeps) slept_ += longer;  // nobody has looked at a clock meanwhile
    if (until == frozen_until_) thaw();
  });
}

// Threads go on in any order; each goes on where it stood.
void Scheduler::thaw() {
  if (!alive_) return;
  runs_since_ = now_;
  std::map<std::pair<int, std::uint64_t>, std::vector<Event>> threads;
  for (Event& event : std::exchange(held_, {}))
    threads[{event.channel, event.channel == 0 ? event.order : 0}].push_back(std::move(event));
  std::vector<std::vector<Event>> queues;
  for (auto& [key, events] : threads) {
    std::ranges::reverse(events);
    queues.push_back(std::move(events));
  }
  for (Duration after{}; !queues.empty(); after += 1us) {
    const auto next = queues.begin() + static_cast<std::ptrdiff_t>(thaws_.below(queues.size()));
    Event event = std::move(next->back());
    next->pop_back();
    if (next->empty()) queues.erase(next);
    event.at = now_ + after;
    if (event.channel != 0) last_[event.channel] = std::max(last_[event.channel], event.at);
    heap_.push_back(std::move(event));
    std::push_heap(heap_.begin(), heap_.end());
  }
}

void Scheduler::kill() {
  if (!is_frozen()) ran_ += now_ - runs_since_;
  ++life_;
  alive_ = false;
  held_.clear();
}

void Scheduler::start() {
  ++life_;
  alive_ = true;
  frozen_until_ = asleep_until_ = now_;
  runs_since_ = now_;
}

}  // namespace gatepost::simulation

#include "threads.hpp"

#include <algorithm>
#include <chrono>

namespace gatepost::simulation {

using namespace std::chrono_literals;

Threads::Threads(WorldTime& time, Stream random, bool beside) : time_(time), random_(random), beside_(beside) {}

Threads::~Threads() { static_cast<void>(die()); }

void Threads::later(Duration after, std::function<void()> task) {
  if (beside_)
    time_.scheduler().in_world(after, std::move(task));
  else
    time_.scheduler().in_process(after, 0, std::move(task));
}

void Threads::run(std::function<void()> work) {
  if (gone_) return;
  stacks_.push_back(std::make_unique<Stack>(std::move(work)));
  go_on(*stacks_.back());
}

void Threads::go_on(Stack& stack) {
  stack.resume();
  if (!stack.is_over()) return;
  const auto found = std::ranges::find(stacks_, &stack, &std::unique_ptr<Stack>::get);
  if (found != stacks_.end()) stacks_.erase(found);
}

bool Threads::lock() {
  if (gone_) return false;
  if (!std::exchange(locked_, true)) return true;
  queue_.push_back(Stack::present());
  Stack::present()->leave();
  return !gone_;
}

// It is handed on, so that nobody comes between.
void Threads::unlock() {
  locked_ = !queue_.empty() && !gone_;
  if (!locked_) return;
  Stack* next = queue_.front();
  queue_.pop_front();
  later(Duration(random_.spread(1'000, 100'000)), [this, next] {
    if (!gone_) go_on(*next);
  });
}

void Threads::wait(BootTime until, const std::function<bool()>& enough) {
  while (!gone_ && !enough() && time_.boot() < until) {
    const std::uint64_t number = ++numbers_;
    sleeper_ = Sleeper{.stack = Stack::present(), .number = number, .enough = &enough};
    if (until != BootTime::max())
      later(until - time_.boot() + Duration(random_.spread(1'000, 200'000)), [this, number] { wakes_up(number); });
    Stack::present()->leave();
    sleeper_.reset();
  }
}

void Threads::wake() {
  if (gone_ || !sleeper_ || sleeper_->is_woken || !(*sleeper_->enough)()) return;
  sleeper_->is_woken = true;
  later(Duration(random_.spread(1'000, 300'000)), [this, number = sleeper_->number] { wakes_up(number); });
}

void Threads::wakes_up(std::uint64_t number) {
  if (beside_ && time_.scheduler().is_asleep())  // the machine is: all of it
    return time_.scheduler().in_world(time_.scheduler().sleeps_for() + 10us, [this, number] { wakes_up(number); });
  if (gone_ || !sleeper_ || sleeper_->number != number) return;
  if (frozen_)
    missed_ = number;
  else
    go_on(*sleeper_->stack);
}

void Threads::thaw() {
  if (!std::exchange(frozen_, false) || !missed_) return;
  later(Duration(random_.spread(1'000, 300'000)), [this, number = *std::exchange(missed_, {})] { wakes_up(number); });
}

bool Threads::die() {
  if (std::exchange(gone_, true)) return false;
  const bool haunted = !stacks_.empty();
  while (!stacks_.empty()) {
    const std::unique_ptr<Stack> ghost = std::move(stacks_.front());
    stacks_.pop_front();
    if (!ghost->is_over()) ghost->resume();  // what threw is over, and still here
  }
  return haunted;
}

}  // namespace gatepost::simulation

#include <algorithm>
#include <array>

#include "scheduler.hpp"

namespace gatepost::interleaving {

bool Scheduler::lock(const void* mutex, bool tries) {
  while (owners_.contains(mutex)) {
    if (tries) return false;
    if (owners_[mutex] == current_) fail("locks a mutex that it has locked");
    sleep(State::locks, {current_, "wait for the mutex", mutex, here().event.caller}, {});
  }
  owners_[mutex] = current_;
  acquire(mutex);
  return true;
}

void Scheduler::unlock(const void* mutex) {
  const auto owner = owners_.find(mutex);
  if (owner == owners_.end() || owner->second != current_) fail("unlocks a mutex that it has not locked");
  owners_.erase(owner);
  release(mutex, true);
  for (const auto& thread : threads_)
    if (thread->state == State::locks && thread->event.object == mutex) thread->state = State::ready;
}

void Scheduler::relock(const void* mutex) {
  check_alive(reinterpret_cast<std::uintptr_t>(mutex));
  lock(mutex, false);
}

bool Scheduler::wait(const Event& event, std::optional<Time> until) {
  sleep(State::waits, event, until);
  return here().came_in_time;
}

int Scheduler::wake(const void* object, int most) {
  int woken = 0;
  while (woken < most) {
    std::array<std::size_t, most_threads> waiting{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < threads_.size(); ++i)
      if (threads_[i]->state == State::waits && threads_[i]->event.object == object) waiting.at(count++) = i;
    if (count == 0) break;
    threads_[waiting.at(strategy_.below(count))]->state = State::ready;
    ++woken;
  }
  return woken;
}

bool Scheduler::is_waited_for(const void* object) const {
  return std::ranges::any_of(threads_, [object](const auto& thread) {
    return (thread->state == State::waits || thread->state == State::locks) && thread->event.object == object;
  });
}

}  // namespace gatepost::interleaving

#include <algorithm>
#include <cerrno>
#include <utility>

#include "scheduler.hpp"

namespace gatepost::interleaving {
namespace {

constexpr std::size_t largest_block = 4096;  // of a larger one only the beginning is watched

}  // namespace

void Scheduler::acquire(const void* object) {
  if (const auto found = released_.find(object); found != released_.end()) here().known.learn(found->second);
}

// A store by release alone `forgets` what was released there before.
void Scheduler::release(const void* object, bool forgets) {
  VectorClock& at = released_[object];
  if (forgets)
    at = here().known;
  else
    at.learn(here().known);
  here().known.advance(current_);
}

// Stacks of others are looked at below where they stand: what was there has ended.
void Scheduler::check_alive(std::uintptr_t address) {
  const std::uintptr_t first = threads_.front()->stack;
  if (address < first || address >= first + threads_.size() * stack_size) return;
  const std::size_t number = (address - first) / stack_size;
  if (number != current_ && address < threads_[number]->frame)
    fail("touches what thread " + std::to_string(number) + " has left: it was on its stack");
}

void Scheduler::touch(const Access& access) {
  if (access.address == reinterpret_cast<std::uintptr_t>(&errno)) return;  // each thread's own
  check_alive(access.address);
  if (Wrong wrong = memory_.touch(access, current_, here().known); !wrong.what.empty()) {
    here().event = {current_, access.writes ? "write" : "read", nullptr, access.caller};
    fail(std::move(wrong.what), wrong.other);
  }
}

void Scheduler::allocated(const void* block, std::size_t size) {
  memory_.allocated(reinterpret_cast<std::uintptr_t>(block), std::min(size, largest_block));
}

void Scheduler::freed(const void* block, std::size_t size, const void* caller) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const Access access{address, std::min(size, largest_block), true, false, caller};
  if (Wrong wrong = memory_.freed(access, current_, here().known); !wrong.what.empty()) {
    here().event = {current_, "free", nullptr, caller};
    fail(std::move(wrong.what), wrong.other);
  }
  const auto locked = owners_.lower_bound(block);
  if (locked != owners_.end() && reinterpret_cast<std::uintptr_t>(locked->first) < address + size)
    fail("frees a mutex that is locked");
}

}  // namespace gatepost::interleaving

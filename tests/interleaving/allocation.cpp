// Memory that the code under test asks for and frees. What is freed in a run is kept back for a while, so that it is
// nobody else's when somebody who still holds it touches it.
#include <malloc.h>

#include <array>
#include <cstdlib>
#include <new>

#include "scheduler.hpp"

namespace {

using gatepost::interleaving::Inside;

constinit std::array<void*, 512> kept_back{};
constinit std::size_t oldest = 0;

void* allocate(std::size_t size) {
  void* block = std::malloc(size);  // NOLINT(cppcoreguidelines-no-malloc): operator new is made of it
  if (block == nullptr) std::abort();
  if (auto* scheduler = gatepost::interleaving::running()) scheduler->allocated(block, ::malloc_usable_size(block));
  return block;
}

void release(void* block, const void* frame, const void* caller) {
  if (block == nullptr) return;
  const Inside scheduler(frame);
  if (scheduler) {
    scheduler->freed(block, ::malloc_usable_size(block), caller);
    std::swap(block, kept_back.at(oldest));
    oldest = (oldest + 1) % kept_back.size();
  }
  std::free(block);  // NOLINT(cppcoreguidelines-no-malloc): the same
}

}  // namespace

#pragma GCC visibility push(default)
void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* block) noexcept { release(block, __builtin_frame_address(0), __builtin_return_address(0)); }
void operator delete[](void* block) noexcept {
  release(block, __builtin_frame_address(0), __builtin_return_address(0));
}
void operator delete(void* block, std::size_t) noexcept {
  release(block, __builtin_frame_address(0), __builtin_return_address(0));
}
void operator delete[](void* block, std::size_t) noexcept {
  release(block, __builtin_frame_address(0), __builtin_return_address(0));
}
#pragma GCC visibility pop

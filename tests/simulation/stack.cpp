#include "stack.hpp"

#include <cassert>
#include <system_error>
#include <utility>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GATEPOST_ADDRESS_SANITIZER
#endif
#if __has_feature(thread_sanitizer)
#define GATEPOST_THREAD_SANITIZER
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define GATEPOST_ADDRESS_SANITIZER
#endif
#ifdef __SANITIZE_THREAD__
#define GATEPOST_THREAD_SANITIZER
#endif
#ifdef GATEPOST_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef GATEPOST_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

// ThreadSanitizer notes who enters and leaves a function by the stack that it does so on.
#define GATEPOST_SWITCHES __attribute__((no_sanitize("thread")))

namespace gatepost::simulation {
namespace {

constexpr std::size_t memory_size = 256 * 1024;  // a sanitizer's frames are large

thread_local Stack* present_stack = nullptr;

}  // namespace

Stack* Stack::present() { return present_stack; }

Stack::Stack(std::function<void()> work)
    : work_(std::move(work)), memory_(std::make_unique_for_overwrite<std::byte[]>(memory_size)) {
  if (::getcontext(&here_) != 0) throw std::system_error(errno, std::generic_category(), "getcontext");
  here_.uc_stack.ss_sp = memory_.get();
  here_.uc_stack.ss_size = memory_size;
  here_.uc_link = nullptr;
  ::makecontext(&here_, &Stack::enter, 0);
#ifdef GATEPOST_THREAD_SANITIZER
  fiber_here_ = __tsan_create_fiber(0);
#endif
}

Stack::~Stack() {
  assert(over_ && "what stands on a stack has objects to destroy");
#ifdef GATEPOST_THREAD_SANITIZER
  __tsan_destroy_fiber(fiber_here_);
#endif
}

GATEPOST_SWITCHES void Stack::resume() {
  before_ = std::exchange(present_stack, this);
#ifdef GATEPOST_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(&fake_outside_, memory_.get(), memory_size);
#endif
#ifdef GATEPOST_THREAD_SANITIZER
  fiber_outside_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(fiber_here_, 0);
#endif
  ::swapcontext(&outside_, &here_);
#ifdef GATEPOST_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(fake_outside_, nullptr, nullptr);
#endif
  present_stack = before_;
  if (failure_) std::rethrow_exception(std::exchange(failure_, {}));
}

GATEPOST_SWITCHES void Stack::leave() {
  before_leaving(false);
  ::swapcontext(&here_, &outside_);
  arrives();
}

GATEPOST_SWITCHES void Stack::enter() {
  present_stack->arrives();
  present_stack->run();
}

GATEPOST_SWITCHES void Stack::run() {
  try {
    work_();
  } catch (...) {
    failure_ = std::current_exception();
  }
  work_ = {};
  over_ = true;
  before_leaving(true);
  ::setcontext(&outside_);
}

GATEPOST_SWITCHES void Stack::arrives() {
#ifdef GATEPOST_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(fake_here_, &outside_bottom_, &outside_size_);
#endif
}

GATEPOST_SWITCHES void Stack::before_leaving(bool for_good) {
  static_cast<void>(for_good);
#ifdef GATEPOST_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_here_, outside_bottom_, outside_size_);
#endif
#ifdef GATEPOST_THREAD_SANITIZER
  __tsan_switch_to_fiber(fiber_outside_, 0);
#endif
}

}  // namespace gatepost::simulation

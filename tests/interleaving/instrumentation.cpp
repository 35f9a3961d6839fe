// What the compiler calls from code that it was told to instrument (-fsanitize=thread), in place of ThreadSanitizer's
// own library: each atomic operation is a step, each other read and write is looked at.
//
// Threads take turns, so that an atomic operation is a plain one here. What orders it gives to threads is kept.
#include <cstdint>

#include "scheduler.hpp"

namespace {

using gatepost::interleaving::Inside;

void touch(const volatile void* address, std::size_t size, bool writes, const void* frame, const void* caller) {
  const Inside scheduler(frame);
  if (scheduler) scheduler->touch({reinterpret_cast<std::uintptr_t>(address), size, writes, false, caller});
}

bool acquires(int order) { return order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE; }
bool releases(int order) { return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST; }

/// One atomic operation: a step before it, and what it tells of others.
class Atomic {
 public:
  Atomic(const char* operation, const volatile void* object, std::size_t size, const void* frame, const void* caller)
      : scheduler_(frame), object_(const_cast<const void*>(object)), size_(size), caller_(caller) {
    if (scheduler_) scheduler_->point({scheduler_->self(), operation, object_, caller});
  }
  void loads(int order) const {
    if (scheduler_) touches(false);
    if (scheduler_ && acquires(order)) scheduler_->acquire(object_);
  }
  void stores(int order) const {
    if (scheduler_) touches(true);
    if (scheduler_ && releases(order)) scheduler_->release(object_, true);
  }
  void changes(int order) const {
    if (scheduler_) touches(true);
    if (scheduler_ && acquires(order)) scheduler_->acquire(object_);
    if (scheduler_ && releases(order)) scheduler_->release(object_);
  }

 private:
  void touches(bool writes) const {
    scheduler_->touch({reinterpret_cast<std::uintptr_t>(object_), size_, writes, true, caller_});
  }
  const Inside scheduler_;
  const void* const object_;
  const std::size_t size_;
  const void* const caller_;
};

}  // namespace

// NOLINTBEGIN(bugprone-macro-parentheses): types cannot be put in them
#define GATEPOST_ACCESS(NAME, SIZE, WRITES)                                                \
  void __tsan_##NAME(void* address) {                                                      \
    touch(address, SIZE, WRITES, __builtin_frame_address(0), __builtin_return_address(0)); \
  }
#define GATEPOST_ACCESSES(SIZE)                      \
  GATEPOST_ACCESS(read##SIZE, SIZE, false)           \
  GATEPOST_ACCESS(write##SIZE, SIZE, true)           \
  GATEPOST_ACCESS(unaligned_read##SIZE, SIZE, false) \
  GATEPOST_ACCESS(unaligned_write##SIZE, SIZE, true) \
  GATEPOST_ACCESS(volatile_read##SIZE, SIZE, false)  \
  GATEPOST_ACCESS(volatile_write##SIZE, SIZE, true)

#define GATEPOST_BEGIN(WORD, TYPE) \
  const Atomic step(WORD, object, sizeof(TYPE), __builtin_frame_address(0), __builtin_return_address(0))
#define GATEPOST_CHANGE(BITS, TYPE, NAME, EXPRESSION)                               \
  TYPE __tsan_atomic##BITS##_##NAME(volatile TYPE* object, TYPE value, int order) { \
    GATEPOST_BEGIN("change", TYPE);                                                 \
    step.changes(order);                                                            \
    const TYPE old = *object;                                                       \
    *object = static_cast<TYPE>(EXPRESSION);                                        \
    return old;                                                                     \
  }
#define GATEPOST_COMPARE(BITS, TYPE, NAME)                                                                        \
  int __tsan_atomic##BITS##_compare_exchange_##NAME(volatile TYPE* object, TYPE* expected, TYPE value, int order, \
                                                    int failed_order) {                                           \
    GATEPOST_BEGIN("compare and change", TYPE);                                                                   \
    const TYPE old = *object;                                                                                     \
    if (old == *expected) {                                                                                       \
      step.changes(order);                                                                                        \
      *object = value;                                                                                            \
      return 1;                                                                                                   \
    }                                                                                                             \
    step.loads(failed_order);                                                                                     \
    *expected = old;                                                                                              \
    return 0;                                                                                                     \
  }
#define GATEPOST_ATOMIC(BITS, TYPE)                                                \
  TYPE __tsan_atomic##BITS##_load(const volatile TYPE* object, int order) {        \
    GATEPOST_BEGIN("load", TYPE);                                                  \
    step.loads(order);                                                             \
    return *object;                                                                \
  }                                                                                \
  void __tsan_atomic##BITS##_store(volatile TYPE* object, TYPE value, int order) { \
    GATEPOST_BEGIN("store", TYPE);                                                 \
    step.stores(order);                                                            \
    *object = value;                                                               \
  }                                                                                \
  GATEPOST_CHANGE(BITS, TYPE, exchange, value)                                     \
  GATEPOST_CHANGE(BITS, TYPE, fetch_add, old + value)                              \
  GATEPOST_CHANGE(BITS, TYPE, fetch_sub, old - value)                              \
  GATEPOST_CHANGE(BITS, TYPE, fetch_and, (old & value))                            \
  GATEPOST_CHANGE(BITS, TYPE, fetch_or, (old | value))                             \
  GATEPOST_CHANGE(BITS, TYPE, fetch_xor, (old ^ value))                            \
  GATEPOST_COMPARE(BITS, TYPE, strong)                                             \
  GATEPOST_COMPARE(BITS, TYPE, weak)
// NOLINTEND(bugprone-macro-parentheses)

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void* caller) {
  const Inside scheduler(__builtin_frame_address(0));
  if (scheduler) scheduler->enters(caller);
}
void __tsan_func_exit() {
  const Inside scheduler(__builtin_frame_address(0));
  if (scheduler) scheduler->leaves();
}

GATEPOST_ACCESSES(1)
GATEPOST_ACCESSES(2)
GATEPOST_ACCESSES(4)
GATEPOST_ACCESSES(8)
GATEPOST_ACCESSES(16)
void __tsan_read_range(void* address, std::size_t size) {
  touch(address, size, false, __builtin_frame_address(0), __builtin_return_address(0));
}
void __tsan_write_range(void* address, std::size_t size) {
  touch(address, size, true, __builtin_frame_address(0), __builtin_return_address(0));
}
// A constructor's or destructor's, which others must not see at work: as ThreadSanitizer, a write where it changes.
void __tsan_vptr_update(void** address, void* value) {
  if (*address != value) touch(address, sizeof(void*), true, __builtin_frame_address(0), __builtin_return_address(0));
}
void __tsan_vptr_read(void** address) {
  touch(address, sizeof(void*), false, __builtin_frame_address(0), __builtin_return_address(0));
}

GATEPOST_ATOMIC(8, std::uint8_t)
GATEPOST_ATOMIC(16, std::uint16_t)
GATEPOST_ATOMIC(32, std::uint32_t)
GATEPOST_ATOMIC(64, std::uint64_t)
void __tsan_atomic_thread_fence(int) {}  // none stands in what is looked at
void __tsan_atomic_signal_fence(int) {}

}  // extern "C"

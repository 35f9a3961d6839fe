// What libstdc++ asks of pthreads and the kernel, for the threads of a run. The program's own functions come before
// those of the C library, for libstdc++ too.
//
// Outside a run there is one thread alone: nothing is waited for, and nothing has to be done.
#include <dlfcn.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <ctime>

#include "scheduler.hpp"

namespace {

using gatepost::interleaving::Event;
using gatepost::interleaving::Inside;
using gatepost::interleaving::Time;

constexpr Time second = 1'000'000'000;
// What the clocks show as a run begins: far from each other, so that one taken for the other is noticed.
constexpr Time monotonic_begin = 1'000'000 * second, boot_begin = 2'000'000 * second,
               wall_begin = 1'800'000'000 * second;

Time begin_of(clockid_t clock) {
  if (clock == CLOCK_REALTIME) return wall_begin;
  return clock == CLOCK_BOOTTIME ? boot_begin : monotonic_begin;
}

std::optional<Time> virtual_time(clockid_t clock, const timespec* time) {
  if (time == nullptr) return {};
  return time->tv_sec * second + time->tv_nsec - begin_of(clock);
}

Event event(const Inside& scheduler, const char* operation, const void* object, const void* caller) {
  return {scheduler->self(), operation, object, caller};
}

int wait(const Inside& scheduler, const Event& waits, pthread_mutex_t* mutex, std::optional<Time> until) {
  scheduler->point(waits);
  scheduler->unlock(mutex);
  const bool came = scheduler->wait(waits, until);
  scheduler->relock(mutex);
  return came ? 0 : ETIMEDOUT;
}

int notify(const Inside& scheduler, const Event& notifies, int most) {
  scheduler->point(notifies);
  scheduler->wake(notifies.object, most);
  return 0;
}

// Of the kernel, so it touches nothing: who wakes by an address may do so after what was there has gone.
long futex(const Inside& scheduler, const void* address, int operation, unsigned value, const timespec* time,
           const void* caller) {
  const int command = operation & FUTEX_CMD_MASK;
  if (command == FUTEX_WAKE) {
    scheduler->point(event(scheduler, "wake", nullptr, caller));
    return scheduler->wake(address, value > INT_MAX ? INT_MAX : static_cast<int>(value));
  }
  const Event waits = event(scheduler, "sleep until woken", address, caller);
  scheduler->point(waits);
  if (*static_cast<const volatile unsigned*>(address) != value) {
    errno = EAGAIN;
    return -1;
  }
  auto until = virtual_time(CLOCK_MONOTONIC, time);
  if (until && command == FUTEX_WAIT) *until += monotonic_begin + scheduler->now();  // a length of time
  if (scheduler->wait(waits, until)) return 0;
  errno = ETIMEDOUT;
  return -1;
}

template <class F>
F* next(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): names of the C library's headers are reserved
#pragma GCC visibility push(default)
extern "C" {

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return 0;
  scheduler->point(event(scheduler, "lock", mutex, __builtin_return_address(0)));
  scheduler->lock(mutex, false);
  return 0;
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return 0;
  scheduler->point(event(scheduler, "try to lock", mutex, __builtin_return_address(0)));
  return scheduler->lock(mutex, true) ? 0 : EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return 0;
  scheduler->point(event(scheduler, "unlock", mutex, __builtin_return_address(0)));
  scheduler->unlock(mutex);
  return 0;
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return 0;
  return wait(scheduler, event(scheduler, "wait", condition, __builtin_return_address(0)), mutex, {});
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* time) {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return ETIMEDOUT;
  return wait(scheduler, event(scheduler, "wait by time", condition, __builtin_return_address(0)), mutex,
              virtual_time(clock, time));
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* time) {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return ETIMEDOUT;
  return wait(scheduler, event(scheduler, "wait by time", condition, __builtin_return_address(0)), mutex,
              virtual_time(CLOCK_REALTIME, time));
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return 0;
  return notify(scheduler, event(scheduler, "notify one", condition, __builtin_return_address(0)), 1);
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return 0;
  return notify(scheduler, event(scheduler, "notify all", condition, __builtin_return_address(0)), INT_MAX);
}

int pthread_cond_destroy(pthread_cond_t* condition) noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (scheduler && scheduler->is_waited_for(condition)) scheduler->fail("destroys a condition that is waited for");
  return 0;
}

int pthread_create(pthread_t* thread, const pthread_attr_t*, void* (*start)(void*), void* argument) noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return EAGAIN;
  scheduler->point(event(scheduler, "create a thread", nullptr, __builtin_return_address(0)));
  *thread = scheduler->create(start, argument) + 1;  // 0 is no thread's
  return 0;
}

int pthread_join(pthread_t thread, void** result) {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return EINVAL;
  scheduler->point(event(scheduler, "join", nullptr, __builtin_return_address(0)));
  void* value = scheduler->join(thread - 1);
  if (result != nullptr) *result = value;
  return 0;
}

pthread_t pthread_self() noexcept {
  const auto* scheduler = gatepost::interleaving::running();
  return scheduler == nullptr ? 1 : scheduler->self() + 1;
}

int sched_yield() noexcept {
  const Inside scheduler(__builtin_frame_address(0));
  if (scheduler) scheduler->yield();
  return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec*) {
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler) return EINVAL;
  auto until = virtual_time(clock, time);
  if (flags != TIMER_ABSTIME) *until += begin_of(clock) + scheduler->now();
  scheduler->wait(event(scheduler, "sleep", nullptr, __builtin_return_address(0)), until);
  return 0;
}

int nanosleep(const timespec* time, timespec* left) { return clock_nanosleep(CLOCK_MONOTONIC, 0, time, left); }

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto* scheduler = gatepost::interleaving::running();
  if (scheduler == nullptr) return next<decltype(clock_gettime)>("clock_gettime")(clock, time);
  const Time now = begin_of(clock) + scheduler->now();
  *time = {.tv_sec = now / second, .tv_nsec = now % second};
  return 0;
}

long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  std::array<long, 6> values{};
  for (long& value : values) value = va_arg(list, long);
  va_end(list);
  const Inside scheduler(__builtin_frame_address(0));
  if (!scheduler || number != SYS_futex)
    return next<decltype(syscall)>("syscall")(number, values[0], values[1], values[2], values[3], values[4], values[5]);
  // NOLINTBEGIN(performance-no-int-to-ptr): a call of the kernel has numbers alone
  return futex(scheduler, reinterpret_cast<const void*>(values[0]), static_cast<int>(values[1]),
               static_cast<unsigned>(values[2]), reinterpret_cast<const timespec*>(values[3]),
               __builtin_return_address(0));
  // NOLINTEND(performance-no-int-to-ptr)
}

}  // extern "C"
#pragma GCC visibility pop
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

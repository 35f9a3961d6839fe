// What the code under test asks of the kernel about files, and what else would differ from run to run or change this
// process. interposed.cpp has what threads are made of.
#include <dlfcn.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <climits>
#include <random>

#include "scheduler.hpp"

namespace {

using gatepost::interleaving::Inside;
using gatepost::interleaving::Time;

// Who polls waits for this, whichever file he asks about.
constinit int some_file = 0;

template <class F>
F* next(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

ssize_t write_to(int file, const void* bytes, std::size_t size, const void* frame, const void* caller) {
  const Inside scheduler(frame);
  if (scheduler) scheduler->point({scheduler->self(), "write", nullptr, caller});
  const ssize_t written = next<decltype(write)>("write")(file, bytes, size);
  if (!scheduler) return written;
  scheduler->release(&some_file);
  scheduler->wake(&some_file, INT_MAX);
  return written;
}

}  // namespace

unsigned int std::random_device::_M_getval() {
  const Inside scheduler(__builtin_frame_address(0));
  return scheduler ? static_cast<unsigned int>(scheduler->draw(UINT_MAX)) : 0;
}

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): names of the C library's headers are reserved
#pragma GCC visibility push(default)
extern "C" {

// Not waited for; but whoever writes may be long about it.
ssize_t write(int file, const void* bytes, std::size_t size) {
  return write_to(file, bytes, size, __builtin_frame_address(0), __builtin_return_address(0));
}

int eventfd_write(int file, eventfd_t value) {
  const auto written = write_to(file, &value, sizeof(value), __builtin_frame_address(0), __builtin_return_address(0));
  return written == sizeof(value) ? 0 : -1;
}

int poll(pollfd* files, nfds_t count, int timeout) {
  const Inside scheduler(__builtin_frame_address(0));
  auto* const kernels = next<decltype(poll)>("poll");
  if (!scheduler) return kernels(files, count, timeout);
  std::optional<Time> until;
  if (timeout >= 0) until = scheduler->now() + Time{timeout} * 1'000'000;
  while (true) {
    const gatepost::interleaving::Event polls{scheduler->self(), "poll", &some_file, __builtin_return_address(0)};
    scheduler->point(polls);
    if (const int ready = kernels(files, count, 0); ready != 0) {
      scheduler->acquire(&some_file);
      return ready;
    }
    if (!scheduler->wait(polls, until)) return 0;
  }
}

// All threads here are one of the kernel's.
int setpriority(__priority_which_t, id_t, int) noexcept { return 0; }

}  // extern "C"
#pragma GCC visibility pop
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

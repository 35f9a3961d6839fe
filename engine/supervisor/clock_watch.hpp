// Hears when somebody sets the machine's clock.
#pragma once

#include <functional>
#include <gatepost/file_descriptor.hpp>
#include <stop_token>
#include <thread>

namespace gatepost::supervisor {

/// Sleeps in the kernel until the wall clock is set (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET), then tells. Where the
/// kernel gives no such timer it tells nothing: the journal compares the clocks with each Record all the same.
class ClockWatch {
 public:
  explicit ClockWatch(std::function<void()> was_set);
  ~ClockWatch();
  ClockWatch(const ClockWatch&) = delete;
  ClockWatch& operator=(const ClockWatch&) = delete;

 private:
  void work() const;

  const std::function<void()> was_set_;
  const FileDescriptor timer_, stop_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::supervisor

// Sleeping on a descriptor so that a stop token wakes at once.
#pragma once

#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <stop_token>
#include <utility>

namespace gatepost::hal {

/// Wakes a poll from another thread.
class StopEvent {
 public:
  static Result<StopEvent> make();
  int descriptor() const { return descriptor_.number(); }
  void ring() const;
  void silence() const;

 private:
  explicit StopEvent(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

enum class Woken { ready, hung_up, timed_out, stopped };

/// Until `events` (POLLIN, POLLOUT) are there on `descriptor`, `timeout` is over, or stop is asked for.
Woken wait_for(int descriptor, short events, Duration timeout, const StopEvent& stop_event,
               const std::stop_token& stop);

}  // namespace gatepost::hal

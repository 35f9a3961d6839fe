// Sleeping on a descriptor so that a stop token wakes at once.
#pragma once

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <stop_token>

namespace gatepost::hal {

/// Wakes a poll from another thread.
class StopBell {
 public:
  static Result<StopBell> make();
  StopBell(StopBell&& other) noexcept;
  StopBell& operator=(StopBell&& other) noexcept;
  ~StopBell();
  int descriptor() const { return descriptor_; }
  void ring() const;
  void silence() const;

 private:
  explicit StopBell(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

enum class Woken { ready, hung_up, timed_out, stopped };

/// Until `events` (POLLIN, POLLOUT) are there on `descriptor`, `timeout` is over, or stop is asked for.
Woken wait_for(int descriptor, short events, Duration timeout, const StopBell& bell, const std::stop_token& stop);

}  // namespace gatepost::hal

// The machine's own clocks, and what its kernel says of them.
#pragma once

#include <gatepost/time.hpp>

namespace gatepost::supervisor {

class MachineClock final : public Clock {
 public:
  MachineClock();
  MonotonicTime now() const override;
  WallTime wall() const override;
  /// From adjtimex(2): network with its maxerror where STA_UNSYNC is not set; else rtc or free.
  ClockState state() const override;
  BootTime boot() const override { return BootClock::now(); }
  /// CLOCK_BOOTTIME less CLOCK_MONOTONIC, clock_gettime(2).
  Duration slept() const override;

 private:
  const bool set_by_rtc_;
};

}  // namespace gatepost::supervisor

#include "supervisor/machine_clock.hpp"

#include <sys/timex.h>

#include <ctime>
#include <filesystem>
#include <fstream>

namespace gatepost::supervisor {
namespace {

// Documentation/ABI/testing/sysfs-class-rtc: hctosys is 1 for the clock that set the system's time at boot.
bool rtc_set_the_time() {
  std::error_code failure;
  for (std::filesystem::directory_iterator entry("/sys/class/rtc", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    char word = '0';
    std::ifstream(entry->path() / "hctosys") >> word;
    if (word == '1') return true;
  }
  return false;
}

Duration read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

MachineClock::MachineClock() : set_by_rtc_(rtc_set_the_time()) {}

MonotonicTime MachineClock::now() const { return SystemClock().now(); }
WallTime MachineClock::wall() const { return SystemClock().wall(); }

ClockState MachineClock::state() const {
  timex kernel{};
  const int answer = ::adjtimex(&kernel);  // modes is 0: only asks
  if (answer != -1 && (kernel.status & STA_UNSYNC) == 0)
    return {ClockSource::network, std::chrono::microseconds(kernel.maxerror)};
  return {set_by_rtc_ ? ClockSource::rtc : ClockSource::free, Duration::max()};
}

Duration MachineClock::slept() const {
  const Duration monotonic = read(CLOCK_MONOTONIC);
  return read(CLOCK_BOOTTIME) - monotonic;
}

}  // namespace gatepost::supervisor

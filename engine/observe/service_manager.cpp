#include "observe/service_manager.hpp"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace gatepost::observe::service_manager {
namespace {

void tell(const std::string& state) { static_cast<void>(::sd_notify(0, state.c_str())); }

}  // namespace

bool listens() { return std::getenv("NOTIFY_SOCKET") != nullptr; }

std::optional<Duration> patience() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return {};
  return std::chrono::microseconds(microseconds);
}

void ready() { tell("READY=1"); }

// The time lets systemd tell this reload from one before: sd_notify(3).
void reloading() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(SystemClock().now().time_since_epoch());
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void stopping() { tell("STOPPING=1"); }
void alive() { tell("WATCHDOG=1"); }
void status(std::string_view line) { tell("STATUS=" + std::string(line)); }

}  // namespace gatepost::observe::service_manager

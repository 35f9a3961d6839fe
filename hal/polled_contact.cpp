#include "polled_contact.hpp"

#include <chrono>

namespace gatepost::hal {

Result<bool> PolledContact::wait_to_close(Duration timeout, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  bool was_open = false;
  while (!stop.stop_requested()) {
    auto now_closed = ask_();
    if (!now_closed) return now_closed.error();
    if (*now_closed && was_open) return true;
    was_open = was_open || !*now_closed;
    if (std::chrono::steady_clock::now() >= end) return false;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, pause_, [] { return false; });
  }
  return false;
}

}  // namespace gatepost::hal

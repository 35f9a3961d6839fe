#include <gatepost/hal/polled_contact.hpp>

#include <chrono>
#include <utility>

namespace gatepost::hal {

// A wait goes on from here: what closes between this look and it counts.
Result<bool> PolledContact::closed() {
  auto now_closed = ask_();
  if (now_closed) was_open_ = !*now_closed;
  return now_closed;
}

Result<bool> PolledContact::wait_to_close(Duration timeout, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!stop.stop_requested()) {
    auto now_closed = ask_();
    if (!now_closed) return now_closed.error();
    if (std::exchange(was_open_, !*now_closed) && *now_closed) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, pause_, [] { return false; });
  }
  return false;
}

}  // namespace gatepost::hal

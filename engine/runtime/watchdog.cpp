#include "runtime/watchdog.hpp"

#include <algorithm>

namespace gatepost::runtime {

Watchdog::Watchdog(const Clock& clock) : clock_(clock), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Watchdog::add(Watched& watched) {
  const std::scoped_lock lock(mutex_);
  all_.push_back(&watched);
}

void Watchdog::remove(Watched& watched) {
  std::unique_lock lock(mutex_);
  told_.wait(lock, [&] { return telling_ != &watched; });
  all_.remove(&watched);
}

void Watchdog::set_due(Watched& watched, std::optional<BootTime> due) {
  watched.due_ = due ? due->time_since_epoch().count() : none;
}

void Watchdog::look_by(std::optional<BootTime> due) {
  if (!due || due->time_since_epoch().count() >= next_look_) return;
  {
    const std::scoped_lock lock(mutex_);
    look_ = true;
  }
  changed_.notify_one();
}

// Whose time has come, or when the next one's does.
Watchdog::Watched* Watchdog::next_due(BootTime now, Duration::rep& earliest) {
  for (Watched* watched : all_) {
    const Duration::rep due = watched->due_;
    if (due <= now.time_since_epoch().count()) return watched;
    earliest = std::min(earliest, due);
  }
  return nullptr;
}

void Watchdog::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    look_ = false;
    next_look_ = none;  // first: who sets an earlier time while this looks finds that it must wake it
    const BootTime now = clock_.boot();
    Duration::rep earliest = none;
    if (Watched* watched = next_due(now, earliest)) {
      telling_ = watched;
      watched->due_ = none;  // whoever is ticked says anew when he is due
      lock.unlock();
      watched->tick();
      lock.lock();
      telling_ = nullptr;
      told_.notify_all();
      continue;
    }
    next_look_ = earliest;
    const auto woken = [&] { return look_; };
    if (earliest == none)
      changed_.wait(lock, stop, woken);
    else
      changed_.wait_for(lock, stop, Duration(earliest - now.time_since_epoch().count()), woken);
  }
}

}  // namespace gatepost::runtime

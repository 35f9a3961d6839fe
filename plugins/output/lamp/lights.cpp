#include "lights.hpp"

#include <algorithm>
#include <utility>

namespace lamp {

using gatepost::Duration;
using gatepost::MonotonicTime;
using gatepost::Result;
using namespace std::chrono_literals;

namespace {

constexpr Duration retry_pause = 2s;

MonotonicTime now() { return gatepost::SystemClock().now(); }

}  // namespace

Lights::Lights(gatepost::hal::Address board, gatepost::hal::FindBoard find, const std::set<int>& channels,
               Duration time)
    : address_(std::move(board)), find_(std::move(find)), time_(time) {
  for (const int channel : channels) lamps_[channel] = {};
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Lights::show(int on, int off) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto lamp = lamps_.find(on); lamp != lamps_.end()) lamp->second.until = now() + time_;
    if (const auto lamp = lamps_.find(off); lamp != lamps_.end()) lamp->second.until = {};
    news_ = true;
  }
  changed_.notify_all();
}

std::optional<gatepost::Error> Lights::trouble() const {
  const std::scoped_lock lock(mutex_);
  return trouble_;
}

// When something is to be done without anybody asking; max: never.
MonotonicTime Lights::due() const {
  if (trouble_) return retry_;
  MonotonicTime due = MonotonicTime::max();
  for (const auto& [channel, lamp] : lamps_)
    if (lamp.lit != false) due = std::min(due, lamp.until);
  return due;
}

void Lights::work(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    const MonotonicTime next = due();
    const auto wanted = [&] { return news_ && !trouble_; };
    if (next == MonotonicTime::max())
      changed_.wait(lock, stop, wanted);
    else
      changed_.wait_until(lock, stop, next, wanted);
    if (stop.stop_requested()) break;
    news_ = false;
    const auto done = switch_all(lock, now());
    trouble_ = done ? std::nullopt : std::optional(done.error());
    if (done) continue;
    board_.reset();
    retry_ = now() + retry_pause;
    for (auto& [channel, lamp] : lamps_) lamp.lit.reset();
  }
  lock.unlock();
  for (const auto& [channel, lamp] : lamps_)
    if (!board_ || !board_->set(channel, false)) return;
}

// Nobody who shows a verdict waits for the board.
Result<void> Lights::switch_all(Lock& lock, MonotonicTime at) {
  for (auto& [channel, lamp] : lamps_) {
    const bool lit = lamp.until > at;
    if (board_ && lamp.lit == lit) continue;
    lock.unlock();
    Result<void> done;
    if (!board_) {
      auto opened = gatepost::hal::open_relay(address_, find_);
      if (opened)
        board_ = std::move(*opened);
      else
        done = opened.error();
    }
    if (done) done = board_->set(channel, lit);
    lock.lock();
    if (!done) return done;
    lamp.lit = lit;
  }
  return {};
}

}  // namespace lamp

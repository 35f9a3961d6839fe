#include "lane/vigil.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::lane {

using std::chrono::steady_clock;

Vigil::Vigil() : thread_([this](const std::stop_token& stop) { watch(stop); }) {}

Vigil::~Vigil() = default;

Vigil::Call::Call(Vigil& vigil, Duration patience, std::function<void()> over)
    : vigil_(vigil), due_(steady_clock::now() + patience), over_(std::move(over)) {
  const std::scoped_lock lock(vigil_.mutex_);
  place_ = vigil_.calls_.insert(vigil_.calls_.end(), this);
  vigil_.called_ = true;
  const bool sooner = vigil_.patience_ == Duration{} || patience < vigil_.patience_;
  if (sooner) vigil_.patience_ = patience;
  if (std::exchange(vigil_.watching_, true) && !sooner) return;
  vigil_.changed_.notify_one();
}

bool Vigil::Call::end() {
  std::unique_lock lock(vigil_.mutex_);
  vigil_.told_.wait(lock, [&] { return vigil_.telling_ != this; });
  if (std::exchange(listed_, false)) vigil_.calls_.erase(place_);
  return told_;
}

// It looks when the first call is due, or after the shortest patience where that has come back: till nobody calls.
void Vigil::watch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return watching_; })) {
    const Duration patience = patience_;
    called_ = false;
    auto look = steady_clock::now() + patience;
    for (const Call* call : calls_)
      if (!call->told_) look = std::min(look, call->due_);
    changed_.wait_until(lock, stop, look, [&] { return patience_ < patience; });
    if (stop.stop_requested()) return;
    const auto late = std::ranges::find_if(
        calls_, [now = steady_clock::now()](const Call* call) { return !call->told_ && call->due_ <= now; });
    if (late != calls_.end()) {
      telling_ = *late;
      telling_->told_ = true;
      lock.unlock();
      telling_->over_();
      lock.lock();
      telling_ = nullptr;
      told_.notify_all();
    }
    watching_ = called_ || std::ranges::any_of(calls_, [](const Call* call) { return !call->told_; });
  }
}

}  // namespace gatepost::lane

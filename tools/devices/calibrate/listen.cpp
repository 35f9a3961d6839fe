#include "devices/calibrate/listen.hpp"

#include <linux/input-event-codes.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace gatepost::calibrate {
namespace {

constexpr std::size_t most_keys = 200'000;  // of one take

MonotonicTime now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

/// Type, code and value of a key's event: RawInput::Kind::key.
unsigned number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  unsigned number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

// A key that comes up after its scan is over is told with the next one.
bool says_something(const Take& take) {
  const bool pressed = std::ranges::any_of(take.keys, [](const KeyEvent& key) { return key.value == 1; });
  return pressed || !take.bytes.empty() || take.lost;
}

}  // namespace

void Gatherer::finish() {
  if (says_something(take_)) over_.push_back(std::move(take_));
  take_ = {};
}

void Gatherer::begin_or_go_on(MonotonicTime at) {
  if (!take_.empty() && at - last_ >= silence) finish();
  last_ = at;
  came_ = now();
  tells_raw_ = true;
  told_.notify_all();
}

void Gatherer::raw(const RawInput& input) {
  const std::scoped_lock lock(mutex_);
  if (input.kind == RawInput::Kind::bytes) {
    begin_or_go_on(input.at);
    take_.bytes += input.bytes;
    take_.times.insert(take_.times.end(), input.bytes.size(), input.at);
    take_.lost = take_.lost || input.lost;
    if (take_.bytes.size() > max_payload) take_ = {};  // no scan: it has no end
  }
  if (input.kind != RawInput::Kind::key || input.bytes.size() < 8 || take_.keys.size() >= most_keys) return;
  const unsigned type = number_at(input.bytes, 0, 2), code = number_at(input.bytes, 2, 2);
  if (type == EV_KEY) {
    begin_or_go_on(input.at);
    take_.keys.push_back({code, static_cast<int>(number_at(input.bytes, 4, 4)), input.at});
  }
  if (type == EV_SYN && code == SYN_DROPPED) take_.lost = true;
}

void Gatherer::emit(Reading reading) {
  const std::scoped_lock lock(mutex_);
  if (tells_raw_) return;
  over_.push_back(
      {.keys = {}, .bytes = std::move(reading.payload), .times = {}, .lost = reading.damage != Damage::none});
  told_.notify_all();
}

void Gatherer::end() {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  told_.notify_all();
}

Take Gatherer::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (over_.empty() && !ended_ && !stop.stop_requested()) {
    if (take_.empty()) {
      told_.wait(lock, stop, [&] { return !over_.empty() || !take_.empty() || ended_; });
      continue;
    }
    const auto was = came_;
    const bool went_on =
        told_.wait_until(lock, stop, came_ + silence, [&] { return !over_.empty() || came_ != was || ended_; });
    if (!went_on) finish();
  }
  if (stop.stop_requested()) return {};
  if (over_.empty() && ended_) finish();
  if (over_.empty()) return {};
  Take take = std::move(over_.front());
  over_.pop_front();
  return take;
}

Result<void> listen(Input& input, const std::function<void(std::string_view identity)>& opened,
                    const std::function<void(const Take& take)>& took, const std::stop_token& stop) {
  Gatherer gatherer(opened);
  Result<void> ran;
  {
    std::jthread reader([&](const std::stop_token& over) {
      ran = input.run(gatherer, over);
      gatherer.end();
    });
    for (Take take = gatherer.next(stop); !take.empty(); take = gatherer.next(stop)) took(take);
  }
  return ran;
}

}  // namespace gatepost::calibrate

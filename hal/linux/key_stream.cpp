#include "linux/key_stream.hpp"

namespace gatepost::hal {
namespace {

constexpr Duration moment = std::chrono::milliseconds(10);

}  // namespace

MonotonicTime time_of(const input_event& event) {
  return MonotonicTime(std::chrono::seconds(event.input_event_sec) + std::chrono::microseconds(event.input_event_usec));
}

Result<void> KeyStream::feed(std::span<const input_event> events) {
  for (const input_event& event : events) {
    if (event.type == EV_SYN && event.code == SYN_DROPPED) {
      dropping_ = true;
    } else if (!dropping_) {
      take(event);
    } else if (event.type == EV_SYN && event.code == SYN_REPORT) {
      return drop(time_of(event));  // the rest is older than what the device is asked for now
    }
  }
  return {};
}

void KeyStream::take(const input_event& event) {
  if (event.type != EV_KEY) return;
  std::string text = text_.key(event.code, event.value);
  if (text.empty()) return;
  const MonotonicTime at = time_of(event);
  if (pieces_.empty() || pieces_.back().lost || at - pieces_.back().first > moment) {
    pieces_.push_back({std::move(text), at, at, false});
  } else {
    pieces_.back().text += text;
    pieces_.back().last = at;
  }
}

Result<void> KeyStream::drop(MonotonicTime at) {
  dropping_ = false;
  const auto state = ask_();
  if (!state) return state.error();
  text_.resync(state->held, state->caps_lock);
  pieces_.push_back({{}, at, at, true});
  return {};
}

Typed KeyStream::next() {
  if (pieces_.empty()) return {};
  Piece piece = std::move(pieces_.front());
  pieces_.pop_front();
  return {.text = std::move(piece.text), .at = piece.last, .lost = piece.lost};
}

}  // namespace gatepost::hal

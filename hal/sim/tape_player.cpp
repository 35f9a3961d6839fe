#include "sim/tape_player.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <gatepost/hal/options.hpp>

namespace gatepost::hal {
namespace {

std::string_view contents(TapeEntry::Kind kind) {
  constexpr std::array<std::string_view, 3> words{"keys", "bytes of a line", "HID reports"};
  return words.at(static_cast<std::size_t>(kind));
}

}  // namespace

TapePlayer::TapePlayer(Tape tape, std::string file, bool waits, StopEvent bell)
    : tape_(std::move(tape)),
      file_(std::move(file)),
      waits_(waits),
      bell_(std::move(bell)),
      begun_(SystemClock().now()),
      now_(begun_) {}

Result<TapePlayer> TapePlayer::open(const Address& address, TapeEntry::Kind kind) {
  constexpr std::array<std::string_view, 2> paces{"real", "none"};
  OptionReader options(address);
  const bool waits = options.word("pace", paces, 0) == 0;
  if (auto done = options.done(); !done) return done.error();
  const auto file = address.directory / address.target.substr(address.target.find('/') + 1);
  auto tape = Tape::read(file);
  if (!tape) return tape.error();
  for (const auto& entry : tape->entries)
    if (entry.kind != kind)
      return Error{"is a tape with " + std::string(contents(entry.kind)) + ", not with " + std::string(contents(kind)),
                   file.string(),
                   "play it as what it was recorded from" +
                       (tape->plugin.empty() ? std::string() : ": plugin " + tape->plugin + ", " + tape->settings)};
  auto bell = StopEvent::make();
  if (!bell) return bell.error();
  return TapePlayer(std::move(*tape), file.string(), waits, std::move(*bell));
}

Result<TapePlayer::Played> TapePlayer::next(Duration timeout, const std::stop_token& stop) {
  if (!waits_) return jump(timeout);
  const bool more = next_ < tape_.entries.size();
  const MonotonicTime due = more ? begun_ + tape_.entries[next_].at : MonotonicTime::max();
  const MonotonicTime now = SystemClock().now();
  const Duration left = more ? std::clamp<Duration>(due - now, Duration::zero(), timeout) : timeout;
  if (wait_for(-1, POLLIN, left, bell_, stop) == Woken::stopped || due > SystemClock().now()) return Played{};
  return Played{&tape_.entries[next_++], due};
}

// The last silence is told before the end, so that what needs one to be whole has it.
Result<TapePlayer::Played> TapePlayer::jump(Duration timeout) {
  if (next_ == tape_.entries.size()) {
    if (std::exchange(over_, true)) return Error{std::string(tape_ended), file_, "record a longer one"};
    return Played{};
  }
  const MonotonicTime due = std::max(begun_ + tape_.entries[next_].at, now_);
  if (due - now_ > timeout) {
    now_ += timeout;
    return Played{};
  }
  now_ = due;
  return Played{&tape_.entries[next_++], due};
}

}  // namespace gatepost::hal

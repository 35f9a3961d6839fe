#include "relay_board.hpp"

#include <algorithm>

namespace gatepost::simulation {

bool RelayBoard::any_on() const {
  return std::any_of(channels_.begin(), channels_.end(), [](const Channel& one) { return one.on; });
}

// What does not change is told too: it is a command that arrived.
void RelayBoard::move(int channel, bool on, bool by_itself) {
  Channel& one = at(channel);
  one.coil = on;
  if (one.welded && !on) return;
  one.on = on;
  history_.push_back({time_.boot(), channel, on, by_itself});
  if (moved_) moved_(history_.back());
}

void RelayBoard::set(int channel, bool on) {
  at(channel).asked = on;
  if (deaf_) return;
  ++at(channel).pulse;
  move(channel, on, false);
}

void RelayBoard::switch_by_hand(int channel) {
  if (!powered()) return;
  at(channel).asked = true;
  ++at(channel).pulse;
  move(channel, true, true);
}

void RelayBoard::pulse(int channel, Duration length) {
  at(channel).asked = true;
  if (deaf_) return;
  const std::uint64_t number = ++at(channel).pulse;
  move(channel, true, false);
  time_.after(length, [this, channel, number] {
    if (at(channel).pulse != number) return;
    at(channel).asked = false;
    move(channel, false, true);
  });
}

void RelayBoard::weld(int channel, bool welded) {
  Channel& one = at(channel);
  one.welded = welded;
  if (!welded && one.on && !one.coil) move(channel, false, true);
}

void RelayBoard::deafen(bool deaf) {
  deaf_ = deaf;
  if (deaf) return;
  for (int channel = 1; channel <= channels(); ++channel)
    if (!at(channel).asked && at(channel).on) move(channel, false, true);
}

void RelayBoard::reboot(Duration length, bool remembers) {
  powered_at_ = time_.boot() + length;
  thawed_at_ = time_.boot();
  ++boots_;
  for (int channel = 1; channel <= channels(); ++channel) {
    const bool was_on = on(channel);
    ++at(channel).pulse;
    at(channel).asked = false;
    if (was_on) move(channel, false, true);
    if (was_on && remembers)
      time_.at(powered_at_, [this, channel, number = at(channel).pulse] {
        if (at(channel).pulse != number) return;
        at(channel).asked = true;
        move(channel, true, true);
      });
  }
}

Behaviour RelayBoard::take_behaviour() {
  if (next_.empty()) return habit_ ? habit_() : Behaviour{};
  const Behaviour behaviour = next_.front();
  next_.pop_front();
  return behaviour;
}

}  // namespace gatepost::simulation

// A board with relays and inputs, whatever it speaks: what its contacts did, when, and what it does wrong.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "timeline.hpp"

namespace gatepost::simulation {

/// What a board does with one request. Refused with 5 or 11 it may act all the same, later.
struct Behaviour {
  enum Says : std::uint8_t { answer, nothing, last_answer, twice, refusal, noise };
  bool acts = true;
  Says says = answer;
  Duration acts_after = std::chrono::milliseconds(2);
  Duration says_after{};  ///< after that
  std::uint8_t exception = 6;
};

class RelayBoard {
 public:
  struct Switched {
    BootTime at;
    int channel;
    bool on;
    bool by_itself;  ///< the end of its own pulse, its power, a hand at it
  };

  RelayBoard(Timeline& time, int channels) : time_(time), channels_(static_cast<std::size_t>(channels)) {}

  int channels() const { return static_cast<int>(channels_.size()); }
  bool on(int channel) const { return channels_.at(static_cast<std::size_t>(channel - 1)).on; }
  bool any_on() const;
  bool closed(int input) const { return input == closed_input_; }
  const std::vector<Switched>& history() const { return history_; }

  void set(int channel, bool on);
  /// On, by somebody at the board.
  void switch_by_hand(int channel);
  /// On, and off by its own clock.
  void pulse(int channel, Duration length);
  void close_input(int input) { closed_input_ = input; }

  /// A contact that is welded stays on; when it is loose again it falls off, unless its relay is on.
  void weld(int channel, bool welded);
  /// As long as it is deaf it moves nothing; afterwards it lets go what it was told to meanwhile.
  void deafen(bool deaf);
  /// Without power for so long; a board that remembers has its relays afterwards as they were.
  void reboot(Duration length, bool remembers);
  /// What it was asked before the last one is forgotten.
  int boots() const { return boots_; }
  bool powered() const { return time_.boot() >= powered_at_; }
  BootTime powered_at() const { return powered_at_; }
  /// What it is asked in that time it does afterwards.
  void freeze(Duration length) { thawed_at_ = time_.boot() + length; }
  BootTime thawed_at() const { return thawed_at_; }

  /// Called with each move, and each command that changes nothing.
  void watch(std::function<void(const Switched&)> moved) { moved_ = std::move(moved); }
  /// What it does with a request for which next() said nothing.
  void behave(std::function<Behaviour()> habit) { habit_ = std::move(habit); }
  /// With the next request, and then with the one after it.
  void next(Behaviour behaviour) { next_.push_back(behaviour); }
  void forget_faults() { next_.clear(); }
  Behaviour take_behaviour();

 private:
  struct Channel {
    bool on = false, welded = false;
    bool coil = false;
    bool asked = false;       ///< what it was told last
    std::uint64_t pulse = 0;  ///< the number of the last command: an older pulse ends nothing
  };
  Channel& at(int channel) { return channels_.at(static_cast<std::size_t>(channel - 1)); }
  void move(int channel, bool on, bool by_itself);

  Timeline& time_;
  std::vector<Channel> channels_;
  std::vector<Switched> history_;
  std::deque<Behaviour> next_;
  std::function<void(const Switched&)> moved_;
  std::function<Behaviour()> habit_;
  bool deaf_ = false;
  BootTime powered_at_{}, thawed_at_{};
  int closed_input_ = 0, boots_ = 0;
};

}  // namespace gatepost::simulation

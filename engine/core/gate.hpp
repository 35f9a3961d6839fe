// What moves in a lane, as a state machine without I/O: who may tell its board what, and when.
//
// | state     | what it may do                  | what leaves it                                                   |
// |-----------|---------------------------------|------------------------------------------------------------------|
// | unknown   | nothing: a release is refused   | rest worked, after what failed had settled ▶ at_rest             |
// | at_rest   | be released; be looked at       | a release begins ▶ moving; a look finds no board, or another     |
// |           |                                 | state than it was left in ▶ unknown                              |
// | moving    | nothing                         | the board has it ▶ open; it failed or does not answer ▶ unknown  |
// | open      | nothing: one passage at a time  | passage seen or timed out ▶ at_rest; Error ▶ unknown             |
// | held_open | nothing: it stays open          | the alarm is over ▶ unknown                                      |
//
// An alarm comes before everything: it ends a passage that is watched, no rest is begun while it lasts, and what was
// open when it ends is brought to rest whatever it was opened for.
#pragma once

#include <gatepost/actuator.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/alarm_latch.hpp"
#include "core/effects.hpp"
#include "core/gate_state.hpp"
#include "core/time.hpp"

namespace gatepost::core {

struct GateSettings {
  std::string lane;
  std::string device;                                          ///< the actuator's name in the site file
  Duration call_patience = std::chrono::seconds(5);            ///< of going to rest and of being held open
  Duration passage_patience = std::chrono::minutes(15);        ///< an actuator's own time for it is shorter by far
  Duration cancel_patience = std::chrono::milliseconds(1100);  ///< the actuator promises to end a passage within 1 s
  Duration settle = std::chrono::seconds(1);                   ///< how long a failed release may still reach the board
  Duration look_every{};                                       ///< at rest; zero: never
  Duration first_pause = std::chrono::milliseconds(100);
  Duration longest_pause = std::chrono::seconds(5);
};

/// From when a gate hears of an alarm until it is held open, or it is told that it is not.
constexpr Duration longest_to_hold_open(const GateSettings& gate) {
  return 2 * gate.call_patience + gate.cancel_patience;  // a call that hangs, and the one beside it
}

/// How long a gate whose board answers is open after the cause for it is gone.
constexpr Duration longest_to_rest(const GateSettings& gate) {
  return gate.settle + gate.longest_pause + gate.call_patience;
}

class Gate {
 public:
  // Events.
  struct Release {
    CallId ticket;  ///< the lane's; Released carries it
    RecordId record;
    Direction direction = Direction::in;
    BootTime deadline{};
  };
  struct FireOn {};
  struct FireOff {};
  struct Look {};  ///< a device has come or gone
  struct Rested {
    CallId call;
    Result<void> result;
  };
  struct Opened {
    CallId call;
    Result<MonotonicTime> result;
  };
  struct HeldOpen {
    CallId call;
    Result<Duration> again_within;
  };
  struct Passed {
    CallId call;
    Result<Passage> passage;
  };
  struct Looked {
    CallId call;
    Result<RestState> found;
  };
  struct Configure {
    Duration look_every;
  };
  struct Tick {};
  struct Stop {};
  using Event =
      std::variant<Release, FireOn, FireOff, Look, Rested, Opened, HeldOpen, Passed, Looked, Configure, Tick, Stop>;

  /// Which thread a call is for: a passage is waited for beside the board's calls, and an alarm does not wait for a
  /// call that hangs.
  enum class Hand : std::uint8_t { board, passage, spare };

  // Effects. CallRest, CallOpen, CallHoldOpen, CallPassage and CallLook are calls: each is answered by its event.
  struct CallRest {
    CallId id;
  };
  struct CallOpen {
    CallId id;
    RecordId record;
    Direction direction;
    BootTime deadline;
  };
  struct CallHoldOpen {
    CallId id;
    Hand hand;
  };
  struct CallPassage {
    CallId id;
    RecordId record;
    Direction direction;
    BootTime deadline;
  };
  struct CallLook {
    CallId id;
  };
  struct CancelPassage {
    CallId id;
  };
  /// The call is not waited for any more: its thread may never come back.
  struct Abandon {
    CallId call;
    Hand hand;
    bool opens;  ///< it is a release, which the lane's own thread may be making
  };
  struct Post {
    Record record;
  };
  // To the lane.
  struct Released {
    CallId ticket;
    Result<MonotonicTime> at;
  };
  struct StateIs {
    GateState state;
  };
  struct PassageOver {};
  /// After Stop: whether it was brought to rest. Nothing follows.
  struct Stopped {
    Result<void> rested;
  };
  using Effect = std::variant<CallRest, CallOpen, CallHoldOpen, CallPassage, CallLook, CancelPassage, Abandon, Post,
                              Released, StateIs, PassageOver, Stopped>;

  explicit Gate(GateSettings settings)
      : settings_(std::move(settings)), rest_pause_(settings_.first_pause), hold_pause_(settings_.first_pause) {}

  /// The first event of a gate is a Tick: it is brought to rest.
  void on(const Event& event, const Now& now);
  std::optional<Effect> next() { return effects_.next(); }
  std::optional<BootTime> due() const;

  GateState state() const { return state_; }
  bool alarm() const { return fire_; }
  bool is_stopped() const { return stopped_; }
  /// A call has not come back in its time.
  bool hangs() const;
  /// Whether it has been brought to rest is known, one way or the other.
  bool was_tried() const { return last_rest_.has_value() || last_hold_good_.has_value() || hangs(); }
  /// Whether its actuator was there when it was brought to rest last; nothing: it has not been tried.
  const std::optional<Result<void>>& last_rest() const { return last_rest_; }
  /// When that came to be so.
  MonotonicTime last_rest_changed() const { return last_rest_changed_; }

 private:
  enum class Kind : std::uint8_t { rest, open, hold_open, passage, look };
  struct Call {
    CallId id;
    Kind kind;
    Hand hand;
    BootTime begun, due;
    bool overdue = false;
    bool cancelled = false;  ///< of a passage: what it finds out leaves the gate unknown
    RecordId record{};
    Direction direction = Direction::in;
  };

  void handle(const Release& event);
  void handle(const FireOn&);
  void handle(const FireOff&);
  void handle(const Look&) { look_ = true; }
  void handle(const Rested& event);
  void handle(const Opened& event);
  void handle(const HeldOpen& event);
  void handle(const Passed& event);
  void handle(const Looked& event);
  void handle(const Configure& event) { settings_.look_every = event.look_every; }
  void handle(const Tick&) {}
  void handle(const Stop&);

  void expire();
  void act();
  void act_at_rest();
  void act_on_alarm();
  void act_on_stop();
  bool cancels_passage();
  void open(const Release& asked);
  void watch_passage(const Call& opened, BootTime deadline);
  void answer(CallId ticket, Result<MonotonicTime> at);
  void refuse(CallId ticket, std::string what, std::string remedy);
  void become(GateState state);
  void distrust(bool settles);
  void report_rest(const Result<void>& result);
  void report_hold(const Result<void>& result);
  void report_passed(const UnaskedPassage& passage);
  void report_sensor(bool is_stuck);

  CallId begin(Kind kind, Hand hand, Duration patience);
  std::optional<Call> end(CallId id);
  const Call* under_way(Kind kind) const;
  bool board_is_asked() const;
  void hung(const Call& call);

  Record record_of(RecordKind kind, std::string reason) const;
  void alarm(std::string reason, const Error& error, std::uint64_t about = 0);
  template <class One>
  void emit(One effect) {
    effects_.emit(std::move(effect));
  }

  GateSettings settings_;
  Now now_{};  ///< of the event that is being handled
  GateState state_ = GateState::unknown;
  bool began_ = false, fire_ = false, look_ = false, stopping_ = false, stopped_ = false;
  std::optional<Release> asked_;    ///< waits for the board, or for an alarm to hold the gate open
  CallId ticket_ = 0;               ///< of the release that the board is being told; 0: it has been answered
  BootTime open_deadline_{};        ///< of the same
  BootTime rest_at_{}, hold_at_{};  ///< not before
  BootTime looked_at_{};            ///< when it was known to be at rest last
  std::optional<BootTime> wake_;    ///< when act() has something to do
  Duration rest_pause_, hold_pause_;
  std::optional<BootTime> look_at_;     ///< what an engine before this one began may reach the board until then
  std::optional<BootTime> settles_at_;  ///< a rest that begins before does not count
  std::optional<Result<void>> last_rest_;
  MonotonicTime last_rest_changed_{};
  std::optional<bool> last_hold_good_;
  AlarmLatch latch_;
  std::vector<Call> calls_;  ///< under way, also those that hang
  CallId last_call_ = 0;
  Effects<Effect> effects_;
};

}  // namespace gatepost::core

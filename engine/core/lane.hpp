// One way through, as a state machine without I/O: the road of one scan, from its Reading to its answer.
//
// An event and the time come in by on(); effects are taken out by next() until there are none. Of a plugin, the disk
// and the gate the machine knows calls: each has an id and a time by which it must be back. What comes back later finds
// its id gone, and is dropped or told of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <gatepost/policy.hpp>
#include <gatepost/reading.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/alarm_latch.hpp"
#include "core/answer.hpp"
#include "core/denial_pace.hpp"
#include "core/direction_questions.hpp"
#include "core/duplicate_filter.hpp"
#include "core/effects.hpp"
#include "core/gate_state.hpp"
#include "core/scan.hpp"
#include "core/sleep_log.hpp"
#include "core/time.hpp"

namespace gatepost::core {

/// A credential format or a policy of a lane.
struct Callee {
  std::string name;
  std::uint64_t object = 0;  ///< the same number: the same object as before, also after a reload
};

struct LaneSettings {
  std::string name;
  std::string actuator;  ///< empty: the lane answers and moves nothing
  std::vector<Callee> formats{}, policies{};
  Duration repeat_within{};
  Duration policy_timeout{};          ///< of each format and policy
  Duration record_deadline{};         ///< a Record that takes longer to be synced opens no gate
  Duration actuator_deadline{};       ///< a gate that has not been told by then stays shut
  bool fail_open = false;             ///< where a check or the journal fails, grant
  std::vector<std::string> show{};    ///< attributes of a credential that are shown with the verdict
  std::string zone{};                 ///< the part of the site that it leads into
  bool require_verified = false;      ///< a credential that nobody proved to be authentic is denied
  bool unset_clock_accepted = false;  ///< validity is not asked for while nobody has told this machine the time
  std::optional<DenialLimit> denied_at_most{};  ///< none: attempts are denied at any pace
  DirectionCodes directions{};                  ///< of devices that ask in or out
};

/// From when a device saw a code (or a button was pressed, or the direction was said that was asked for) until the
/// board has the command, at most: what is later never opens. Both `check` and the lane ask here.
constexpr Duration longest_way(const LaneSettings& lane) { return lane.record_deadline + lane.actuator_deadline; }

/// How many scans wait for a lane at most; a further one is dropped, with an alarm.
inline constexpr std::size_t most_waiting = 64;

class Lane {
 public:
  // Events.
  struct Scanned {
    Reading reading;
    std::optional<Direction> direction = Direction::in;  ///< none: it has to be said
    std::shared_ptr<ScannerOutput> output{};             ///< null: nobody waits for the answer
  };
  struct Pressed {
    std::string device;
    Direction direction = Direction::in;
    MonotonicTime seen{};  ///< by the kernel; zero: now
  };
  struct Decoded {
    CallId call;
    Result<std::optional<Credential>> credential;
  };
  struct Decided {
    CallId call;
    Result<Decision> decision;
    HeldReservation held{};  ///< of a grant of a policy that learns; of one that came late it ends with this event
  };
  struct Committed {
    CallId call;
    Result<RecordId> id;
  };
  /// From the gate: the answer to a Release. Success: the board took the command, or the gate stands open.
  struct Released {
    CallId ticket;
    Result<MonotonicTime> at;
  };
  struct GateIs {
    GateState state;
  };
  struct PassageOver {};
  struct Tick {};   ///< when it is due, and when the machine has woken from sleep
  struct Pause {};  ///< between two scans nothing is handled until Resume; what comes waits
  struct Resume {};
  struct Configure {  ///< from the next scan on
    LaneSettings settings;
  };
  struct Stop {
    bool finish = false;  ///< what waits is handled first
  };
  using Event = std::variant<Scanned, Pressed, Decoded, Decided, Committed, Released, GateIs, PassageOver, Tick, Pause,
                             Resume, Configure, Stop>;

  // Effects. Decode, Decide and Commit are calls: each is answered by its event.
  struct Decode {
    CallId id;
    std::shared_ptr<const Scan> scan;
    std::size_t format;
  };
  struct Decide {
    CallId id;
    std::shared_ptr<const Scan> scan;
    std::size_t policy;
    bool wall_is_known;
  };
  struct Commit {
    CallId id;
    Record record;
    BootTime not_after;  ///< of no use to anybody later
  };
  /// To the gate.
  struct Release {
    CallId ticket;
    RecordId record;
    Direction direction;
    BootTime deadline;
  };
  struct Post {
    Record record;
  };
  struct Answered {
    std::shared_ptr<const Answer> answer;
  };
  /// To be told before any scan is answered, and not recorded: "In or out?".
  struct Prompted {
    std::shared_ptr<const Answer> prompt;
  };
  struct TellScanner {
    std::shared_ptr<ScannerOutput> output;
    std::optional<Outcome> outcome;  ///< none: ready
    std::string reason;
  };
  /// The call is not waited for any more: its thread may never come back.
  struct Abandon {
    CallId call;
  };
  using Effect = std::variant<Decode, Decide, Commit, Release, Post, Answered, Prompted, TellScanner, Abandon>;

  explicit Lane(LaneSettings settings);

  void on(Event event, const Now& now);
  /// Taken out to the end before the next on().
  std::optional<Effect> next() { return effects_.next(); }
  /// When Tick must come at the latest.
  std::optional<BootTime> due() const;

  enum class Step : std::uint8_t { idle, decoding, deciding, committing, releasing };
  Step step() const { return step_; }
  bool is_idle() const { return step_ == Step::idle; }
  bool is_stopped() const { return stopping_ && is_idle() && waiting_.empty(); }
  bool is_paused() const { return paused_; }
  std::size_t waiting() const { return waiting_.size(); }
  std::uint64_t dropped() const { return dropped_; }
  /// Of devices that ask in or out: what is asked and said there now.
  std::vector<DirectionQuestions::State> directions(BootTime now) const { return questions_.states(now); }
  GateState gate() const { return gate_; }
  const LaneSettings& settings() const { return settings_; }
  /// "policy staff_list", "the journal's disk": who has not come back in his time. Empty: nobody.
  std::string held_by() const;
  /// Since when there has been something to do: the scan under way, or the oldest that could be.
  std::optional<MonotonicTime> busy_since() const;

 private:
  enum class Kind : std::uint8_t { format, policy, journal };
  /// A call that was given up and has not come back.
  struct Abandoned {
    CallId call;
    Kind kind;
    Callee callee;
    std::shared_ptr<Scan> scan{};  ///< of a Record
    bool granted = false;          ///< so the Record says
  };

  void handle(Scanned&& event);
  void handle(Pressed&& event);
  void handle(Decoded&& event);
  void handle(Decided&& event);
  void handle(Committed&& event);
  void handle(Released&& event);
  void handle(GateIs&& event);
  void handle(PassageOver&& event);
  void handle(Tick&&) {}
  void handle(Pause&&) { paused_ = true; }
  void handle(Resume&&);
  void handle(Configure&& event);
  void handle(Stop&& event);

  bool admits(const Scan& scan);
  void set_times(Scan& scan) const;
  void enqueue(std::shared_ptr<Scan> scan);
  void configure();

  // In or out?
  void take_undirected(std::shared_ptr<Scan> scan);
  void take_direction(Scan& code, Direction direction);
  void prompt(const Scan& scan, Outcome outcome, const std::string& reason);
  void end_unanswered(const DirectionQuestions::Scans& scans);
  void end_questions(bool slept);

  void note_denial();
  bool is_slowed() const;
  void look_for_end_of_guessing();
  void begin_next();
  void expire();

  // The road.
  void decode_next();
  void identified();
  std::optional<Verdict> invalid() const;
  void decide_next();
  void add(Verdict one);
  void decided();
  void refuse_what_the_gate_cannot_follow();
  void commit();
  void commit_without_journal();
  void deny_unrecorded();
  void release_or_answer();
  void release_failed(const Error& error);
  void answer();

  // Calls.
  CallId call(Step step, Duration patience);
  void abandon(Kind kind, const Callee& callee);
  std::optional<Abandoned> came_late(CallId call);
  bool hangs(Kind kind, std::uint64_t object) const;
  void hung(Kind kind, const Callee& callee);
  void failed(Kind kind, const Callee& callee, const Error& error);
  void recovered(Kind kind, const Callee& callee);
  Verdict verdict_of_failure(std::string reason, std::string note) const;

  Record record_of_scan() const;
  void alarm(std::string reason, std::string device, const Error& error, std::uint64_t about);
  template <class One>
  void emit(One effect) {
    effects_.emit(std::move(effect));
  }

  LaneSettings settings_;
  std::optional<LaneSettings> configured_;  ///< from the next scan on
  Now now_{};                               ///< of the event that is being handled
  SleepLog sleeps_;
  DuplicateFilter duplicates_;
  AlarmLatch latch_;
  DenialPace pace_;
  std::optional<BootTime> slowed_until_{};   ///< no scan is begun before
  std::optional<BootTime> guessing_over_{};  ///< when the alarm about denials ends
  DirectionQuestions questions_;
  std::deque<std::shared_ptr<Scan>> waiting_;
  std::uint64_t dropped_ = 0;
  bool overrun_ = false;  ///< the alarm for the present jam is told
  bool paused_ = false, stopping_ = false;
  GateState gate_ = GateState::unknown;
  MonotonicTime turned_{};  ///< when a scan or a pause last began or ended

  // The scan under way.
  Step step_ = Step::idle;
  std::shared_ptr<Scan> scan_;
  bool posts_ = false;     ///< its Record is posted with its answer
  std::size_t index_ = 0;  ///< of the format or policy that is asked
  CallId call_ = 0, last_call_ = 0;
  BootTime due_{};

  std::vector<Abandoned> abandoned_;
  std::shared_ptr<ScannerOutput> passing_;  ///< whose scan opened the gate, until the passage is over
  Effects<Effect> effects_;
};

}  // namespace gatepost::core

// What must hold after each step: seen at the boards, in the durable Records, and in what the machines ask for and
// answer; never by what a machine believes.
#pragma once

#include <deque>
#include <gatepost/record.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/gate.hpp"
#include "core/lane.hpp"
#include "core/sleep_log.hpp"
#include "engine.hpp"
#include "plan.hpp"

namespace gatepost::simulation {

class World;

struct Violation {
  std::string invariant;  ///< number and name, as in README.md
  std::string what;
};

/// What has become of one scan, or one press of a button.
struct ScanState {
  std::uint64_t number = 0;
  int lane = 0;
  bool pressed = false;
  Card card = Card::good;
  int person = 0;
  bool out = false;
  Duration held{};  ///< until it was handed over
  std::optional<Duration> passes{};
  BootTime seen{};         ///< by the device
  Duration longest{};      ///< from then to the board
  std::uint32_t life = 0;  ///< of the process that it was given to
  std::size_t ahead = 0;   ///< scans that waited already
  bool accepted = false, answered = false, repeated = false;
  gatepost::Outcome outcome{};
  std::string reason{};
  std::uint64_t record = 0;
  std::uint64_t opened_by = 0;  ///< the Record that went with the command
  bool commit_failed = false, attempt_posted = false;
  bool denied = false;  ///< so its Record says
  int reserving = 0;    ///< grants of a quota that its lane has not heard of yet
  bool decoded_wall_known = true;
  WallTime decoded_wall{};
  std::size_t policies = 0;  ///< that are to be asked
  std::set<core::CallId> granted_by{};
  bool stood_open = false;  ///< when its gate said so
  bool opened = false;      ///< the board took the command in time, as far as its answer came
  int told = 0, ready = 0;  ///< by its scanner

  // Where it is asked in or out.
  MonotonicTime by_monotonic{};  ///< when the device saw it
  bool asked = false;            ///< for its direction
  bool directed = false;         ///< it was said: `out`
  bool unsaid = false;           ///< its question ended without
  bool replaced = false;         ///< by the same code, before it was said
  bool silent = false;           ///< a posted code that was read again
  std::uint64_t answers = 0;     ///< of a posted code: whose direction it says
  int ends = 0;                  ///< Records of what became of the opening
};

struct Validity {
  std::optional<WallTime> from{}, until{};
};
Validity validity_of(Card card);

class Checker {
 public:
  explicit Checker(World& world);

  // The world.
  std::uint64_t show(const Act& act);
  ScanState& scan(std::uint64_t number) { return scans_[number - 1]; }
  ScanState& scan_of(const core::Answer& answer);
  /// Its scanner says "In or out?".
  void asked_aloud(const ScanState& scan, gatepost::Outcome outcome) const;
  const std::deque<ScanState>& scans() const { return scans_; }
  /// The quota denies this scan.
  void spent(const ScanState& scan);
  void new_life();
  void removed(int lane);
  void fitted(GateUnit& gate);
  void written(GateUnit& gate, const GateUnit::Call& call);
  void arrived(GateUnit& gate, const GateUnit::Call& call);
  void arrived_hold(GateUnit& gate);
  void step();
  /// Nothing is under way any more and all is well.
  void quiet();
  std::uint64_t openings() const { return openings_; }

  // Lanes.
  void before(LaneUnit& lane, const core::Lane::Event& event);
  void handled(LaneUnit& lane, const core::Lane::Event& event);
  void emitted(LaneUnit& lane, const core::Lane::Effect& effect);
  void drained(LaneUnit& lane, const core::Lane::Event& event);
  void idle(LaneUnit& lane);

  // Gates.
  void before(GateUnit& gate, const core::Gate::Event& event);
  void emitted(GateUnit& gate, const core::Gate::Effect& effect);
  void abandoned(GateUnit& gate, const GateUnit::Call& call);
  void drained(GateUnit& gate, const core::Gate::Event& event);
  void check_told_of(GateUnit& gate, const core::Gate::Looked& looked);
  void idle(GateUnit& gate);
  std::uint64_t opening_of(const GateUnit& gate) const;

 private:
  /// What must follow on codes where it is asked in or out, by a plain model.
  struct DirectionWatch {
    struct Said {
      bool out;
      BootTime at;
      bool for_next;
    };
    struct Known {
      Card card;
      int person;
      bool out;
      BootTime last;
    };
    core::SleepLog sleeps{};
    std::optional<std::uint64_t> asked{};
    BootTime asked_at{};     ///< as the engine can know it
    Duration asked_since{};  ///< of the process's running time
    std::optional<Said> said{};
    std::optional<Known> known{};
    std::optional<BootTime> repeated{};
  };
  struct LaneWatch {
    std::deque<std::uint64_t> waiting{};  ///< the first is under way
    std::optional<std::uint64_t> given{};
    std::uint64_t dropped = 0;
    bool stopping = false, paused = false;
    Duration head_since{};  ///< of the process's running time
    std::map<core::CallId, std::uint64_t> tickets{};
    DirectionWatch direction{};
  };
  LaneWatch& of(const LaneUnit& lane) { return lanes_[static_cast<std::size_t>(lane.number())]; }
  ScanState* scan_of(const Record& record);
  const Record* durable(std::uint64_t sequence) const;
  void answered(LaneUnit& lane, const core::Answer& answer);
  void check_grant(LaneUnit& lane, const ScanState& scan);
  void check_opened(const ScanState& scan);
  void check_repeated(const ScanState& scan);
  void check_quota(const ScanState& scan);
  void check_rules(const ScanState& scan);
  static bool shares_quota(const ScanState& one, const ScanState& other);
  void check_faultless(const ScanState& scan);
  void check_opening(GateUnit& gate, const core::Gate::CallOpen& call);
  void check_cause(int lane, const RecordId& record, std::uint64_t scan, bool fail_open);
  void check_head(LaneUnit& lane);

  // In or out (checker_direction.cpp).
  const LanePlan& plan_of(const LaneUnit& lane) const;
  const LanePlan& plan_of(const ScanState& scan) const;
  void to_be_answered(LaneWatch& watch, ScanState& scan);
  void end_question(LaneWatch& watch);
  void look_at_questions(LaneUnit& lane, const core::Lane::Event& event);
  void undirected(LaneUnit& lane, ScanState& scan);
  void posted_code(LaneUnit& lane, ScanState& code, BootTime seen);
  void person_code(LaneUnit& lane, ScanState& scan, BootTime seen);
  void prompted(LaneUnit& lane, const core::Answer& prompt);
  void check_direction(const ScanState& scan, const core::Answer& answer) const;
  void check_question(LaneUnit& lane);
  void check_fire(GateUnit& gate);
  void check_open_without_cause(GateUnit& gate);
  void check_lost(GateUnit& gate);
  bool board_is_well(const GateUnit& gate) const;
  bool board_was_ill(int lane) const;
  void posted(std::uint64_t unit, const Record& record, GateUnit* gate);
  void check_alarm(std::uint64_t unit, const Record& record);
  void need_rest(GateUnit& gate, Duration from);
  [[noreturn]] void fail(const char* invariant, std::string what) const;

  World& world_;
  std::deque<ScanState> scans_;
  std::vector<LaneWatch> lanes_;
  std::set<std::uint64_t> opened_records_, corrected_;
  std::set<std::pair<std::uint64_t, std::string>> alarms_;  ///< that last
  std::uint64_t openings_ = 0;
  bool looks_again_ = false;
};

}  // namespace gatepost::simulation

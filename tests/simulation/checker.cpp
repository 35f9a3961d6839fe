#include "checker.hpp"

#include <algorithm>

#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

namespace {

// What begins a trouble of a plugin or a board, and what ends it.
struct AlarmPair {
  std::string_view begins, ends, about;
};
constexpr std::array alarm_pairs{AlarmPair{"format_hangs", "format_recovered", "format"},
                                 AlarmPair{"format_failed", "format_recovered", "format"},
                                 AlarmPair{"policy_hangs", "policy_recovered", "policy"},
                                 AlarmPair{"policy_failed", "policy_recovered", "policy"},
                                 AlarmPair{"actuator_hangs", "actuator_recovered", "actuator"},
                                 AlarmPair{"sensor_stuck", "sensor_free", "sensor"}};

}  // namespace

Validity validity_of(Card card) {
  constexpr WallTime start = Scheduler::wall_at_start;
  if (card == Card::limited) return {start - 24h, start + 24h};
  if (card == Card::expired) return {{}, start - 24h};
  if (card == Card::not_yet_valid) return {start + 24h * 365, {}};
  return {};
}

Checker::Checker(World& world) : world_(world), lanes_(world.plan.lanes.size()) {}

void Checker::fail(const char* invariant, std::string what) const { throw Violation{invariant, std::move(what)}; }

std::uint64_t Checker::show(const Act& act) {
  ScanState scan;
  scan.number = scans_.size() + 1;
  scan.lane = act.lane;
  scan.pressed = act.press;
  scan.card = act.card;
  scan.person = act.person;
  scan.out = act.out;
  scan.held = act.held;
  scan.passes = act.passes;
  scan.seen = world_.scheduler.clocks().boot;
  scan.by_monotonic = world_.scheduler.clocks().monotonic;
  scan.life = world_.scheduler.life();
  scans_.push_back(std::move(scan));
  return scans_.size();
}

ScanState& Checker::scan_of(const core::Answer& answer) {
  return scan(std::stoull(answer.symbology.empty() ? answer.device.substr(7) : answer.symbology.substr(1)));
}

ScanState* Checker::scan_of(const Record& record) {
  if (record.kind != RecordKind::attempt) return nullptr;
  return &scan(std::stoull(record.symbology.empty() ? record.device.substr(7) : record.symbology.substr(1)));
}

const Record* Checker::durable(std::uint64_t sequence) const {
  const auto& records = world_.journal.durable();
  return sequence == 0 || sequence > records.size() ? nullptr : &records[sequence - 1];
}

void Checker::new_life() {
  for (LaneWatch& lane : lanes_) lane = {};
  alarms_.clear();
}

void Checker::removed(int lane) { lanes_[static_cast<std::size_t>(lane)] = {}; }

void Checker::posted(std::uint64_t unit, const Record& record, GateUnit* gate) {
  if (record.kind == RecordKind::attempt) {
    ScanState* scan = scan_of(record);
    if (std::exchange(scan->attempt_posted, true)) fail("19 counts", "an attempt is posted twice");
    return;
  }
  if (record.reason == "held_open" && gate != nullptr) gate->watch.holds = true;
  if (record.reason == "not_held_open" && gate != nullptr) gate->watch.holds = false;
  if (record.kind == RecordKind::device && gate != nullptr) gate->watch.down = record.reason == "down";
  if (record.about != 0 && record.kind == RecordKind::alarm) corrected_.insert(record.about);
  if (record.about != 0 && (record.kind == RecordKind::passage || record.reason == "passage_unknown"))
    if (const Record* attempt = durable(record.about))
      if (++scan_of(*attempt)->ends > 1) fail("19 counts", "an opening has two ends");
  check_alarm(unit, record);
}

void Checker::check_alarm(std::uint64_t unit, const Record& record) {
  for (const AlarmPair& pair : alarm_pairs) {
    const std::pair key{unit, std::string(pair.about) + " " + record.device};
    if (record.reason == pair.begins) {
      if (!alarms_.insert(key).second) fail("15 bounds", "an alarm begins twice: " + record.reason);
      return;
    }
    if (record.reason == pair.ends) {
      if (alarms_.erase(key) == 0) fail("15 bounds", "an alarm ends that has not begun: " + record.reason);
      return;
    }
  }
}

void Checker::step() {
  Engine* engine = world_.engine();
  if (engine == nullptr || world_.scheduler.is_frozen() || !world_.scheduler.is_alive()) return;
  bool waits = false;
  for (const auto& lane : engine->lanes()) {
    if (!lane) continue;
    check_head(*lane);
    check_question(*lane);
    waits = waits || !of(*lane).waiting.empty() || of(*lane).direction.asked;
    if (!lane->gate()) continue;
    check_fire(*lane->gate());
    check_open_without_cause(*lane->gate());
    check_lost(*lane->gate());
    const GateWatch& watch = lane->gate()->watch;
    waits = waits || watch.shut_in_fire || watch.open_without_cause;
  }
  // A bound is over at its time, whether anything happens then or not.
  if (waits && !std::exchange(looks_again_, true)) world_.scheduler.in_world(1s, [this] { looks_again_ = false; });
}

void Checker::quiet() {
  const auto life = world_.scheduler.life();
  std::vector<int> attempts(scans_.size() + 1);
  for (const Record& record : world_.journal.durable()) {
    if (record.reason == "kept_after_all") corrected_.insert(record.about);
    if (const ScanState* scan = scan_of(record)) ++attempts[scan->number];
  }
  for (const Record& record : world_.journal.durable()) {
    const ScanState* scan = scan_of(record);
    if (scan == nullptr || scan->life != life || !scan->answered) continue;
    if (record.outcome != scan->outcome && !corrected_.contains(record.id.sequence))
      fail("6 record = answer", "Record " + std::to_string(record.id.sequence) + " says " +
                                    std::string(to_word(record.outcome)) + ", the answer to scan " +
                                    std::to_string(scan->number) + " was " + scan->reason);
  }
  for (const ScanState& scan : scans_) {
    if (scan.life != life) continue;
    const bool is_said = scan.replaced || (scan.card == Card::direction && plan_of(scan).ask > 0s);
    if (scan.accepted && !scan.answered && !is_said)
      fail("5 one answer", "scan " + std::to_string(scan.number) + " has none");
    if (attempts[scan.number] > 1) fail("19 counts", "two Records of scan " + std::to_string(scan.number));
    if (scan.answered && !scan.repeated && attempts[scan.number] == 0 && !scan.commit_failed)
      fail("19 counts", "no Record of scan " + std::to_string(scan.number) + ", answered " + scan.reason);
    const LanePlan& plan = plan_of(scan);
    const bool is_told = scan.answers == 0 || this->scan(scan.answers).accepted;
    const int ready = scan.asked && scan.unsaid ? 2 : 1;
    if (!scan.pressed && plan.output && scan.accepted && is_told &&
        (scan.told != (scan.silent ? 0 : ready) || scan.ready != ready))
      fail("5 one answer", "the scanner of scan " + std::to_string(scan.number) + " was told " +
                               std::to_string(scan.told) + " answers and " + std::to_string(scan.ready) +
                               " times ready");
    if (scan.opened && scan.opened_by != 0 && plan.sensor && scan.ends != 1)
      fail("19 counts", "the opening for scan " + std::to_string(scan.number) + " has no end");
  }
}

}  // namespace gatepost::simulation

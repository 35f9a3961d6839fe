// What must hold of a gate and its board.
#include <algorithm>

#include "checker.hpp"
#include "wire.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using core::Gate;

void Checker::fitted(GateUnit& gate) { gate.watch.rest_needed = world_.scheduler.now(); }

void Checker::before(GateUnit& gate, const Gate::Event& event) {
  GateWatch& watch = gate.watch;
  if (std::holds_alternative<Gate::FireOn>(event)) {
    if (!std::exchange(watch.fire, true)) watch.holds.reset();
  }
  if (std::holds_alternative<Gate::FireOff>(event)) {
    watch.fire = false;
    watch.fire_off = world_.scheduler.now();
  }
  if (std::holds_alternative<Gate::Stop>(event)) watch.stopping = true;
  if (const auto* rested = std::get_if<Gate::Rested>(&event)) {
    gate.call(rested->call).back = true;
    watch.rested_now = rested->result.has_value() && !gate.call(rested->call).abandoned;
  }
  if (const auto* back = std::get_if<Gate::Opened>(&event)) gate.call(back->call).back = true;
  if (const auto* held = std::get_if<Gate::HeldOpen>(&event)) gate.call(held->call).back = true;
  if (const auto* passed = std::get_if<Gate::Passed>(&event)) gate.call(passed->call).back = true;
  if (const auto* looked = std::get_if<Gate::Looked>(&event)) gate.call(looked->call).back = true;
  if (const auto* opened = std::get_if<Gate::Opened>(&event); opened != nullptr && opened->result) {
    const auto& call = gate.call(opened->call);
    if (!call.abandoned && call.scan != 0) {
      scan(call.scan).opened = true;
      scan(call.scan).opened_by = call.record.sequence;
    }
  }
  if (const auto* release = std::get_if<Gate::Release>(&event)) {
    auto& tickets = lanes_[static_cast<std::size_t>(gate.lane())].tickets;
    if (const auto found = tickets.find(release->ticket); found != tickets.end()) watch.tickets.insert(*found);
  }
}

std::uint64_t Checker::opening_of(const GateUnit& gate) const {
  return gate.watch.tickets.empty() ? 0 : gate.watch.tickets.rbegin()->second;
}

void Checker::need_rest(GateUnit& gate, Duration from) {
  auto& needed = gate.watch.rest_needed;
  needed = needed ? std::max(*needed, from) : from;
}

void Checker::emitted(GateUnit& gate, const Gate::Effect& effect) {
  GateWatch& watch = gate.watch;
  // Who asks it still is answered.
  if (watch.stopped && !std::holds_alternative<Gate::Released>(effect))
    fail("16 machine", "a gate does something after it has stopped");
  if (std::holds_alternative<Gate::CallRest>(effect)) {
    if (watch.fire && !watch.stopping) fail("11 fire", "a rest is begun while an alarm lasts");
  } else if (const auto* open = std::get_if<Gate::CallOpen>(&effect)) {
    check_opening(gate, *open);
  } else if (std::holds_alternative<Gate::CallHoldOpen>(effect)) {
    if (!watch.fire) fail("1 cause", "a gate is held open without an alarm");
    need_rest(gate, world_.scheduler.now());
  } else if (const auto* released = std::get_if<Gate::Released>(&effect)) {
    const auto ticket = watch.tickets.find(released->ticket);
    if (ticket == watch.tickets.end()) fail("16 machine", "a release is answered twice");
    ScanState& asks = scan(ticket->second);
    watch.tickets.erase(ticket);
    const Wire* wire = world_.wire(gate.lane(), gate.board_number());
    const bool stands_open = world_.board(gate.lane(), gate.board_number()).is_on() || board_was_ill(gate.lane()) ||
                             (wire != nullptr && wire->opens_soon());
    asks.stood_open = released->at && stands_open;
    if (released->at && !asks.opened && !stands_open)
      fail("5 one answer", "a gate says that it opened for scan " + std::to_string(asks.number) + ", and did not");
  } else if (const auto* post = std::get_if<Gate::Post>(&effect)) {
    const std::string& reason = post->record.reason;
    if (reason == "free" || reason == "unauthorized" || reason == "unauthorized_passage") ++watch.passages_told;
    posted(gate.serial, post->record, &gate);
  } else if (const auto* stopped = std::get_if<Gate::Stopped>(&effect)) {
    watch.stopped = true;
    if (stopped->rested && !watch.rested_now) fail("12 rest", "a gate says that it is at rest, and was not told");
    if (!watch.tickets.empty()) fail("5 one answer", "a gate stops and leaves a release unanswered");
  }
}

// A command is a matter of time, of a durable Record, and of one gate that is known to be shut.
void Checker::check_opening(GateUnit& gate, const Gate::CallOpen& call) {
  GateWatch& watch = gate.watch;
  if (watch.tickets.empty()) fail("1 cause", "an opening that nobody has asked for");
  const std::uint64_t number = opening_of(gate);
  const ScanState& asks = scan(number);
  const BootTime now = world_.scheduler.clocks().boot;
  if (now > asks.seen + asks.longest || call.deadline > asks.seen + asks.longest)
    fail("2 deadline",
         "an opening is begun, or may be, later than the lane's bound after scan " + std::to_string(number));
  const LaneUnit* lane = world_.engine()->lane(gate.lane());
  if (now >= call.deadline) fail("2 deadline", "an opening is begun after its own deadline");
  check_cause(gate.lane(), call.record, number, lane == nullptr || lane->machine().settings().fail_open);
  if (call.record.sequence != 0 && !opened_records_.insert(call.record.sequence).second)
    fail("1 cause", "a second opening by Record " + std::to_string(call.record.sequence));
  if (watch.fire) fail("4 one at a time", "an opening is begun while an alarm lasts");
  if (watch.stopping) fail("4 one at a time", "an opening is begun after the gate was told to stop");
  if (gate.waits_for(GateUnit::Kind::passage) != nullptr)
    fail("4 one at a time", "an opening is begun while somebody is in the gate");
  if (watch.rest_needed) fail("4 one at a time", "an opening is begun at a gate that is not known to be shut");
  if (gate.has_abandoned()) fail("4 one at a time", "an opening is begun while a call hangs");
}

void Checker::check_cause(int lane, const RecordId& id, std::uint64_t number, bool fail_open) {
  if (id.sequence == 0) {
    if (!fail_open) fail("1 cause", "lane " + std::to_string(lane) + " releases without a Record");
    return;
  }
  const Record* record = durable(id.sequence);
  if (record == nullptr) fail("1 cause", "a release before its Record is durable");
  if (record->outcome != gatepost::Outcome::grant) fail("1 cause", "a release by a Record that says deny");
  if (scan_of(*record) != &scan(number)) fail("1 cause", "a release by the Record of another scan");
}

void Checker::written(GateUnit& gate, const GateUnit::Call& call) {
  if (call.scan == 0) return;
  const ScanState& asks = scan(call.scan);
  if (world_.scheduler.clocks().boot > asks.seen + asks.longest)
    fail("2 deadline", "a command leaves for its board too late, scan " + std::to_string(asks.number));
  static_cast<void>(gate);
}

void Checker::arrived(GateUnit& gate, const GateUnit::Call& call) {
  ++openings_;
  if (call.record.sequence == 0) return;
  const Record* record = durable(call.record.sequence);
  if (record == nullptr || record->outcome != gatepost::Outcome::grant)
    fail("1 cause", "gate " + std::to_string(gate.lane()) + " opens without a durable grant");
}

void Checker::arrived_hold(GateUnit&) {}

// Each passage that nobody was let through for is a Record, and one that was not free an alarm.
void Checker::check_told_of(GateUnit& gate, const Gate::Looked& looked) {
  const int told = std::exchange(gate.watch.passages_told, 0);
  if (!looked.found || gate.watch.fire || gate.watch.stopped) return;
  for (const auto& passed : looked.found->passed)
    if (told != (passed.is_free ? 1 : 2)) fail("9 noticed", "somebody passed without a grant, and nobody is told");
}

void Checker::abandoned(GateUnit& gate, const GateUnit::Call& call) {
  const Duration settle = call.kind == GateUnit::Kind::open ? gate.settings().settle : Duration{};
  need_rest(gate, world_.scheduler.now() + settle);
  gate.watch.rested_now = false;
  if (call.kind == GateUnit::Kind::open && call.scan != 0) scan(call.scan).opened = false;  // it is back, and too late
}

void Checker::drained(GateUnit& gate, const Gate::Event& event) {
  GateWatch& watch = gate.watch;
  const Duration now = world_.scheduler.now();
  if (const auto* rested = std::get_if<Gate::Rested>(&event)) {
    const auto call = gate.take(rested->call);
    if (call.abandoned) return;
    if (!rested->result) return need_rest(gate, now);
    if (!watch.rest_needed || call.begun < *watch.rest_needed) return;
    watch.rest_needed.reset();
    if (Wire* wire = world_.wire(gate.lane(), gate.board_number())) wire->settled(gate.serial);
  } else if (const auto* opened = std::get_if<Gate::Opened>(&event)) {
    const auto call = gate.take(opened->call);
    if (!opened->result || call.abandoned) return need_rest(gate, now + gate.settings().settle);
    if (watch.fire || watch.stopping) need_rest(gate, now);
  } else if (const auto* held = std::get_if<Gate::HeldOpen>(&event)) {
    static_cast<void>(gate.take(held->call));
    if (!watch.fire) need_rest(gate, now);
  } else if (const auto* passed = std::get_if<Gate::Passed>(&event)) {
    const auto call = gate.take(passed->call);
    if (!passed->passage || call.abandoned || call.cancelled) need_rest(gate, now);
  } else if (const auto* looked = std::get_if<Gate::Looked>(&event)) {
    const auto call = gate.take(looked->call);
    if (!call.abandoned && (!looked->found || looked->found->moved)) need_rest(gate, now);
    check_told_of(gate, *looked);
  }
}

void Checker::idle(GateUnit& gate) {
  const bool waits =
      gate.waits_for(GateUnit::Kind::rest) != nullptr || gate.waits_for(GateUnit::Kind::open) != nullptr ||
      gate.waits_for(GateUnit::Kind::hold) != nullptr || gate.waits_for(GateUnit::Kind::passage) != nullptr ||
      gate.waits_for(GateUnit::Kind::look) != nullptr;
  if (waits && !gate.machine().due()) fail("16 machine", "a gate waits for a call without end");
}

// What a board that lies or restarts has done, or an old command to it, is known when it is asked again.
bool Checker::board_was_ill(int lane) const {
  const bool is_wired = world_.plan.lanes[static_cast<std::size_t>(lane)].wire != WireKind::none;
  return std::ranges::any_of(world_.plan.faults, [&](const Fault& fault) {
    return fault.lane == lane && (fault.kind == FaultKind::board_deaf || fault.kind == FaultKind::board_reboots ||
                                  fault.kind == FaultKind::board_stays_on || fault.kind == FaultKind::board_lost ||
                                  fault.kind == FaultKind::board_hangs || fault.kind == FaultKind::board_slow ||
                                  fault.kind == FaultKind::board_freezes || fault.kind == FaultKind::board_switched ||
                                  (fault.kind == FaultKind::board_refuses && is_wired));  // it is without power
  });
}

bool Checker::board_is_well(const GateUnit& gate) const {
  constexpr std::array kinds{FaultKind::board_lost,    FaultKind::board_mute,     FaultKind::board_deaf,
                             FaultKind::board_slow,    FaultKind::board_hangs,    FaultKind::board_refuses,
                             FaultKind::passage_hangs, FaultKind::board_stays_on, FaultKind::passage_fails,
                             FaultKind::guard_freezes};
  const Wire* wire = world_.wire(gate.lane(), gate.board_number());
  if (wire != nullptr && (wire->serves_nobody() || wire->board().thawed_at() > world_.scheduler.clocks().boot))
    return false;
  return std::ranges::none_of(kinds, [&](FaultKind kind) { return world_.faults.active(kind, gate.lane()); });
}

// An alarm opens each gate within its bound, or it is told that it does not; and so it stays.
void Checker::check_fire(GateUnit& gate) {
  GateWatch& watch = gate.watch;
  const bool open = world_.board(gate.lane(), gate.board_number()).is_on();
  const bool told = watch.holds == std::optional<bool>(false);
  const bool pretends = world_.faults.active(FaultKind::board_deaf, gate.lane()) != nullptr;
  if (!world_.fire() || open || told || watch.stopping || pretends) {
    watch.shut_in_fire.reset();
    return;
  }
  const Duration now = world_.scheduler.running();
  if (!watch.shut_in_fire) watch.shut_in_fire = now;
  if (now - *watch.shut_in_fire > core::longest_to_hold_open(gate.settings()) + 1s)
    fail("11 fire", "gate " + std::to_string(gate.lane()) + " is shut in an alarm, and nobody is told");
}

// A board that answers is not out of rest for longer than the time that the gate may take for it.
void Checker::check_open_without_cause(GateUnit& gate) {
  GateWatch& watch = gate.watch;
  const bool open = world_.board(gate.lane(), gate.board_number()).is_on();
  const bool has_cause = world_.fire() || gate.waits_for(GateUnit::Kind::open) != nullptr ||
                         gate.waits_for(GateUnit::Kind::passage) != nullptr ||
                         gate.waits_for(GateUnit::Kind::hold) != nullptr;
  if (!open || has_cause || !board_is_well(gate) || gate.has_abandoned()) {
    watch.open_without_cause.reset();
    return;
  }
  const Duration now = world_.scheduler.running();
  if (!watch.open_without_cause) watch.open_without_cause = now;
  if (now - *watch.open_without_cause > gate.settings().look_every + core::longest_to_rest(gate.settings()) + 1s)
    fail("12 rest", "gate " + std::to_string(gate.lane()) + " stays open without a cause");
}

// A board that takes nothing is told of before somebody comes, whatever its gate does then.
void Checker::check_lost(GateUnit& gate) {
  GateWatch& watch = gate.watch;
  const core::GateSettings& settings = gate.settings();
  const bool moves = gate.waits_for(GateUnit::Kind::open) != nullptr ||
                     gate.waits_for(GateUnit::Kind::passage) != nullptr ||
                     gate.waits_for(GateUnit::Kind::hold) != nullptr || gate.has_abandoned();
  if (settings.look_every == 0s || world_.faults.active(FaultKind::board_refuses, gate.lane()) == nullptr || moves ||
      watch.down || world_.fire() || watch.stopping) {
    watch.lost.reset();
    return;
  }
  const Duration now = world_.scheduler.running();
  if (!watch.lost) watch.lost = now;
  if (now - *watch.lost > settings.look_every + 2 * settings.call_patience + settings.longest_pause + 1s)
    fail("22 lost", "the board of gate " + std::to_string(gate.lane()) + " is lost, and nobody is told");
}

}  // namespace gatepost::simulation

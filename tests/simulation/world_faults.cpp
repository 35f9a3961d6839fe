// What becomes of a world when a fault of its plan begins, and when it ends.
#include <algorithm>
#include <chrono>

#include "engine.hpp"
#include "wire.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

void World::schedule_faults() {
  for (const Fault& fault : plan.faults)
    if (fault.effect == 0) scheduler.in_world(fault.at, [this, fault] { begin(fault); });
}

void World::begin(const Fault& fault) {
  if (healed_) return;
  note("fault", fault.lane, to_word(fault.kind), static_cast<std::uint64_t>(fault.length.count()), "begins");
  switch (fault.kind) {
    case FaultKind::freeze:
    case FaultKind::sleep:
    case FaultKind::kill:
    case FaultKind::stop:
    case FaultKind::reload:
    case FaultKind::swap:
    case FaultKind::lane_gone:
    case FaultKind::look:
    case FaultKind::power_cut:
    case FaultKind::put_back:
      faults.count(fault.kind);
      return begin_in_engine(fault);
    case FaultKind::copy:
      faults.count(fault.kind);
      return journal.take_copy();
    case FaultKind::network_changes:
    case FaultKind::letters_resent:
    case FaultKind::output_forgets:
      faults.count(fault.kind);
      return begin_in_output(fault);
    case FaultKind::wall_leap:
      faults.count(fault.kind);
      return scheduler.leap(fault.value == 1 ? -fault.length : fault.length);
    case FaultKind::guard_killed:
      faults.count(fault.kind);
      return tell_wires(fault, true);
    case FaultKind::board_switched:
      faults.count(fault.kind);
      tell_wires(fault, true);
      board(fault.lane, 0).switch_on();
      return board(fault.lane, 1).switch_on();
    case FaultKind::board_reboots:
      faults.count(fault.kind);
      tell_wires(fault, true);
      board(fault.lane, 0).off();
      return board(fault.lane, 1).off();
    default:
      break;
  }
  Fault lasting = fault;
  if (is_of_site(fault.kind)) lasting.lane = 0;
  faults.begin(lasting);
  lasting_.push_back(lasting);
  tell_wires(lasting, true);
  if (fault.kind == FaultKind::wall_unset) scheduler.set_wall_known(false);
  if (fault.kind == FaultKind::fire && ++fires_ == 1 && engine_)
    scheduler.in_process(1ms, 2, [this] {
      if (engine_) engine_->set_fire(true);
    });
  scheduler.in_world(fault.length, [this, lasting] { end(lasting); });
}

void World::tell_wires(const Fault& fault, bool begins) {
  if (!is_of_board(fault.kind)) return;
  for (int index = 0; index < 2; ++index) {
    Wire* board_wire = wire(fault.lane, index);
    if (board_wire == nullptr) continue;
    if (begins)
      board_wire->begins(fault);
    else
      board_wire->ends();
  }
}

void World::begin_in_engine(const Fault& fault) {
  if (!engine_ || !scheduler.is_alive() || scheduler.is_asleep()) return;
  if (fault.kind == FaultKind::freeze) return scheduler.freeze(fault.length, false);
  if (fault.kind == FaultKind::sleep) {
    scheduler.freeze(fault.length, true);
    return scheduler.in_process(fault.length + 1us, 4, [this] {
      if (engine_) engine_->wake();
    });
  }
  const auto again = [this, length = fault.length] {
    kill_engine();
    start_again(length);
  };
  const auto cut = [this, length = fault.length] {
    if (!scheduler.is_alive()) return;
    kill_engine(true);
    start_again(length);
  };
  if (fault.kind == FaultKind::put_back) return put_back(fault.length);
  if (fault.kind == FaultKind::power_cut) {
    if (fault.value == 1 || !journal.cut_soon(cut)) cut();
    return;
  }
  if (fault.kind == FaultKind::kill) return again();
  scheduler.in_process(10us, 3, [this, fault, again] {
    if (!engine_) return;
    if (fault.kind == FaultKind::stop) engine_->stop(fault.value == 1, again);
    if (fault.kind == FaultKind::reload)
      engine_->reload(fault.value == 1 ? Engine::Change::at_once : Engine::Change::settings, fault.lane, {});
    if (fault.kind == FaultKind::swap) engine_->reload(Engine::Change::actuator, fault.lane, {});
    if (fault.kind == FaultKind::lane_gone) engine_->reload(Engine::Change::gone, fault.lane, fault.length);
    if (fault.kind == FaultKind::look) engine_->look(fault.lane);
  });
}

// The receivers are elsewhere, and keep what they have.
void World::put_back(Duration after) {
  kill_engine();
  if (journal.put_back()) {
    outputs.put_back();
    put_back_in_ = scheduler.life();
  }
  start_again(after);
}

void World::begin_in_output(const Fault& fault) {
  if (fault.kind == FaultKind::output_forgets) {
    if (plan.outputs[static_cast<std::size_t>(fault.lane)].on_their_way > 0 && carrier(fault.lane).forget())
      core::reached("a carrier forgot what was on its way");
    Receiver& place = receiver(fault.lane);
    const std::size_t last = static_cast<std::size_t>(fault.length.count() / 1'000'000 % 20);
    return place.forget(fault.value == 1 ? place.size() : last);
  }
  if (!engine_ || !scheduler.is_alive() || scheduler.is_asleep()) return;
  scheduler.in_process(10us, 3, [this, fault] {
    if (!engine_ || engine_->is_stopping()) return;
    if (fault.kind == FaultKind::network_changes) return engine_->kick_outputs();
    outputs.resent(fault.lane);
    journal.resend(output_name(fault.lane));
  });
}

void World::end(const Fault& fault) {
  const auto found = std::ranges::find_if(lasting_, [&](const Fault& one) {
    return one.kind == fault.kind && one.lane == fault.lane && one.at == fault.at && one.length == fault.length;
  });
  if (found == lasting_.end()) return;
  lasting_.erase(found);
  note("fault", fault.lane, to_word(fault.kind), 0, "ends");
  faults.end(fault);
  tell_wires(fault, false);
  if (fault.kind == FaultKind::wall_unset && faults.active(fault.kind) == nullptr) scheduler.set_wall_known(true);
  if (fault.kind == FaultKind::board_deaf || fault.kind == FaultKind::board_stays_on)
    for (int index = 0; index < 2; ++index) board(fault.lane, index).heal();
  if (fault.kind == FaultKind::fire && --fires_ == 0 && engine_)
    scheduler.in_process(1ms, 2, [this] {
      if (engine_) engine_->set_fire(false);
    });
}

}  // namespace gatepost::simulation

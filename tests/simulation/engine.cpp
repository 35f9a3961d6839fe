#include "engine.hpp"

#include <algorithm>
#include <chrono>

#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

Engine::Engine(World& world) : world_(world) {
  world_.checker.new_life();
  for (std::size_t i = 0; i < world.plan.lanes.size(); ++i) {
    lanes_.push_back(std::make_unique<LaneUnit>(world, static_cast<int>(i), 0));
    gates_.push_back(lanes_.back()->gate());
  }
  world_.outputs.new_life();
  for (std::size_t i = 0; i < world.plan.outputs.size(); ++i)
    outputs_.push_back(std::make_unique<OutputUnit>(world, static_cast<int>(i)));
}

void Engine::start() {
  for (const auto& output : outputs_) output->start();
  for (const auto& lane : lanes_) lane->start();
}

void Engine::set_fire(bool on) {
  for (const auto& lane : lanes_) {
    if (!lane || !lane->gate()) continue;
    if (on)
      lane->gate()->post(core::Gate::FireOn{});
    else
      lane->gate()->post(core::Gate::FireOff{});
  }
}

void Engine::journal_changed() {
  for (const auto& output : outputs_) output->journal_changed();
}

void Engine::kick_outputs() {
  for (const auto& output : outputs_) output->post(core::Output::Kick{});
}

void Engine::wake() {
  for (const auto& lane : lanes_)
    if (lane) lane->post(core::Lane::Tick{});
}

void Engine::look(int number) {
  if (LaneUnit* unit = lane(number); unit != nullptr && unit->gate()) unit->gate()->post(core::Gate::Look{});
}

// Looked at again and again; the shell waits on a condition instead.
void Engine::when(std::function<bool()> holds, Duration patience, std::function<void(bool)> then) {
  if (holds()) return then(true);
  if (patience <= 0s) return then(false);
  const Duration pause = patience > 1min ? 200ms : 5ms;
  world_.scheduler.in_process(
      pause, 0,
      [this, holds = std::move(holds), left = patience - pause, then = std::move(then)] { when(holds, left, then); });
}

void Engine::stop(bool finish, std::function<void()> done) {
  if (std::exchange(stopping_, true)) return;
  for (const auto& lane : lanes_)
    if (lane) lane->post(core::Lane::Stop{finish});
  if (!finish)  // all at once
    for (const auto& lane : lanes_)
      if (lane && lane->gate()) lane->gate()->post(core::Gate::Stop{});
  const auto lanes_stopped = [this] {
    return std::ranges::all_of(
        lanes_, [](const auto& lane) { return !lane || (!lane->is_running() && lane->machine().is_stopped()); });
  };
  when(lanes_stopped, 5s, [this, done = std::move(done)](bool) {
    for (const auto& lane : lanes_)
      if (lane && lane->gate() && !lane->gate()->watch.stopping) lane->gate()->post(core::Gate::Stop{});
    const auto gates_stopped = [this] {
      return std::ranges::all_of(lanes_, [](const auto& lane) {
        return !lane || !lane->gate() || (!lane->gate()->is_running() && lane->gate()->machine().is_stopped());
      });
    };
    when(gates_stopped, 10s, [this, done](bool) {
      for (const auto& output : outputs_) output->post(core::Output::Stop{});
      const auto outputs_stopped = [this] {
        return std::ranges::all_of(
            outputs_, [](const auto& output) { return !output->is_running() && output->machine().is_stopped(); });
      };
      when(outputs_stopped, 3s, [done](bool) { done(); });
    });
  });
}

void Engine::reload(Change change, int number, Duration length) {
  if (stopping_ || reloading_ || lane(number) == nullptr) return;
  LaneUnit& unit = *lane(number);
  if (change == Change::at_once) return unit.post(core::Lane::Configure{unit.draw_settings()});
  reloading_ = true;
  unit.post(core::Lane::Pause{});
  const auto paused = [&unit] { return !unit.is_running() && unit.machine().is_idle(); };
  when(paused, 2s, [this, &unit, change, length](bool is_idle) {
    if (!is_idle) {  // a scan is under way and does not end
      unit.post(core::Lane::Resume{});
      reloading_ = false;
      return;
    }
    if (change == Change::gone) return remove(unit.number(), length);
    if (change == Change::actuator) return exchange_gate(unit);
    unit.post(core::Lane::Configure{unit.draw_settings()});
    unit.post(core::Lane::Resume{});
    reloading_ = false;
  });
}

void Engine::exchange_gate(LaneUnit& unit) {
  const auto old = unit.gate();
  old->post(core::Gate::Stop{});
  const auto stopped = [old] { return !old->is_running() && old->machine().is_stopped(); };
  when(stopped, 24h, [this, old, &unit](bool) {
    old->close();
    unit.drop_gate();
    unit.post(core::Lane::GateIs{core::GateState::unknown});
    unit.fit_gate(1 - old->board_number());
    add(unit.gate());
    unit.post(core::Lane::Configure{unit.draw_settings()});
    unit.start();
    unit.post(core::Lane::Resume{});
    reloading_ = false;
  });
}

void Engine::remove(int number, Duration length) {
  LaneUnit& unit = *lane(number);
  unit.post(core::Lane::Stop{});
  unit.gate()->post(core::Gate::Stop{});
  const auto stopped = [&unit] {
    return !unit.is_running() && unit.machine().is_stopped() && !unit.gate()->is_running() &&
           unit.gate()->machine().is_stopped();
  };
  const int board = unit.gate()->board_number();
  when(stopped, 24h, [this, &unit, number, board, length](bool) {
    unit.gate()->close();
    gone_.push_back(std::move(lanes_[static_cast<std::size_t>(number)]));
    world_.scheduler.in_process(length, 0, [this, number, board] {
      reloading_ = false;
      if (stopping_) return;
      world_.checker.removed(number);
      auto& unit_again = lanes_[static_cast<std::size_t>(number)];
      unit_again = std::make_unique<LaneUnit>(world_, number, board);
      add(unit_again->gate());
      unit_again->start();
    });
  });
}

bool Engine::is_idle() const {
  if (stopping_ || reloading_) return false;
  if (!std::ranges::all_of(outputs_, &OutputUnit::is_idle,
                           [](const auto& output) -> const OutputUnit& { return *output; }))
    return false;
  return std::ranges::all_of(lanes_, [](const auto& lane) {
    if (!lane || !lane->gate()) return false;
    return !lane->is_running() && lane->machine().is_idle() && lane->machine().waiting() == 0 && !lane->asks() &&
           !lane->gate()->is_running() && lane->gate()->machine().state() == core::GateState::at_rest &&
           !lane->gate()->has_calls();
  });
}

}  // namespace gatepost::simulation

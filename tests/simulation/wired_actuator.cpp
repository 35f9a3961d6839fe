#include "wired_actuator.hpp"

#include <chrono>

#include "guard_process.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

WiredActuator::WiredActuator(World& world, GateUnit& gate, Wire& wire)
    : world_(world),
      gate_(gate),
      wire_(wire),
      lane_(gate.lane()),
      threads_(wire.time(), world.random("thread", lane_), false) {
  const LanePlan& plan = world.plan.lanes.at(static_cast<std::size_t>(lane_));
  // A rest is a command and a look; an engine that is started looks again when what another left has settled.
  const hal::RelayShape shape = wire.shape();
  const core::GateSettings& settings = gate.settings();
  if (2 * shape.failing > settings.call_patience || shape.settle > settings.call_patience + settings.settle)
    throw Violation{"15 bounds", "a board may take longer than its gate waits for it"};
  board_ = std::make_unique<turnstile::GateBoard>(
      turnstile::GateBoard::Manner{.channels = {1},
                                   .pulses = plan.board == Board::pulse,
                                   .pulse = plan.pulse,
                                   .ends_pulses = plan.board == Board::pulse,
                                   .is_guard = plan.board == Board::guarded,
                                   .where = gate.settings().device},
      [this] { return open(); }, wire.time());
  threads_.set({.connects = [this] { wire_.may_keep(threads_, false); },
                .reads = [this] { wire_.may_keep(threads_, true); },
                .writes = [this](std::string_view bytes) { wire_.leaves(bytes, cause_); }});
}

WiredActuator::~WiredActuator() { static_cast<void>(threads_.die()); }

Result<std::unique_ptr<hal::Relay>> WiredActuator::open() {
  const LanePlan& plan = world_.plan.lanes.at(static_cast<std::size_t>(lane_));
  if (plan.board != Board::guarded) return wire_.driver(threads_);
  guard_ = &wire_.start_guard();
  auto line = std::make_unique<GuardLine>(*guard_, threads_, wire_.time(), [this] { return cause_; });
  return hal::guard::take_board(
      std::move(line), {.verb = hal::guard::Verb::take, .length = plan.pulse, .channels = {1}, .address = "wire"},
      "board", wire_.shape());
}

void WiredActuator::run(const GateUnit::Call& call, Work work) {
  threads_.run([this, self = gate_.shared_from_this(), call, work = std::move(work)] {
    if (!threads_.lock()) return;
    cause_ = std::make_shared<Wire::Cause>(Wire::Cause{.gate = self, .call = call});
    if (!board_) return threads_.unlock();  // it was given up before this came to it
    const Answer answer = work(*board_);
    cause_.reset();
    threads_.unlock();
    if (!threads_.is_gone()) answer();
  });
}

void WiredActuator::die(bool with_its_machine) {
  if (threads_.die()) world_.hooks.reached("a driver's ghost was unwound");
  wire_.client_died(threads_, with_its_machine);
  if (with_its_machine)
    wire_.kill_guards();
  else if (guard_ != nullptr)
    guard_->engine_is_gone();
  board_.reset();
  cause_.reset();  // it holds the gate
}

// A guard is told to leave, and that takes its time.
void WiredActuator::close() {
  threads_.run([this, self = gate_.shared_from_this()] {
    if (!threads_.lock()) return;
    board_.reset();
    threads_.unlock();
  });
}

}  // namespace gatepost::simulation

#include "wire.hpp"

#include <algorithm>
#include <chrono>

#include "guard_process.hpp"
#include "lcus_driver.hpp"
#include "modbus/board.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

namespace {

constexpr int channels = 1;
constexpr std::size_t tcp_header = 6;

}  // namespace

Wire::Wire(World& world, int lane, int index)
    : world_(world),
      lane_(lane),
      plan_(world.plan.lanes.at(static_cast<std::size_t>(lane))),
      time_(world.scheduler),
      board_(time_, channels) {
  Stream random(world.plan.seed, "wire", static_cast<std::uint64_t>(lane * 2 + index));
  if (is_tcp())
    network_.emplace(time_, board_,
                     TcpNetwork::Rules{.latency = Duration(random.spread(100'000, 3'000'000)),
                                       .most_clients = static_cast<std::size_t>(plan_.clients),
                                       .board_forgets_after = plan_.forgets > 0s ? plan_.forgets : Duration(2min),
                                       .reset_is_close = world.options.mutant == core::Mutant::reset_is_close,
                                       .tell = [this](std::string_view what) { world_.hooks.reached(what); }});
  else if (plan_.wire == WireKind::rtu)
    slave_.emplace(time_, board_);
  else
    lcus_.emplace(time_, board_);
  board_.behave([this] { return behaviour(); });
  board_.watch([this](const RelayBoard::Switched& what) { moved(what); });
}

Wire::~Wire() = default;

hal::modbus::BoardSetup Wire::setup() const {
  using hal::modbus::Framing;
  return {.where = "board " + std::to_string(lane_),
          .framing = is_tcp() ? Framing::tcp : Framing::rtu,
          .channels = channels,
          .timeout = plan_.timeout,
          .pause = is_tcp() ? Duration::zero() : Duration(4ms),
          .waveshare = plan_.board == Board::pulse};
}

std::unique_ptr<hal::Relay> Wire::driver(Waiting& who) {
  if (lcus_) return hal::lcus_driver(lcus_->wire().stream(who), channels);
  return hal::modbus::make_board(setup(), is_tcp() ? network_->stream(who) : slave_->wire().stream(who));
}

hal::RelayShape Wire::shape() const {
  if (lcus_) return hal::lcus_shape_of(channels);
  return hal::modbus::shape_of(setup(), is_tcp() ? TcpNetwork::longest_in_flight : Duration::zero());
}

GuardProcess& Wire::start_guard() {
  guards_.push_back(std::make_unique<GuardProcess>(world_, *this, lane_));
  return *guards_.back();
}

void Wire::kill_guards() {
  for (const auto& guard : guards_) guard->kill(true);
}

void Wire::may_keep(Waiting& who, bool reads) {
  Faults& faults = world_.faults;
  const auto keeps = [this, &faults] { return faults.active(FaultKind::board_hangs, lane_) != nullptr; };
  if (!keeps() || (!reads && world_.random("hang", lane_).one_in(2))) return;
  faults.noticed(FaultKind::board_hangs);
  // It may be kept by the next one before it has run.
  while (keeps() && !who.is_gone()) {
    const auto is_over = std::make_shared<bool>(false);
    faults.at_end(FaultKind::board_hangs, lane_, [&who, waits = std::weak_ptr(is_over)] {
      const auto waiting = waits.lock();
      if (!waiting) return;  // its process is dead
      *waiting = true;
      who.wake();
    });
    who.wait(BootTime::max(), [&is_over] { return *is_over; });
  }
}

// ---- Faults

const Fault* Wire::active(FaultKind kind) {
  const Fault* fault = world_.faults.active(kind, lane_);
  if (fault != nullptr) world_.faults.noticed(kind);
  return fault;
}

// Somebody's doing, at the one that has the board now.
void Wire::begins_at_guard(const Fault& fault) {
  if (guards_.empty() || guards_.back()->is_over()) return;
  world_.faults.noticed(fault.kind);
  if (fault.kind == FaultKind::guard_freezes) {
    world_.hooks.reached("a guard stood still");
    return guards_.back()->freeze();
  }
  world_.hooks.reached("a guard was killed");
  guards_.back()->kill(false);
}

void Wire::begins(const Fault& fault) {
  if (fault.kind == FaultKind::guard_killed || fault.kind == FaultKind::guard_freezes) return begins_at_guard(fault);
  if (fault.kind == FaultKind::board_switched) return board_.switch_by_hand(1);
  if (fault.kind == FaultKind::board_freezes && !lcus_)
    board_.freeze(std::max(fault.length, board_.thawed_at() - time_.boot()));
  if (fault.kind == FaultKind::board_reboots) {
    board_.reboot(300ms, false);
    if (network_) network_->board_rebooted();
  }
  // A segment that waits for a hardware address, or all are lost.
  if (fault.kind == FaultKind::board_lost && network_ && fault.value == 1)
    network_->holds_next(std::min<Duration>(fault.length, 3s));
  else if (fault.kind == FaultKind::board_lost && network_)
    network_->loses_all_for(24h * 365);
  ends();
}

void Wire::ends() {
  const Faults& faults = world_.faults;
  const auto lasts = [&](FaultKind kind) { return faults.active(kind, lane_) != nullptr; };
  if (network_ && !lasts(FaultKind::board_lost)) {
    network_->loses_all_for(0s);
    network_->holds_next(0s);
  }
  if (slave_) slave_->wire().cut(lasts(FaultKind::board_lost));
  if (lcus_) plug(!lasts(FaultKind::board_lost) && !lasts(FaultKind::board_refuses));
  if (!lasts(FaultKind::guard_freezes))
    for (const auto& guard : guards_) guard->thaw();
  board_.weld(1, lasts(FaultKind::board_stays_on));
  board_.deafen(lasts(FaultKind::board_deaf));
}

// It has its power from the line that it is plugged in by, and answers nothing: nobody is told that it did not hear.
void Wire::plug(bool plugged) {
  if (plugged) return lcus_->wire().plug();
  lcus_->wire().unplug();
  board_.reboot(0s, false);
}

void Wire::client_died(const Waiting& who, bool with_its_machine) {
  if (network_) network_->client_died(who, with_its_machine);
  if (slave_) slave_->wire().client_died(who, with_its_machine);
  if (lcus_) lcus_->wire().client_died(who, with_its_machine);
}

// On a line a board answers within the time that its driver waits such answers out for.
Behaviour Wire::behaviour() {
  Stream random = world_.random("board", lane_);
  Behaviour does{.acts_after = Duration(random.spread(100'000, 3'000'000))};
  static_cast<void>(active(FaultKind::board_deaf));
  static_cast<void>(active(FaultKind::board_freezes));
  // Of what it took meanwhile it does one sooner and another later.
  if (board_.thawed_at() > time_.boot()) does.acts_after = Duration(random.spread(100'000, plan_.timeout.count() / 2));
  if (active(FaultKind::board_refuses) && !lcus_) {
    does.says = Behaviour::refusal;
    does.exception = 6;
    does.acts = false;
  }
  if (active(FaultKind::board_mute)) does.says = Behaviour::nothing;
  if (const Fault* slow = active(FaultKind::board_slow))
    does.says_after = is_tcp() ? slow->length : std::min(slow->length, plan_.timeout);
  return does;
}

// ---- Causes

bool Wire::opens(std::string_view bytes) const {
  const auto at = [&](std::size_t place) { return static_cast<unsigned char>(bytes[place]); };
  if (plan_.wire == WireKind::lcus) return bytes.size() == 4 && at(2) == 1;
  const std::size_t body = is_tcp() ? tcp_header : 0;
  return bytes.size() >= body + 6 && at(body + 1) == 5 && (at(body + 2) >= 2 || at(body + 4) == 0xFF);
}

void Wire::leaves(std::string_view bytes, const std::shared_ptr<Cause>& cause) {
  if (!opens(bytes)) return;
  world_.hooks.reached("a command went over a wire");
  if (cause == nullptr) throw Violation{"1 cause", "a command that opens is sent, and nobody asked for it"};
  world_.note("board", lane_, "command leaves", cause->call.record.sequence);
  if (cause->call.kind == GateUnit::Kind::open) {
    world_.checker.written(*cause->gate, cause->call);
    if (cause->commands > 0) throw Violation{"1 cause", "a command that opens is sent twice for one release"};
  } else if (cause->call.kind != GateUnit::Kind::hold) {
    throw Violation{"1 cause", "a command that opens is sent, and nobody asked for it"};
  }
  ++cause->commands;
  under_way_.push_back({.cause = cause});
}

bool Wire::opens_soon() const {
  return std::ranges::any_of(under_way_, [](const Command& one) { return !one.over; });
}

void Wire::settled(std::uint64_t gate) {
  for (Command& command : under_way_)
    if (command.cause->gate->serial == gate) command.over = true;
}

void Wire::moved(const RelayBoard::Switched& what) {
  world_.note("board", lane_, what.on ? "on" : "off", 0, what.by_itself ? "by itself" : "");
  if (!what.on || what.by_itself) return;
  if (board_.thawed_at() > BootTime{} && time_.boot() - board_.thawed_at() < plan_.timeout / 2)
    world_.hooks.reached("a board opened by what it had taken while it was frozen");
  arrived();
}

// Of several the one that left last: so one that is over is taken only where nothing else can have been it.
void Wire::arrived() {
  const auto last = std::find_if(under_way_.rbegin(), under_way_.rend(), [](const auto& one) { return !one.over; });
  if (last == under_way_.rend())
    throw Violation{
        under_way_.empty() ? "1 cause" : "3 failed means dead",
        "board " + std::to_string(lane_) + " is switched on by a command that is over, or that nobody sent"};
  const std::shared_ptr<Cause> cause = last->cause;
  under_way_.erase(std::next(last).base());
  if (cause->call.kind == GateUnit::Kind::open) {
    world_.checker.arrived(*cause->gate, cause->call);
    world_.opened_for(cause->call.scan);
  } else {
    world_.checker.arrived_hold(*cause->gate);
  }
}

}  // namespace gatepost::simulation

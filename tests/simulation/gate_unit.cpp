// A gate of the engine: its machine, and an actuator that keeps the SDK's contract on a board that need not.
#include <algorithm>
#include <chrono>

#include "engine.hpp"
#include "wired_actuator.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using core::Gate;

namespace {

constexpr std::array event_words{"Release",  "FireOn", "FireOff", "Look",      "Rested", "Opened",
                                 "HeldOpen", "Passed", "Looked",  "Configure", "Tick",   "Stop"};
static_assert(event_words.size() == gate_events);
constexpr std::array effect_words{"CallRest", "CallOpen", "CallHoldOpen", "CallPassage", "CallLook",    "CancelPassage",
                                  "Abandon",  "Post",     "Released",     "StateIs",     "PassageOver", "Stopped"};
static_assert(effect_words.size() == std::variant_size_v<Gate::Effect>);

core::GateSettings settings_of(const LanePlan& plan, int lane) {
  core::GateSettings settings;
  settings.look_every = plan.look;
  settings.lane = "lane " + std::to_string(lane);
  settings.device = "gate " + std::to_string(lane);
  return settings;
}

Error trouble(const char* what) { return {what, "board", "look at its cable"}; }

}  // namespace

GateUnit::GateUnit(World& world, LaneUnit& lane, int board)
    : serial(world.next_serial()),
      world_(world),
      lane_(lane),
      lane_number_(lane.number()),
      board_(board),
      settings_(settings_of(world.plan.lanes.at(static_cast<std::size_t>(lane.number())), lane.number())),
      runner_(world.scheduler, world.moments, 11 + lane.number() * 10, Gate(settings_),
              {.before =
                   [this](const Gate::Event& event) {
                     const auto state = static_cast<std::size_t>(machine().state());
                     world_.note("gate", lane_number_, event_words.at(event.index()), state, "comes in");
                     state_before_ = state;
                     fire_before_ = machine().alarm();
                     ++world_.hooks.coverage.gate[machine().alarm() ? 1 : 0][state][event.index()];
                     world_.checker.before(*this, event);
                   },
               .handled =
                   [this](const Gate::Event& event) {
                     const auto now = static_cast<unsigned>(machine().state());
                     world_.hooks.coverage.gate_after[fire_before_ ? 1 : 0][state_before_][event.index()] |=
                         static_cast<std::uint8_t>(1U << now);
                   },
               .emitted = [this](Gate::Effect& effect) { emitted(effect); },
               .drained = [this](const Gate::Event& event) { world_.checker.drained(*this, event); },
               .perform = [this](Gate::Effect&& effect) { perform(std::move(effect)); },
               .idle = [this] { world_.checker.idle(*this); }}) {
  if (Wire* wire = world.wire(lane_number_, board)) wired_ = std::make_unique<WiredActuator>(world, *this, *wire);
}

GateUnit::~GateUnit() = default;

void GateUnit::start() { runner_.post(world_.fire() ? core::Gate::Event(core::Gate::FireOn{}) : core::Gate::Tick{}); }

void GateUnit::die(bool with_its_machine) {
  if (wired_) wired_->die(with_its_machine);
}

void GateUnit::close() {
  if (wired_) wired_->close();
}

const GateUnit::Call* GateUnit::waits_for(Kind kind) const {
  for (const auto& [id, call] : calls_)
    if (call.kind == kind && !call.abandoned && !call.back) return &call;
  return nullptr;
}

GateUnit::Call GateUnit::take(core::CallId id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) throw Violation{"16 machine", "an answer to no call"};
  return calls_.extract(found).mapped();
}

bool GateUnit::has_abandoned() const {
  return std::ranges::any_of(calls_, [](const auto& call) { return call.second.abandoned && !call.second.back; });
}

// What it has called is known from here on, so that what it calls is judged by what it knows.
void GateUnit::emitted(const Gate::Effect& effect) {
  world_.checker.emitted(*this, effect);
  const auto announce = [this](core::CallId id, Kind kind, Gate::Hand hand) {
    for (const auto& [other, call] : calls_)
      if (!call.abandoned && !call.back && call.hand == hand)
        throw Violation{"16 machine", "a hand is given two calls"};
    if (!calls_.emplace(id, Call{.kind = kind, .hand = hand, .begun = world_.scheduler.now()}).second)
      throw Violation{"16 machine", "a call's id is given twice"};
  };
  if (const auto* rest = std::get_if<Gate::CallRest>(&effect)) announce(rest->id, Kind::rest, Gate::Hand::board);
  if (const auto* open = std::get_if<Gate::CallOpen>(&effect)) announce(open->id, Kind::open, Gate::Hand::board);
  if (const auto* hold = std::get_if<Gate::CallHoldOpen>(&effect)) announce(hold->id, Kind::hold, hold->hand);
  if (const auto* look = std::get_if<Gate::CallLook>(&effect)) announce(look->id, Kind::look, Gate::Hand::board);
  if (const auto* passage = std::get_if<Gate::CallPassage>(&effect))
    announce(passage->id, Kind::passage, Gate::Hand::passage);
  if (const auto* abandon = std::get_if<Gate::Abandon>(&effect)) {
    const auto found = calls_.find(abandon->call);
    if (found == calls_.end() || found->second.abandoned)
      throw Violation{"16 machine", "a call is abandoned that is not under way"};
    found->second.abandoned = true;
    world_.checker.abandoned(*this, found->second);
  }
}

void GateUnit::perform(Gate::Effect&& effect) {
  world_.note("gate", lane_number_, effect_words.at(effect.index()));
  if (const auto* call_rest = std::get_if<Gate::CallRest>(&effect)) {
    begin(call_rest->id, {.kind = Kind::rest, .hand = Gate::Hand::board},
          [this, id = call_rest->id](Stream random) { rest(id, random); });
  } else if (const auto* call_open = std::get_if<Gate::CallOpen>(&effect)) {
    begin(call_open->id,
          {.kind = Kind::open,
           .hand = Gate::Hand::board,
           .record = call_open->record,
           .scan = world_.checker.opening_of(*this),
           .deadline = call_open->deadline},
          [this, id = call_open->id](Stream random) { open(id, random); });
  } else if (const auto* call_hold = std::get_if<Gate::CallHoldOpen>(&effect)) {
    begin(call_hold->id, {.kind = Kind::hold, .hand = call_hold->hand},
          [this, id = call_hold->id](Stream random) { hold(id, random); });
  } else if (const auto* call_passage = std::get_if<Gate::CallPassage>(&effect)) {
    begin(call_passage->id, {.kind = Kind::passage, .hand = Gate::Hand::passage, .record = call_passage->record},
          [this, id = call_passage->id](Stream) { watch_passage(id); });
  } else if (const auto* call_look = std::get_if<Gate::CallLook>(&effect)) {
    begin(call_look->id, {.kind = Kind::look, .hand = Gate::Hand::board},
          [this, id = call_look->id](Stream random) { look(id, random); });
  } else if (const auto* cancel = std::get_if<Gate::CancelPassage>(&effect)) {
    const auto found = calls_.find(cancel->id);
    if (found == calls_.end()) return;  // it has come back meanwhile
    found->second.cancelled = true;
    world_.scheduler.in_process(50us, 0, [this, id = cancel->id] { end_passage(id, Passage::timed_out); });
  } else if (const auto* post = std::get_if<Gate::Post>(&effect)) {
    world_.journal.post(post->record);
  } else if (auto* released = std::get_if<Gate::Released>(&effect)) {
    lane_.post(core::Lane::Released{released->ticket, std::move(released->at)});
  } else if (const auto* state = std::get_if<Gate::StateIs>(&effect)) {
    lane_.post(core::Lane::GateIs{state->state});
  } else if (std::holds_alternative<Gate::PassageOver>(effect)) {
    lane_.post(core::Lane::PassageOver{});
  }
}

void GateUnit::begin(core::CallId id, Call call, std::function<void(Stream)> driver) {
  Call& announced = calls_.at(id);
  call.begun = announced.begun;
  call.abandoned = announced.abandoned;
  announced = call;
  Stream random = world_.random("board", lane_number_);
  const Duration latency(random.spread(1'000, 100'000));
  world_.scheduler.in_process(latency, 0, [driver = std::move(driver), random] { driver(random); });
}

void GateUnit::returns(Duration after, std::function<Gate::Event()> event) {
  world_.scheduler.in_process(after, 0, [this, self = shared_from_this(), event = std::move(event)] { post(event()); });
}

// ---- The driver

Duration GateUnit::timeout_of(core::CallId id) const {
  const LanePlan& plan = world_.plan.lanes[static_cast<std::size_t>(lane_number_)];
  const Call& call = calls_.at(id);
  if (call.kind != Kind::open) return plan.timeout;
  return std::clamp<Duration>(call.deadline - world_.scheduler.clocks().boot, 1ms, plan.timeout);
}

// How a command and its answer travel. What is not answered is an Error after the driver's timeout; the connection is
// reset then, and an "on" that is under way arrives within the settling time or never.
void GateUnit::tell_board(Telling telling, Stream random) {
  Faults& faults = world_.faults;
  const auto active = [&](FaultKind kind) {
    const Fault* fault = faults.active(kind, lane_number_);
    if (fault != nullptr) faults.noticed(kind);
    return fault;
  };
  if (active(FaultKind::board_refuses)) return telling.done(trouble("refused"));
  if (active(FaultKind::board_hangs)) {
    const bool written = random.one_in(2);
    if (written) {
      if (telling.may_write && !telling.may_write()) return;
      telling.may_write = {};
      world_.scheduler.in_world(1ms, telling.arrives);
      telling.arrives = [] {};
    }
    faults.at_end(FaultKind::board_hangs, lane_number_,
                  [this, self = shared_from_this(), telling, random, life = world_.scheduler.life()] {
                    if (life == world_.scheduler.life())
                      world_.scheduler.in_process(20us, 0,
                                                  [this, self, telling, random] { tell_board(telling, random); });
                  });
    return;
  }
  if (telling.may_write && !telling.may_write()) return;
  const Duration there(random.spread(100'000, 3'000'000)), back(random.spread(100'000, 3'000'000));
  const Duration timeout = timeout_of(telling.id);
  const auto later = [&](Duration after, Result<void> result) {
    world_.scheduler.in_process(after, 0, [done = telling.done, result] { done(result); });
  };
  if (active(FaultKind::board_lost)) {
    if (random.one_in(2))
      world_.scheduler.in_world(timeout + Duration(random.between(0, (settings_.settle - 5ms).count())),
                                telling.arrives);
    return later(timeout, trouble("does not answer"));
  }
  if (active(FaultKind::board_deaf)) {
    if (telling.looks)
      telling.arrives();
    else
      world_.board(lane_number_, board_).pretend(telling.opens);
    return later(there + back, {});
  }
  world_.scheduler.in_world(there, telling.arrives);
  if (active(FaultKind::board_mute)) return later(timeout, trouble("does not answer"));
  if (const Fault* slow = active(FaultKind::board_slow)) return later(there + slow->length, {});
  if (there + back > timeout) return later(timeout, trouble("does not answer"));
  later(there + back, {});
}

Duration GateUnit::on_for() const {
  const LanePlan& plan = world_.plan.lanes[static_cast<std::size_t>(lane_number_)];
  return plan.board == Board::unguarded ? Duration{} : plan.pulse;
}

void GateUnit::open(core::CallId id, Stream random) {
  const Call call = calls_.at(id);
  if (wired_)
    return wired_->run(call, [this, id, deadline = call.deadline](turnstile::GateBoard& board) {
      const auto result = board.release(1, deadline, settings_.lane);
      return [this, id, result] { returns(1us, [id, result]() -> Gate::Event { return Gate::Opened{id, result}; }); };
    });
  const auto opened = [this, id](Result<void> result) {
    returns(1us, [this, id, result]() -> Gate::Event {
      if (!result) return Gate::Opened{id, result.error()};
      return Gate::Opened{id, world_.scheduler.clocks().monotonic};
    });
  };
  tell_board({.id = id,
              .opens = true,
              .may_write =
                  [this, call, opened] {
                    if (world_.scheduler.clocks().boot <= call.deadline) {
                      world_.checker.written(*this, call);
                      return true;
                    }
                    opened(trouble("came after its deadline"));
                    return false;
                  },
              .arrives =
                  [this, self = shared_from_this(), call] {
                    world_.board(lane_number_, board_).on(on_for());
                    world_.note("board", lane_number_, "on", call.record.sequence, "for a release");
                    world_.checker.arrived(*this, call);
                    world_.opened_for(call.scan);
                  },
              .done = opened},
             random);
}

void GateUnit::rest(core::CallId id, Stream random) {
  if (wired_)
    return wired_->run(calls_.at(id), [this, id](turnstile::GateBoard& board) {
      auto result = board.shut_all();
      if (result) result = board.is_settled();
      return [this, id, result] { returns(1us, [id, result]() -> Gate::Event { return Gate::Rested{id, result}; }); };
    });
  shut_board(
      id, "for a rest",
      [this, id](Result<void> result) {
        returns(1us, [id, result]() -> Gate::Event { return Gate::Rested{id, result}; });
      },
      random);
}

void GateUnit::look(core::CallId id, Stream random) {
  // A sensor tells of somebody now and then.
  RestState seen{.sensor_is_stuck = random.one_in(20)};
  if (random.one_in(12)) seen.passed.push_back({.is_free = random.one_in(3)});
  const auto returns_as = [this, id](const Result<RestState>& state) {
    returns(1us, [id, state]() -> Gate::Event { return Gate::Looked{id, state}; });
  };
  if (wired_)
    return wired_->run(calls_.at(id), [returns_as, seen](turnstile::GateBoard& board) mutable {
      const auto moved = board.has_moved();
      seen.moved = moved && *moved;
      const Result<RestState> state = moved ? Result<RestState>(seen) : Result<RestState>(moved.error());
      return [returns_as, state] { returns_as(state); };
    });
  const auto says_on = std::make_shared<bool>(false);
  tell_board({.id = id,
              .looks = true,
              .may_write = {},
              .arrives =
                  [this, self = shared_from_this(), says_on] {
                    // A pulse that runs out after its passage is as the engine left it.
                    const BoardModel& board = world_.board(lane_number_, board_);
                    const bool is_left_so = running_out_ != 0 && board.pulse() == running_out_;
                    *says_on = board.says_on() && !is_left_so;
                  },
              .done =
                  [returns_as, says_on, seen](Result<void> result) mutable {
                    if (!result) return returns_as(result.error());
                    seen.moved = *says_on;
                    returns_as(seen);
                  }},
             random);
}

void GateUnit::shut_board(core::CallId id, const char* why, std::function<void(Result<void>)> done, Stream random) {
  tell_board({.id = id,
              .opens = false,
              .may_write = {},
              .arrives =
                  [this, self = shared_from_this(), why] {
                    world_.board(lane_number_, board_).off();
                    world_.note("board", lane_number_, "off", 0, why);
                  },
              .done = std::move(done)},
             random);
}

void GateUnit::hold(core::CallId id, Stream random) {
  if (wired_)
    return wired_->run(calls_.at(id), [this, id](turnstile::GateBoard& board) {
      const auto held = board.hold_all(5s);
      const Result<Duration> again = held ? Result<Duration>(1s) : Result<Duration>(held.error());
      return [this, id, again] { returns(1us, [id, again]() -> Gate::Event { return Gate::HeldOpen{id, again}; }); };
    });
  const LanePlan& plan = world_.plan.lanes[static_cast<std::size_t>(lane_number_)];
  const Duration lease = plan.board == Board::unguarded ? Duration{} : 2 * std::min<Duration>(plan.again, 5s) + 1s;
  tell_board({.id = id,
              .opens = true,
              .may_write = {},
              .arrives =
                  [this, self = shared_from_this(), lease] {
                    world_.board(lane_number_, board_).on(lease);
                    world_.note("board", lane_number_, "on", 0, "for an alarm");
                    world_.checker.arrived_hold(*this);
                  },
              .done =
                  [this, id, again = plan.again](Result<void> result) {
                    returns(1us, [id, result, again]() -> Gate::Event {
                      if (!result) return Gate::HeldOpen{id, result.error()};
                      return Gate::HeldOpen{id, again};
                    });
                  }},
             random);
}

// ---- Passages

void GateUnit::watch_passage(core::CallId id) {
  const LanePlan& plan = world_.plan.lanes[static_cast<std::size_t>(lane_number_)];
  const auto found = calls_.find(id);
  if (found == calls_.end() || found->second.over) return;  // cancelled before its thread came to it
  found->second.watched = true;
  if (found->second.cancelled) return end_passage(id, Passage::timed_out);
  world_.scheduler.in_process(plan.passage, 0, [this, self = shared_from_this(), id, sensor = plan.sensor] {
    end_passage(id, sensor ? Passage::timed_out : Passage::no_sensor);
  });
  if (plan.sensor && world_.faults.active(FaultKind::sensor_early, lane_number_) != nullptr) {
    world_.faults.noticed(FaultKind::sensor_early);
    end_passage(id, Passage(Passage::seen, world_.scheduler.clocks().monotonic - 1ms));
  }
}

void GateUnit::sensor() {
  if (!world_.plan.lanes[static_cast<std::size_t>(lane_number_)].sensor) return;
  for (const auto& [id, call] : calls_) {
    if (call.kind != Kind::passage || !call.watched || call.over) continue;
    const MonotonicTime at = world_.scheduler.clocks().monotonic;
    world_.scheduler.in_process(100us, 0, [this, self = shared_from_this(), passage = id, at] {
      end_passage(passage, Passage(Passage::seen, at));
    });
  }
}

// The gate is put back to rest where the board does not do so itself.
void GateUnit::end_passage(core::CallId id, Passage passage) {
  const auto found = calls_.find(id);
  if (found == calls_.end() || found->second.over) return;
  found->second.over = true;
  if (world_.plan.lanes[static_cast<std::size_t>(lane_number_)].board == Board::pulse) {
    running_out_ = world_.board(lane_number_, board_).pulse();
    return finish_passage(id, passage);
  }
  if (wired_)
    return wired_->run(found->second, [this, id, passage](turnstile::GateBoard& board) {
      const auto shut = board.shut(1, MonotonicTime::max());
      return [this, id, seen = shut ? Result<Passage>(passage) : Result<Passage>(shut.error())] {
        finish_passage(id, seen);
      };
    });
  shut_board(
      id, "after a passage",
      [this, id, passage](Result<void> result) {
        finish_passage(id, result ? Result<Passage>(passage) : Result<Passage>(result.error()));
      },
      world_.random("passage", lane_number_));
}

void GateUnit::finish_passage(core::CallId id, Result<Passage> passage) {
  Faults& faults = world_.faults;
  if (faults.active(FaultKind::passage_hangs, lane_number_) != nullptr) {
    faults.noticed(FaultKind::passage_hangs);
    faults.at_end(FaultKind::passage_hangs, lane_number_,
                  [this, self = shared_from_this(), id, passage, life = world_.scheduler.life()] {
                    if (life == world_.scheduler.life())
                      world_.scheduler.in_process(20us, 0, [this, self, id, passage] { finish_passage(id, passage); });
                  });
    return;
  }
  if (faults.active(FaultKind::passage_fails, lane_number_) != nullptr) {
    faults.noticed(FaultKind::passage_fails);
    passage = trouble("the sensor is gone");
  }
  returns(1us, [id, passage]() -> Gate::Event { return Gate::Passed{id, passage}; });
}

}  // namespace gatepost::simulation

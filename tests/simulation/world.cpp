#include "world.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "disk_journal.hpp"
#include "engine.hpp"
#include "wire.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t lines_kept = 50;

std::unique_ptr<Journal> make_journal(const Plan& plan, Scheduler& scheduler, Faults& faults) {
  if (!plan.disk) return std::make_unique<JournalModel>(scheduler, faults, plan.seed);
  std::vector<std::string> outputs;
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) outputs.push_back(output_name(static_cast<int>(i)));
  return std::make_unique<DiskJournal>(scheduler, faults, plan.seed, std::move(outputs));
}

class ToldScanner final : public core::ScannerOutput {
 public:
  ToldScanner(Checker& checker, std::uint64_t number) : checker_(checker), scan_(checker.scan(number)) {}
  void answered(gatepost::Outcome outcome, std::string_view reason) override {
    ++scan_.told;
    if (reason == "say_direction") return checker_.asked_aloud(scan_, outcome);
    if (scan_.card == Card::direction && scan_.answers == 0) return;  // no answer to anybody
    const ScanState& about = scan_.answers == 0 ? scan_ : checker_.scan(scan_.answers);
    if (outcome != about.outcome) scan_.told += 100;  // it was told something else than the rest of the world
  }
  void ready() override { ++scan_.ready; }

 private:
  Checker& checker_;
  ScanState& scan_;
};

}  // namespace

World::World(const Plan& what, const Options& how)
    : plan(what),
      options(how),
      hooks(what.seed, how.mutant),
      scheduler(what.seed),
      journal_owned(make_journal(what, scheduler, faults)),
      journal(*journal_owned),
      moments(what, [this](const Fault& fault) { begin(fault); }),
      checker(*this),
      outputs(*this) {
  for (const OutputPlan& output : plan.outputs) receivers_.emplace_back(output.tells);
  carriers_.resize(plan.outputs.size());
  journal.changed = [this] {
    if (engine_) engine_->journal_changed();
  };
  for (std::size_t i = 0; i < plan.lanes.size(); ++i)
    for (int index = 0; index < 2; ++index) {
      const int lane = static_cast<int>(i);
      boards_.push_back(std::make_unique<BoardModel>(scheduler, faults, lane));
      wires_.push_back(plan.lanes[i].wire == WireKind::none ? nullptr : std::make_unique<Wire>(*this, lane, index));
      if (wires_.back()) boards_.back()->is_of(wires_.back()->board());
    }
}

World::~World() {
  if (engine_)
    for (const auto& gate : engine_->gates()) gate->die(true);
}

void World::note(std::string_view who, int lane, std::string_view what, std::uint64_t id, std::string_view detail) {
  const auto mix = [&](std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001b3U; };
  mix(static_cast<std::uint64_t>(scheduler.now().count()));
  for (const char one : what) mix(static_cast<unsigned char>(one));
  mix(id * 64 + static_cast<std::uint64_t>(lane));
  if (!options.trace && !options.remember) return;
  char line[200];
  std::snprintf(line, sizeof line, "%8llu %15.6f s  %s %d  %.*s %llu  %.*s",
                static_cast<unsigned long long>(scheduler.steps()),
                std::chrono::duration<double>(scheduler.now()).count(), std::string(who).c_str(), lane,
                static_cast<int>(what.size()), what.data(), static_cast<unsigned long long>(id),
                static_cast<int>(detail.size()), detail.data());
  if (options.trace) std::puts(line);
  last_.emplace_back(line);
  if (last_.size() > lines_kept) last_.pop_front();
}

void World::start_engine() {
  if (engine_) dead_.push_back(std::move(engine_));
  scheduler.start();
  note("engine", 0, "starts");
  journal.process_starts();
  engine_ = std::make_unique<Engine>(*this);
  engine_->start();
}

// The machines are gone; boards and disk stay, and whoever guards a board sees it.
void World::kill_engine(bool power_cut) {
  note("engine", 0, power_cut ? "has no power" : "is gone");
  scheduler.kill();
  if (engine_)
    for (const auto& gate : engine_->gates()) gate->die(power_cut);
  journal.process_died(power_cut);
  for (std::size_t i = 0; i < boards_.size(); ++i)
    if (plan.lanes[i / 2].board == Board::guarded && !wires_[i])
      scheduler.in_world(200ms, [this, i, life = scheduler.life()] {
        if (life == scheduler.life()) boards_[i]->off();
      });
  if (engine_) dead_.push_back(std::move(engine_));
}

void World::start_again(Duration after) {
  scheduler.in_world(std::min<Duration>(after, 1min), [this] {
    if (!scheduler.is_alive()) start_engine();
  });
}

// ---- People

// Where it is asked, the same card is the same code.
std::string World::payload_of(const Act& act) {
  if (act.card == Card::direction) return act.out ? "OUT" : "IN";
  return std::string(to_word(act.card)) + " " + std::to_string(act.person);
}

void World::schedule_people() {
  for (const Act& act : plan.people) scheduler.in_world(act.at, [this, act] { show(act); });
}

void World::show(const Act& act) {
  if (!scheduler.is_alive() || scheduler.is_asleep()) return;
  const std::uint64_t number = checker.show(act);
  ScanState& scan = checker.scan(number);
  const MonotonicTime seen = scheduler.clocks().monotonic;
  note("person", act.lane, act.press ? "presses" : "scans", number, to_word(act.card));
  // What the device has seen is handed over when the process comes to it.
  scheduler.in_process(act.press ? Duration(10us) : act.held, 5 + act.lane * 10, [this, number, seen, act, &scan] {
    LaneUnit* lane = engine_ ? engine_->lane(act.lane) : nullptr;
    if (lane == nullptr || scan.seen < lane->born) return;  // its input was not open then
    scan.held = scheduler.clocks().boot - scan.seen;
    if (act.press) {
      return lane->post(core::Lane::Pressed{"button " + std::to_string(number), Direction::in, seen});
    }
    core::Lane::Scanned event;
    const bool asks = plan.lanes[static_cast<std::size_t>(act.lane)].ask > 0s;
    if (asks)
      event.direction.reset();
    else
      event.direction = act.out ? Direction::out : Direction::in;
    event.reading = {.payload = asks ? payload_of(act) : "code " + std::to_string(number),
                     .symbology = "#" + std::to_string(number),
                     .device = "scanner",
                     .seen = seen,
                     .wall = scheduler.clocks().wall};
    if (act.card == Card::damaged) event.reading.damage = Damage::gap;
    if (plan.lanes[static_cast<std::size_t>(act.lane)].output)
      event.output = std::make_shared<ToldScanner>(checker, number);
    lane->post(std::move(event));
  });
}

void World::opened_for(std::uint64_t number) {
  if (number == 0) return;
  const ScanState& scan = checker.scan(number);
  if (!scan.passes || faults.active(FaultKind::sensor_stuck, scan.lane) != nullptr) return;
  scheduler.in_world(*scan.passes, [this, lane = scan.lane] {
    if (!engine_) return;
    for (const auto& gate : engine_->gates())
      if (gate->lane() == lane && board(lane, gate->board_number()).is_on()) gate->sensor();
  });
}

// ---- The run

void World::step_done() {
  checker.step();
  outputs.step();
  if (scheduler.steps() > options.most_steps) throw Violation{"16 machine", "a run has no end"};
}

bool World::run_until(Duration end) {
  bool over = false;
  scheduler.in_world(end - scheduler.now(), [&over] { over = true; });
  while (!over) {
    if (!scheduler.step()) return false;
    step_done();
    if (options.until != 0 && scheduler.steps() >= options.until) return false;
    if (hashes_ != nullptr) hashes_->push_back(hash_);
  }
  return true;
}

bool World::is_quiet() const {
  if (!scheduler.is_alive() || scheduler.is_frozen() || !engine_ || !engine_->is_idle() || !journal.is_idle())
    return false;
  return std::ranges::all_of(engine_->lanes(), [&](const auto& lane) {
    return !boards_[static_cast<std::size_t>(lane->number() * 2 + lane->gate()->board_number())]->is_on();
  });
}

bool World::run_until_quiet(Duration within) {
  for (const Duration end = scheduler.now() + within; scheduler.now() < end;) {
    if (!run_until(scheduler.now() + 1s)) return false;
    if (is_quiet()) return true;
  }
  return false;
}

void World::heal() {
  note("world", 0, "is well");
  moments.stop();
  hooks.stop_buggify();
  journal.stay_on();
  while (!lasting_.empty()) end(Fault(lasting_.front()));
  healed_ = true;
  scheduler.leap(-scheduler.leapt());
  if (!scheduler.is_alive()) start_engine();
}

void World::run_plan() {
  start_engine();
  schedule_people();
  schedule_faults();
  if (!run_until(plan.length)) return;
  // A process that stands still is let go on, however long it was to.
  while (scheduler.is_frozen() || scheduler.is_asleep())
    if (!run_until(scheduler.now() + 1h)) return;
  heal();
  if (!run_until(scheduler.now() + 2min)) return;  // who begins anew has begun
  // What never comes back has its place taken by a reload.
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
    if (engine_) engine_->reload(Engine::Change::settings, static_cast<int>(i), {});
    if (!run_until(scheduler.now() + 5s)) return;
  }
  // That a guard was killed is found out at the next word to it, and is not to be the last person's trouble.
  for (const Fault& fault : plan.faults)
    if (fault.kind == FaultKind::guard_killed && engine_) engine_->look(fault.lane);
  if (!run_until_quiet(30min)) {
    if (options.until != 0) return;
    throw Violation{"17 quiet", "30 minutes after all is well, something is under way or out of rest"};
  }
  checker.quiet();
  outputs.quiet();
  std::vector<std::uint64_t> shown;
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
    const int lane = static_cast<int>(i);
    if (plan.lanes[i].ask > 0s) show({.lane = lane, .card = Card::direction, .held = 100us});
    show({.lane = lane, .person = 100, .held = 100us, .passes = 100ms});
    shown.push_back(checker.scans().size());
  }
  if (!run_until_quiet(30min)) throw Violation{"17 quiet", "after the last scan something is under way or out of rest"};
  for (const std::uint64_t number : shown) {
    const ScanState& scan = checker.scan(number);
    if (!scan.answered || scan.outcome != gatepost::Outcome::grant || !scan.opened)
      throw Violation{"20 works", "all is well, a good card, and the answer is " + scan.reason};
  }
  checker.quiet();
  outputs.quiet();
  journal.check_in_the_end();
}

Outcome World::run(bool keep_hashes) {
  const HooksOf present(hooks);
  Outcome outcome;
  if (keep_hashes) hashes_ = &outcome.hashes;
  try {
    run_plan();
  } catch (const Violation& violation) {
    outcome.violation = violation;
  } catch (const std::exception& error) {
    outcome.violation = Violation{"16 machine", std::string("an exception: ") + error.what()};
  }
  outcome.steps = scheduler.steps();
  outcome.effects = moments.effects();
  outcome.time = scheduler.now();
  outcome.hash = hash_;
  outcome.last = last_;
  outcome.scans = checker.scans().size();
  outcome.openings = checker.openings();
  outcome.coverage = hooks.coverage;
  outcome.injected = faults.injected();
  outcome.noticed = faults.noticed();
  return outcome;
}

}  // namespace gatepost::simulation

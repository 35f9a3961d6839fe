// What must hold where a scanner asks in or out: a plain model of who is asked, who is answered, and for whom a
// direction holds. Times are those that the engine can know.
#include <algorithm>
#include <chrono>

#include "checker.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using core::Lane;

const LanePlan& Checker::plan_of(const LaneUnit& lane) const {
  return world_.plan.lanes[static_cast<std::size_t>(lane.number())];
}

const LanePlan& Checker::plan_of(const ScanState& scan) const {
  return world_.plan.lanes[static_cast<std::size_t>(scan.lane)];
}

void Checker::to_be_answered(LaneWatch& watch, ScanState& scan) {
  if (watch.waiting.empty()) watch.head_since = world_.scheduler.running();
  scan.ahead = watch.waiting.size();
  watch.waiting.push_back(scan.number);
}

void Checker::end_question(LaneWatch& watch) {
  const auto asked = std::exchange(watch.direction.asked, {});
  if (!asked) return;
  scan(*asked).unsaid = true;
  to_be_answered(watch, scan(*asked));
}

// Before the event itself: a question ends in its time, and when the machine has slept.
void Checker::look_at_questions(LaneUnit& lane, const Lane::Event& event) {
  LaneWatch& watch = of(lane);
  DirectionWatch& direction = watch.direction;
  const core::Now now = world_.scheduler.clocks();
  const bool slept = direction.sleeps.note(now);
  if (slept || (direction.asked && now.boot >= direction.asked_at + plan_of(lane).ask)) end_question(watch);
  if (slept) {
    direction.said.reset();
    direction.known.reset();
    direction.repeated.reset();
  }
  const auto* stop = std::get_if<Lane::Stop>(&event);
  if (stop == nullptr) return;
  if (stop->finish) end_question(watch);
  if (direction.asked) scan(*std::exchange(direction.asked, {})).accepted = false;
}

void Checker::undirected(LaneUnit& lane, ScanState& scan) {
  const core::Now now = world_.scheduler.clocks();
  const BootTime seen =
      now.boot - (now.monotonic - scan.by_monotonic) - of(lane).direction.sleeps.since(scan.by_monotonic);
  if (scan.card == Card::direction)
    posted_code(lane, scan, seen);
  else
    person_code(lane, scan, seen);
}

void Checker::posted_code(LaneUnit& lane, ScanState& code, BootTime seen) {
  LaneWatch& watch = of(lane);
  DirectionWatch& direction = watch.direction;
  const LanePlan& plan = plan_of(lane);
  const bool slept = direction.sleeps.since(code.by_monotonic) > 0s;
  if (slept || world_.scheduler.clocks().boot - seen >= plan.ask) return;  // it was said too long ago
  const bool again = direction.repeated && direction.said && direction.said->out == code.out &&
                     seen - *direction.repeated <= plan.repeat;
  direction.repeated = seen;
  if (again && !direction.asked) {
    code.silent = true;
    if (direction.said->for_next) direction.said->at = seen;
    return;
  }
  direction.said = {code.out, seen, !direction.asked};
  if (!direction.asked) return;
  ScanState& person = scan(*std::exchange(direction.asked, {}));
  code.answers = person.number;
  person.directed = true;
  person.out = code.out;
  person.seen = code.seen;  // the attempt is made now
  person.longest = code.longest;
  person.held = std::max(person.held, code.held);
  direction.known = {person.card, person.person, code.out, seen};
  to_be_answered(watch, person);
}

void Checker::person_code(LaneUnit& lane, ScanState& given, BootTime seen) {
  LaneWatch& watch = of(lane);
  DirectionWatch& direction = watch.direction;
  const LanePlan& plan = plan_of(lane);
  direction.repeated.reset();
  const auto goes = [&](bool out) {
    given.directed = true;
    given.out = out;
    to_be_answered(watch, given);
  };
  auto& known = direction.known;
  if (known && known->card == given.card && known->person == given.person && seen - known->last <= plan.repeat) {
    known->last = std::max(known->last, seen);
    return goes(known->out);
  }
  if (auto& said = direction.said; said && !direction.asked) {
    const bool is_for_next = said->for_next && seen - said->at < plan.ask;
    if (is_for_next || seen - said->at < plan.stays) {
      said->for_next = false;
      known = {given.card, given.person, said->out, seen};
      return goes(said->out);
    }
  }
  given.asked = true;
  if (direction.asked) {
    ScanState& earlier = scan(*direction.asked);
    if (earlier.card == given.card && earlier.person == given.person) {
      earlier.replaced = true;
      direction.asked.reset();
    }
    end_question(watch);
  }
  direction.said.reset();
  direction.asked = given.number;
  direction.asked_at = seen;
  direction.asked_since = world_.scheduler.running();
}

void Checker::prompted(LaneUnit& lane, const core::Answer& prompt) {
  const ScanState& about = scan_of(prompt);
  const bool asks = prompt.verdict.reason == "say_direction";
  if (prompt.verdict.outcome == gatepost::Outcome::grant) fail("25 direction", "a prompt that grants");
  if (asks && of(lane).direction.asked != about.number)
    fail("25 direction", "scan " + std::to_string(about.number) + " is asked about, and need not be");
  if (!asks && (about.card != Card::direction || about.answers != 0 || about.silent))
    fail("25 direction", "scan " + std::to_string(about.number) + " is told " + prompt.verdict.reason);
}

void Checker::asked_aloud(const ScanState& scan, gatepost::Outcome outcome) const {
  if (!scan.asked || outcome == gatepost::Outcome::grant)
    fail("25 direction", "the scanner of scan " + std::to_string(scan.number) + " asks amiss");
}

// Judged by the direction that was said and no other, or denied since none was.
void Checker::check_direction(const ScanState& scan, const core::Answer& answer) const {
  if (plan_of(scan).ask == 0s || scan.pressed || scan.card == Card::damaged) return;
  const std::string who = "scan " + std::to_string(scan.number);
  if (scan.unsaid != (answer.verdict.reason == "direction_not_said"))
    fail("25 direction", who + " is answered " + answer.verdict.reason);
  if (scan.unsaid) {
    if (answer.verdict.outcome != gatepost::Outcome::deny) fail("25 direction", who + " is not denied");
    return;
  }
  if (!scan.directed) fail("25 direction", who + " is judged, and nobody said which way");
  if ((answer.direction == Direction::out) != scan.out) fail("25 direction", who + " is judged the other way");
}

void Checker::check_question(LaneUnit& lane) {
  const DirectionWatch& direction = of(lane).direction;
  if (direction.asked && world_.scheduler.running() - direction.asked_since > plan_of(lane).ask + 100ms)
    fail("25 direction", "the question about scan " + std::to_string(*direction.asked) + " does not end");
}

}  // namespace gatepost::simulation

// What must hold of a lane and its answers.
#include <algorithm>
#include <array>

#include "checker.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using core::Lane;

namespace {

// A new attempt must be made of a scan that was answered so.
bool was_trouble(const std::string& reason) {
  constexpr std::array reasons{
      "late",          "busy",        "gate_not_ready", "not_recorded",    "journal_slow",      "format_failed",
      "policy_failed", "clock_unset", "policy_timeout", "actuator_failed", "direction_not_said"};
  return std::ranges::find(reasons, reason) != reasons.end();
}

}  // namespace

void Checker::before(LaneUnit& lane, const Lane::Event& event) {
  LaneWatch& watch = of(lane);
  if (plan_of(lane).ask > 0s) look_at_questions(lane, event);
  if (const auto* scanned = std::get_if<Lane::Scanned>(&event))
    watch.given = std::stoull(scanned->reading.symbology.substr(1));
  if (const auto* pressed = std::get_if<Lane::Pressed>(&event)) watch.given = std::stoull(pressed->device.substr(7));
  if (watch.given) {
    watch.dropped = lane.machine().dropped();
    scan(*watch.given).longest = core::longest_way(lane.machine().settings());
  }
  if (std::holds_alternative<Lane::Stop>(event)) watch.stopping = true;
  if (std::holds_alternative<Lane::Pause>(event)) watch.paused = true;
  if (std::holds_alternative<Lane::Resume>(event)) {
    watch.paused = false;
    watch.head_since = world_.scheduler.running();
  }
  if (const auto* decided = std::get_if<Lane::Decided>(&event)) {
    const auto call = lane.scans_of_calls.find(decided->call);
    if (call != lane.scans_of_calls.end() && decided->decision &&
        decided->decision->outcome == gatepost::Outcome::grant)
      scan(call->second).granted_by.insert(decided->call);
  }
  if (const auto* decoded = std::get_if<Lane::Decoded>(&event)) {
    const auto call = lane.scans_of_calls.find(decoded->call);
    if (call != lane.scans_of_calls.end()) {
      scan(call->second).decoded_wall = world_.scheduler.clocks().wall;
      scan(call->second).decoded_wall_known = world_.scheduler.clocks().wall_is_known;
    }
  }
  if (const auto* committed = std::get_if<Lane::Committed>(&event)) {
    const auto call = lane.scans_of_calls.find(committed->call);
    if (call != lane.scans_of_calls.end() && !committed->id) scan(call->second).commit_failed = true;
  }
}

void Checker::handled(LaneUnit& lane, const Lane::Event&) {
  LaneWatch& watch = of(lane);
  if (watch.given) {
    ScanState& given = scan(*watch.given);
    watch.given.reset();
    given.accepted = !watch.stopping && lane.machine().dropped() == watch.dropped;
    if (!given.accepted) return;
    if (plan_of(lane).ask > 0s && !given.pressed && given.card != Card::damaged)
      undirected(lane, given);
    else
      to_be_answered(watch, given);
  }
}

void Checker::drained(LaneUnit& lane, const Lane::Event& event) {
  LaneWatch& watch = of(lane);
  // Those that wait are dropped when the lane is not to finish; the one under way is answered.
  if (const auto* stop = std::get_if<Lane::Stop>(&event); stop != nullptr && !stop->finish) {
    const bool under_way = lane.machine().step() != Lane::Step::idle;
    while (watch.waiting.size() > (under_way ? 1U : 0U)) {
      scan(watch.waiting.back()).accepted = false;
      watch.waiting.pop_back();
    }
  }
}

void Checker::emitted(LaneUnit& lane, const Lane::Effect& effect) {
  LaneWatch& watch = of(lane);
  const auto head = [&](core::CallId id) {
    if (watch.waiting.empty() && watch.direction.asked)
      fail("25 direction",
           "scan " + std::to_string(*watch.direction.asked) + " is judged before its direction is said");
    if (watch.waiting.empty()) fail("5 one answer", "a call for no scan");
    lane.scans_of_calls[id] = watch.waiting.front();
  };
  if (const auto* decode = std::get_if<Lane::Decode>(&effect)) {
    head(decode->id);
    if (scan(watch.waiting.front()).unsaid)
      fail("25 direction", "scan " + std::to_string(watch.waiting.front()) + " is judged, and nobody said which way");
    scan(watch.waiting.front()).policies = lane.machine().settings().policies.size();
    if (decode->format >= lane.machine().settings().formats.size()) fail("16 machine", "a format that is not there");
  } else if (const auto* decide = std::get_if<Lane::Decide>(&effect)) {
    head(decide->id);
    if (decide->policy >= lane.machine().settings().policies.size()) fail("16 machine", "a policy that is not there");
  } else if (const auto* commit = std::get_if<Lane::Commit>(&effect)) {
    head(commit->id);
    scan(watch.waiting.front()).denied = commit->record.outcome != gatepost::Outcome::grant;
    // Who is denied is recorded like any other: it is not the disk's fault that he came late.
    if (commit->record.outcome != gatepost::Outcome::grant &&
        commit->not_after < world_.scheduler.clocks().boot + lane.machine().settings().record_deadline)
      fail("19 counts", "the Record of a deny is given no time");
    if (scan_of(commit->record) != &scan(watch.waiting.front())) fail("5 one answer", "a Record of another scan");
  } else if (const auto* release = std::get_if<Lane::Release>(&effect)) {
    if (watch.waiting.empty()) fail("1 cause", "a release for no scan");
    const ScanState& asks = scan(watch.waiting.front());
    watch.tickets[release->ticket] = asks.number;
    check_cause(lane.number(), release->record, asks.number, lane.machine().settings().fail_open);
    if (release->deadline > asks.seen + asks.longest)
      fail("2 deadline",
           "a release may reach its board later than the lane's bound after scan " + std::to_string(asks.number));
  } else if (const auto* post = std::get_if<Lane::Post>(&effect)) {
    posted(lane.serial, post->record, nullptr);
  } else if (const auto* told = std::get_if<Lane::Answered>(&effect)) {
    answered(lane, *told->answer);
  } else if (const auto* prompt = std::get_if<Lane::Prompted>(&effect)) {
    prompted(lane, *prompt->prompt);
  } else if (const auto* tell = std::get_if<Lane::TellScanner>(&effect)) {
    if (tell->outcome)
      tell->output->answered(*tell->outcome, tell->reason);
    else
      tell->output->ready();
  }
}

void Checker::answered(LaneUnit& lane, const core::Answer& answer) {
  LaneWatch& watch = of(lane);
  ScanState& about = scan_of(answer);
  if (watch.waiting.empty() || watch.waiting.front() != about.number || about.answered)
    fail("5 one answer", "scan " + std::to_string(about.number) + " is answered twice, or out of order");
  watch.waiting.pop_front();
  watch.head_since = world_.scheduler.running();
  about.answered = true;
  about.repeated = answer.repeated;
  about.outcome = answer.verdict.outcome;
  about.reason = answer.verdict.reason;
  about.record = answer.record.sequence;
  world_.note("lane", lane.number(), "answers", about.number,
              about.outcome == gatepost::Outcome::grant ? "grant" : "deny");
  check_direction(about, answer);
  if (about.repeated) return check_repeated(about);
  check_grant(lane, about);
  check_quota(about);
  check_rules(about);
  check_opened(about);
  check_faultless(about);
}

// Who is let in has shown what lets him in, and all that were to be asked have said so.
void Checker::check_grant(LaneUnit& lane, const ScanState& scan) {
  if (scan.outcome != gatepost::Outcome::grant || scan.pressed || lane.machine().settings().fail_open) return;
  if (scan.card == Card::not_listed || scan.card == Card::unknown_code || scan.card == Card::not_genuine ||
      scan.card == Card::damaged || scan.card == Card::refused)
    fail("14 validity", "a grant for a card that is " + std::string(to_word(scan.card)));
  const Validity validity = validity_of(scan.card);
  if (validity.from || validity.until) {
    if (!scan.decoded_wall_known) fail("14 validity", "a grant for a limited card by an unset clock");
    if ((validity.from && scan.decoded_wall < *validity.from) ||
        (validity.until && scan.decoded_wall >= *validity.until))
      fail("14 validity", "a grant for a card that was not valid then: " + std::string(to_word(scan.card)));
  }
  if (scan.granted_by.size() < scan.policies) fail("5 one answer", "a grant without the word of every policy");
}

bool Checker::shares_quota(const ScanState& one, const ScanState& other) {
  return one.number != other.number && one.card == Card::once && other.card == Card::once && !one.pressed &&
         !other.pressed && one.person == other.person;
}

// Who may pass once is granted once, unless a lane fails open.
void Checker::check_quota(const ScanState& scan) {
  const auto fails_open = [&](const ScanState& one) {
    return world_.plan.lanes[static_cast<std::size_t>(one.lane)].fail_open;
  };
  if (scan.card != Card::once || scan.outcome != gatepost::Outcome::grant || fails_open(scan)) return;
  if (world_.was_put_back_since(1)) return;  // what the journal has lost was never learned again
  for (const ScanState& other : scans_)
    if (shares_quota(scan, other) && other.answered && !other.repeated && other.outcome == gatepost::Outcome::grant &&
        !fails_open(other))
      fail("21 quota", "scans " + std::to_string(other.number) + " and " + std::to_string(scan.number) +
                           " are both granted what may be had once");
}

void Checker::spent(const ScanState& scan) {
  const bool is_kept = std::ranges::any_of(world_.journal.durable(), [&](const Record& record) {
    const ScanState* of = record.kind == RecordKind::attempt ? scan_of(record) : nullptr;
    // A policy that hung is asked about a scan that was answered without it, too.
    return of != nullptr && (of == &scan || shares_quota(*of, scan)) && record.outcome == gatepost::Outcome::grant;
  });
  const bool is_on_its_way = std::ranges::any_of(scans_, [&](const ScanState& other) {
    return shares_quota(other, scan) && (other.reserving > 0 || (!other.answered && !other.denied));
  });
  if (!is_kept && !is_on_its_way) fail("21 quota", "spent, and nobody has had it");
}

// GRANT means that the board took the command, or that the gate stands open.
void Checker::check_opened(const ScanState& scan) {
  if (scan.outcome != gatepost::Outcome::grant) {
    if (scan.opened) fail("5 one answer", "the board took the command, and the answer is " + scan.reason);
    return;
  }
  if (scan.opened || scan.stood_open) return;
  fail("5 one answer", "a grant, and the gate did not open");
}

// Only what was answered for good a moment ago is repeated.
void Checker::check_repeated(const ScanState& scan) {
  const auto first = std::ranges::find_if(scans_, [&](const ScanState& earlier) {
    return earlier.answered && !earlier.repeated && &earlier != &scan && earlier.lane == scan.lane &&
           earlier.card == scan.card && earlier.person == scan.person && earlier.life == scan.life &&
           earlier.outcome == scan.outcome && earlier.reason == scan.reason && !was_trouble(earlier.reason);
  });
  // The same card, seen a moment before by a clock that does not stand still.
  const bool recent = std::ranges::any_of(scans_, [&](const ScanState& earlier) {
    return &earlier != &scan && earlier.answered && earlier.lane == scan.lane && earlier.card == scan.card &&
           earlier.person == scan.person && scan.seen - earlier.seen <= 10s && earlier.seen - scan.seen <= 10s;
  });
  if (!recent) fail("5 one answer", "an attempt is repeated that is long over");
  if (first == scans_.end())
    fail("5 one answer", "scan " + std::to_string(scan.number) + " repeats what was not answered so: " + scan.reason);
}

// Where nothing is wrong, a good card opens.
void Checker::check_faultless(const ScanState& scan) {
  if (!world_.plan.faults.empty() || scan.outcome == gatepost::Outcome::grant) return;
  if ((scan.card != Card::good && scan.card != Card::limited) || scan.held > 100ms) return;
  if (scan.reason == "busy" || scan.unsaid) return;
  if (scan.reason == "gate_not_ready" && world_.scheduler.now() < 1s) return;
  // The last command of a flood, or that of a scan which was handed over late, may have no time left; the gate that it
  // fails at is not ready until it has settled.
  const bool flooded = std::ranges::any_of(scans_, [&](const ScanState& other) {
    return other.lane == scan.lane && (other.ahead > 3 || other.held > 100ms) && scan.seen - other.seen < 10s;
  });
  if (flooded) return;
  fail("5 one answer", "no fault, a good card, and the answer is " + scan.reason);
}

void Checker::idle(LaneUnit& lane) {
  if (lane.machine().step() != Lane::Step::idle && lane.machine().step() != Lane::Step::releasing &&
      !lane.machine().due())
    fail("16 machine", "a lane waits for a call without end");
}

// Each scan is answered within its bound, and the time of those before it.
void Checker::check_head(LaneUnit& lane) {
  LaneWatch& watch = of(lane);
  if (watch.waiting.empty() || watch.paused) return;
  const auto& settings = lane.machine().settings();
  const auto asked = static_cast<std::int64_t>(settings.formats.size() + settings.policies.size());
  const Duration bound = asked * settings.policy_timeout + core::longest_way(settings) + core::gate_answers_within;
  if (world_.scheduler.running() - watch.head_since > bound + 100ms)
    fail("5 one answer", "scan " + std::to_string(watch.waiting.front()) + " is not answered within its bound");
}

}  // namespace gatepost::simulation

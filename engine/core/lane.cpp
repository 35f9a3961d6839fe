#include "core/lane.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/hooks.hpp"
#include "core/seconds.hpp"

namespace gatepost::core {
Lane::Lane(LaneSettings settings)
    : settings_(std::move(settings)),
      duplicates_(settings_.repeat_within),
      pace_(settings_.denied_at_most),
      questions_(settings_.directions) {}

void Lane::on(Event event, const Now& now) {
  assert(effects_.empty() && "effects are taken out before the next event");
  now_ = now;
  const bool slept = sleeps_.note(now);
  expire();  // before the event: what comes back after its time is late, whoever was looked at first
  end_questions(slept);
  std::visit([this](auto&& one) { handle(std::forward<decltype(one)>(one)); }, std::move(event));
  look_for_end_of_guessing();
  begin_next();
}

std::optional<BootTime> Lane::due() const {
  const auto first = [question = questions_.due()](std::optional<BootTime> other) {
    return question && other ? std::min(*question, *other) : question ? question : other;
  };
  if (step_ == Step::idle) return first(is_slowed() && !waiting_.empty() ? slowed_until_ : guessing_over_);
  if (step_ == Step::releasing && !mutant(Mutant::lane_gives_up_release)) return first({});
  return first(due_);
}

std::optional<MonotonicTime> Lane::busy_since() const {
  if (step_ != Step::idle) return turned_;
  if (waiting_.empty() || paused_) return {};
  return std::max(turned_, waiting_.front()->answer.trace.offered);
}

// ---- What comes in

void Lane::handle(Scanned&& event) {
  auto scan = std::make_shared<Scan>();
  scan->reading = std::move(event.reading);
  scan->output = std::move(event.output);
  scan->asks = !event.direction;
  scan->answer.direction = event.direction.value_or(Direction::in);
  if (!admits(*scan)) return;
  set_times(*scan);
  if (scan->asks && scan->reading.damage == Damage::none)
    take_undirected(std::move(scan));
  else
    enqueue(std::move(scan));
}

void Lane::handle(Pressed&& event) {
  auto scan = std::make_shared<Scan>();
  scan->reading.device = std::move(event.device);
  if (!mutant(Mutant::pressed_when_handled)) scan->reading.seen = event.seen;
  scan->reading.wall = now_.wall;
  scan->answer.direction = event.direction;
  scan->pressed = true;
  if (!admits(*scan)) return;
  set_times(*scan);
  enqueue(std::move(scan));
}

// Who is asked for his direction has a place in the queue already.
bool Lane::admits(const Scan& scan) {
  if (!stopping_ && waiting_.size() + questions_.open() < most_waiting &&
      (waiting_.size() < 2 || !buggify("a queue of two"))) {
    overrun_ = false;
    return true;
  }
  if (scan.output) emit(TellScanner{scan.output, {}, {}});
  if (stopping_) return false;
  ++dropped_;
  if (!std::exchange(overrun_, true))
    alarm("overrun", {},
          {"codes come faster than this lane answers; some are dropped", settings_.name,
           "look for a device that scans by itself"},
          0);
  return false;
}

// The deadline is set here, once: whatever holds this scan up afterwards, it opens nothing later.
void Lane::set_times(Scan& scan) const {
  Reading& reading = scan.reading;
  Duration slept = sleeps_.since(reading.seen);
  if (reading.seen == MonotonicTime{} || reading.seen > now_.monotonic) {
    reading.seen = now_.monotonic;
    slept = {};
  }
  if (mutant(Mutant::sleep_before_scan_ignored)) slept = {};
  if (slept > Duration::zero()) reached("a scan from before the machine slept");
  scan.seen = now_.boot - (now_.monotonic - reading.seen) - slept;
  scan.deadline = scan.seen + longest_way(settings_);
  Answer& answer = scan.answer;
  answer.lane = settings_.name;
  answer.device = reading.device;
  answer.wall = reading.wall;
  answer.symbology = reading.symbology;
  answer.trace.seen = reading.seen;
  answer.trace.offered = now_.monotonic;
}

// Who presses a button does not wait for who guesses.
void Lane::enqueue(std::shared_ptr<Scan> scan) {
  if (scan->pressed && is_slowed())
    waiting_.push_front(std::move(scan));
  else
    waiting_.push_back(std::move(scan));
}

void Lane::handle(Resume&&) {
  paused_ = false;
  turned_ = now_.monotonic;
}

void Lane::handle(Configure&& event) {
  if (event.settings.actuator != settings_.actuator) gate_ = GateState::unknown;
  configured_ = std::move(event.settings);
}

void Lane::handle(Stop&& event) {
  stopping_ = true;
  const auto asked = questions_.end_all();
  if (event.finish) return end_unanswered(asked);
  for (const auto& scan : std::exchange(waiting_, {}))
    if (scan->output) emit(TellScanner{scan->output, {}, {}});
}

void Lane::handle(GateIs&& event) { gate_ = event.state; }

void Lane::handle(PassageOver&&) {
  if (auto output = std::exchange(passing_, {})) emit(TellScanner{std::move(output), {}, {}});
}

// Between two scans, so that one scan is handled by one set of settings.
void Lane::configure() {
  if ((step_ != Step::idle && !mutant(Mutant::configured_under_way)) || !configured_) return;
  settings_ = *std::exchange(configured_, {});
  duplicates_.change(settings_.repeat_within);
  pace_.change(settings_.denied_at_most);
  if (settings_.directions == questions_.codes()) return;
  end_unanswered(questions_.end_all());  // what they were asked to show may mean something else now
  questions_.change(settings_.directions);
}

void Lane::begin_next() {
  configure();
  while (step_ == Step::idle && !paused_ && !waiting_.empty() && (!is_slowed() || waiting_.front()->pressed)) {
    configure();
    scan_ = std::move(waiting_.front());
    waiting_.pop_front();
    turned_ = now_.monotonic;
    Answer& answer = scan_->answer;
    answer.trace.taken = now_.monotonic;
    answer.zone = settings_.zone;
    step_ = Step::decoding;
    if (scan_->pressed) {
      answer.verdict = {Outcome::grant, "button", {}, {}};
      decided();
    } else if (scan_->unanswered) {
      answer.verdict = {Outcome::deny, "direction_not_said", {}, {}};
      decided();
    } else if (scan_->reading.damage != Damage::none) {
      answer.verdict.reason = "damaged";
      answer.verdict.note = std::string(to_word(scan_->reading.damage)) + ": " + scan_->reading.damage_detail;
      identified();
    } else {
      index_ = 0;
      decode_next();
    }
  }
}

// ---- The road

// Each format in turn; the first that knows the Reading decides.
void Lane::decode_next() {
  if (index_ == settings_.formats.size()) {
    scan_->answer.verdict = {Outcome::deny, "unknown_code", {}, {}};
    return identified();
  }
  const Callee& format = settings_.formats.at(index_);
  if (hangs(Kind::format, format.object)) {
    scan_->answer.verdict = verdict_of_failure("format_failed", format.name + ": does not answer");
    return identified();
  }
  const CallId id = call(Step::decoding, settings_.policy_timeout);
  emit(Decode{id, scan_, index_});
}

void Lane::handle(Decoded&& event) {
  if (auto late = came_late(event.call)) return recovered(late->kind, late->callee);
  if ((event.call != call_ && !mutant(Mutant::call_id_ignored)) || step_ != Step::decoding)
    return reached("a format's answer was dropped");
  const Callee& format = settings_.formats.at(index_);
  Answer& answer = scan_->answer;
  auto& credential = event.credential;
  if (!credential && credential.error().fault) {
    failed(Kind::format, format, credential.error());
    answer.verdict = verdict_of_failure("format_failed", format.name + ": " + credential.error().what);
    return identified();
  }
  recovered(Kind::format, format);
  if (!credential) {
    answer.verdict = {Outcome::deny, "not_genuine", format.name + ": " + credential.error().what, {}};
    return identified();
  }
  if (!*credential) {
    ++index_;
    return decode_next();
  }
  (*credential)->scheme = format.name;
  answer.credential = std::move(*credential);
  identified();
}

void Lane::identified() {
  Answer& answer = scan_->answer;
  answer.trace.identified = now_.monotonic;
  if (scan_->reading.damage == Damage::none) {
    if (auto earlier = duplicates_.find(scan_->reading, answer.credential, answer.direction, scan_->seen)) {
      reached("an attempt was repeated");
      answer.repeated = true;
      answer.verdict = std::move(earlier->verdict);
      answer.verdict.note = "same card, " + seconds(earlier->ago) + " ago";
      answer.record = earlier->record;
      return this->answer();
    }
  }
  if (!answer.credential) return decided();
  if (auto refusal = invalid()) {
    answer.verdict = std::move(*refusal);
    return decided();
  }
  if (settings_.policies.empty()) {
    // A lane that moves nothing and asks no policy only reads.
    answer.verdict = settings_.actuator.empty() ? Verdict{Outcome::inform, "read", {}, {}}
                                                : Verdict{Outcome::deny, "no_policy", {}, {}};
    return decided();
  }
  answer.verdict = {Outcome::grant, "granted", {}, {}};
  index_ = 0;
  decide_next();
}

// Whatever the policies would say: a credential that its format refuses opens nothing, nor one whose time is over or
// cannot be told.
std::optional<Verdict> Lane::invalid() const {
  const Credential& credential = *scan_->answer.credential;
  if (!credential.refused.empty() && !mutant(Mutant::refused_accepted))
    return Verdict{Outcome::deny, credential.refused, credential.note, {}};
  if (settings_.require_verified && !credential.verified)
    return Verdict{Outcome::deny, "not_verified", "nothing proves that this code is authentic", {}};
  if (!credential.valid_from && !credential.valid_until) return {};
  if (!now_.wall_is_known && !mutant(Mutant::clock_unset_accepted)) {
    if (settings_.unset_clock_accepted) return {};
    return Verdict{Outcome::deny, "clock_unset", "this machine does not know the time", {}};
  }
  if (credential.valid_from && now_.wall < *credential.valid_from)
    return Verdict{Outcome::deny, "not_yet_valid", {}, {}};
  if (credential.valid_until && now_.wall >= *credential.valid_until && !mutant(Mutant::expired_accepted))
    return Verdict{Outcome::deny, "expired", {}, {}};
  return {};
}

// Each policy in turn until one denies; the facts of all that were asked are gathered.
void Lane::decide_next() {
  if (index_ == settings_.policies.size()) return decided();
  const Callee& policy = settings_.policies.at(index_);
  if (hangs(Kind::policy, policy.object))
    return add(verdict_of_failure("policy_timeout", policy.name + ": does not answer"));
  const CallId id = call(Step::deciding, settings_.policy_timeout);
  emit(Decide{id, scan_, index_, now_.wall_is_known});
}

void Lane::handle(Decided&& event) {
  if (auto late = came_late(event.call)) return recovered(late->kind, late->callee);
  if ((event.call != call_ && !mutant(Mutant::call_id_ignored)) || step_ != Step::deciding)
    return reached("a policy's answer was dropped");
  const Callee& policy = settings_.policies.at(index_);
  auto& decision = event.decision;
  if (!decision) {
    failed(Kind::policy, policy, decision.error());
    return add(verdict_of_failure("policy_failed", policy.name + ": " + to_line(decision.error())));
  }
  recovered(Kind::policy, policy);
  if (event.held) scan_->held.push_back(std::move(event.held));
  if (decision->reason.empty()) decision->reason = decision->outcome == Outcome::grant ? "granted" : policy.name;
  add({decision->outcome, std::move(decision->reason), {}, std::move(decision->facts)});
}

void Lane::add(Verdict one) {
  Verdict& verdict = scan_->answer.verdict;
  verdict.facts.merge(one.facts);
  if (one.outcome > verdict.outcome || (one.outcome == verdict.outcome && one.reason != "granted")) {
    verdict.outcome = one.outcome;
    verdict.reason = std::move(one.reason);
    verdict.note = std::move(one.note);
  }
  if (verdict.outcome == Outcome::deny) return decided();
  ++index_;
  decide_next();
}

void Lane::decided() {
  Answer& answer = scan_->answer;
  answer.trace.decided = now_.monotonic;
  // Who scanned that long ago may have left, and somebody else stands at the gate.
  const Duration age = now_.boot - scan_->seen;
  const Duration longest = settings_.fail_open ? longest_way(settings_) : settings_.record_deadline;
  if (answer.verdict.outcome == Outcome::grant && age >= longest) {
    reached("a scan was too old when it was decided");
    answer.verdict = {Outcome::deny, "late", "scanned " + seconds(age) + " ago", {}};
  }
  refuse_what_the_gate_cannot_follow();
  if (answer.credential)
    for (const std::string& name : settings_.show)
      if (const auto found = answer.credential->attributes.find(name); found != answer.credential->attributes.end())
        answer.verdict.facts.try_emplace(name, found->second);
  if (answer.verdict.outcome == Outcome::deny && !mutant(Mutant::denied_keeps_reservation)) scan_->held.clear();
  commit();
}

// A grant that the gate cannot follow now would be a lie in the Record.
void Lane::refuse_what_the_gate_cannot_follow() {
  Verdict& verdict = scan_->answer.verdict;
  if (verdict.outcome != Outcome::grant || settings_.actuator.empty()) return;
  if (gate_ == GateState::at_rest || gate_ == GateState::held_open) return;
  reached(gate_ == GateState::unknown ? "a grant for a gate that was not ready" : "a grant for a gate that was busy");
  verdict.outcome = Outcome::deny;
  verdict.reason = gate_ == GateState::unknown ? "gate_not_ready" : "busy";
}

}  // namespace gatepost::core

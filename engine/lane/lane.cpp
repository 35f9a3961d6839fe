#include "lane/lane.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "lane/scan.hpp"

namespace gatepost::lane {
namespace {

using namespace std::chrono_literals;

constexpr Duration gate_grace = 200ms;  // beyond its deadline: an actuator that honours it says so itself

std::string seconds(Duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(time).count());
  return text;
}

}  // namespace

Lane::Lane(const config::Lane& settings, Parts parts)
    : name_(settings.name),
      settings_(settings),
      parts_(std::move(parts)),
      gate_name_(settings.actuator),
      repeats_(settings.rules.repeat_within) {
  fit_gate();
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

Lane::~Lane() { request_stop(); }

void Lane::request_stop() {
  thread_.request_stop();
  const std::scoped_lock lock(mutex_);
  if (gate_) gate_->request_stop();
}

Answer Lane::begun(const Reading& reading, Direction direction, MonotonicTime offered) const {
  return {.lane = name_,
          .device = reading.device,
          .direction = direction,
          .wall = reading.wall,
          .symbology = reading.symbology,
          .trace = {.seen = reading.seen, .offered = offered, .taken = parts_.clock->now()}};
}

void Lane::look_at_gate() {
  std::unique_lock lock(mutex_);
  const auto gate = gate_;
  lock.unlock();
  if (gate) gate->look();
}

bool Lane::gate_is_ready() const {
  const std::scoped_lock lock(mutex_);
  return !moves_something() || (gate_ && gate_->state() != Gate::State::unknown);
}

Answer Lane::handle(const Reading& reading, Direction direction, MonotonicTime offered, std::shared_ptr<Asker> asker) {
  Answer answer = begun(reading, direction, offered);
  answer.asker = std::move(asker);
  Scan scan(*this, reading, answer, true);
  call_ = Call::credential;
  identify(scan);
  if (!scan.is_answered() && !repeats(reading, answer)) {
    call_ = Call::policy;
    decide(scan);
    if (!scan.is_answered()) ask_the_gate(answer);
    call_ = Call::journal;
    if (!scan.is_answered()) record(scan);
    call_ = Call::actuator;
    if (!scan.is_answered()) release(scan);
  }
  call_ = Call::observer;
  if (!scan.is_answered()) tell(answer);
  return answer;
}

void Lane::identify(Scan& scan) {
  Identified identified = lane::identify(scan.reading, parts_.formats, scan.terms());
  if (scan.is_answered()) return;
  scan.answer.trace.identified = parts_.clock->now();
  scan.answer.credential = std::move(identified.credential);
  scan.answer.verdict = std::move(identified.verdict);
}

// True when the answer stands already, because this is an earlier attempt seen again.
bool Lane::repeats(const Reading& reading, Answer& answer) {
  if (reading.damage != Damage::none) return false;
  auto earlier = repeats_.find(reading, answer.credential, answer.direction);
  if (!earlier) return false;
  answer.repeated = true;
  answer.verdict = std::move(earlier->verdict);
  answer.verdict.note = "same card, " + seconds(earlier->ago) + " ago";
  answer.record = earlier->record;
  return true;
}

void Lane::decide(Scan& scan) {
  Verdict& verdict = scan.answer.verdict;
  Trace& trace = scan.answer.trace;
  if (scan.answer.credential) {
    const Attempt attempt{*scan.answer.credential, scan.reading, name_,
                          scan.answer.direction,   trace.taken,  scan.reading.wall};
    // A lane that moves nothing and asks no rule only reads.
    auto judged = !moves_something() && parts_.rules.empty() ? Verdict{Outcome::inform, "read", {}, {}}
                                                             : judge(attempt, parts_.rules, scan.terms());
    if (scan.is_answered()) return;
    verdict = std::move(judged);
  }
  trace.decided = parts_.clock->now();
  // Who scanned that long ago may have left, and somebody else stands at the gate.
  const Duration age = trace.taken - scan.reading.seen;
  if (verdict.outcome == Outcome::grant && !settings_.rules.fail_open && age > settings_.rules.record_deadline)
    verdict = {Outcome::deny, "late", "scanned " + seconds(age) + " ago", {}};
}

// A grant that the gate cannot follow now would be a lie in the Record.
void Lane::ask_the_gate(Answer& answer) const {
  if (answer.verdict.outcome != Outcome::grant || !moves_something()) return;
  const Gate::State state = gate_ ? gate_->state() : Gate::State::unknown;
  if (state == Gate::State::at_rest || state == Gate::State::held) return;
  answer.verdict.outcome = Outcome::deny;
  answer.verdict.reason = state == Gate::State::open ? "busy" : "gate_not_ready";
}

Record Lane::record_of(const Reading& reading, const Answer& answer) const {
  Record record{.kind = RecordKind::attempt,
                .at = reading.seen,
                .wall = reading.wall,
                .lane = name_,
                .direction = answer.direction,
                .device = reading.device,
                .symbology = reading.symbology,
                .outcome = answer.verdict.outcome,
                .reason = answer.verdict.reason};
  if (answer.credential) {
    record.scheme = answer.credential->scheme;
    record.subject = answer.credential->subject;
    record.verified = answer.credential->verified;
  }
  if (reading.damage != Damage::none) record.details["damage"] = answer.verdict.note;
  return record;
}

void Lane::record(Scan& scan) {
  Answer& answer = scan.answer;
  const auto over = [&] { answer_late(scan); };
  auto committed = parts_.ledger->commit(record_of(scan.reading, answer), settings_.rules.record_deadline, over);
  if (scan.is_answered()) return note_late(answer, committed);
  answer.trace.recorded = parts_.clock->now();
  if (committed) {
    answer.record = *committed;
  } else {
    answer.trouble = committed.error();
    if (answer.verdict.outcome == Outcome::grant && !settings_.rules.fail_open)
      answer.verdict = {Outcome::deny, "not_recorded", to_line(committed.error()), std::move(answer.verdict.facts)};
  }
  // Who was told to wait or to scan again makes a new attempt at once.
  const std::string& reason = answer.verdict.reason;
  if (reason != "late" && reason != "busy" && reason != "gate_not_ready" && reason != "damaged" &&
      reason != "not_recorded" && reason != "format_failed")
    repeats_.remember(scan.reading, answer);
}

void Lane::release(Scan& scan) {
  Answer& answer = scan.answer;
  if (answer.verdict.outcome != Outcome::grant || !gate_ || gate_->state() == Gate::State::held) return;
  const Command command{answer.record, name_, answer.direction,
                        parts_.clock->now() + settings_.rules.actuator_deadline};
  answer.trace.commanded = parts_.clock->now();
  Vigil::Call call(vigil_, settings_.rules.actuator_deadline + gate_grace, [&] { scan.gate_hangs(); });
  lets_pass(answer.asker);  // before: the passage may be over before the command's answer is there
  auto released = gate_->release(command);
  if (!released) lets_pass({});
  const bool late = call.end();
  if (released) back();
  if (!late && released) answer.trace.released = *released;
  if (released) return;
  if (!late) answer.trouble = released.error();
  alarm("actuator_failed", settings_.actuator, released.error(), answer.record.sequence);
}

void Lane::alarm(std::string reason, std::string device, const Error& error, std::uint64_t about) {
  Record record{.kind = RecordKind::alarm,
                .at = parts_.clock->now(),
                .wall = parts_.clock->wall(),
                .lane = name_,
                .device = std::move(device),
                .reason = std::move(reason),
                .about = about};
  if (!error.what.empty()) record.details["error"] = to_line(error);
  parts_.ledger->post(std::move(record));
}

bool Lane::offer(Reading reading, Direction direction, std::shared_ptr<Asker> asker) {
  const MonotonicTime now = parts_.clock->now();
  std::unique_lock lock(mutex_);
  if (held_ != Held::no && !paused_) {
    ++beside_;
    lock.unlock();
    handle_beside(reading, direction, std::move(asker));
    lock.lock();
    --beside_;
    if (paused_) handled_.notify_all();
    return true;
  }
  if (waiting_.size() < most_waiting) {
    waiting_.push_back({std::move(reading), direction, now, std::move(asker)});
    overrun_ = false;
    lock.unlock();
    offered_.notify_one();
    return true;
  }
  ++dropped_;
  const bool first_lost = !std::exchange(overrun_, true);
  lock.unlock();
  if (first_lost)
    alarm(
        "overrun", {},
        {"codes come faster than this lane answers; some are dropped", name_, "look for a device that scans by itself"},
        0);
  return false;
}

void Lane::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (offered_.wait(lock, stop, [&] { return !waiting_.empty() && !paused_; })) {
    if (stop.stop_requested() && !finishing_) break;
    Offered next = std::move(waiting_.front());
    waiting_.pop_front();
    handling_ = true;
    turned_ = parts_.clock->now();
    lock.unlock();
    if (next.pressed)
      let_through(next, true);
    else
      handle(next.reading, next.direction, next.at, std::move(next.asker));
    call_ = Call::none;
    lock.lock();
    handling_ = false;
    turned_ = parts_.clock->now();
    if (paused_) handled_.notify_all();
  }
  at_work_ = false;
  handled_.notify_all();
}

std::size_t Lane::room() const {
  const std::scoped_lock lock(mutex_);
  return most_waiting - std::min(waiting_.size(), most_waiting);
}

Lane::Vitals Lane::vitals() const {
  const std::scoped_lock lock(mutex_);
  Vitals vitals{.waiting = waiting_.size(), .dropped = dropped_, .call = call_, .held_by = holder_};
  if (moves_something()) vitals.gate = gate_ ? gate_->state() : Gate::State::unknown;
  if (handling_)
    vitals.due_since = turned_;
  else if (!waiting_.empty() && !paused_)
    vitals.due_since = std::max(turned_, waiting_.front().at);
  return vitals;
}

void Lane::rested(const Result<void>& result) {
  Record record{.kind = RecordKind::device,
                .at = parts_.clock->now(),
                .wall = parts_.clock->wall(),
                .lane = name_,
                .device = gate_name_,
                .reason = result ? "up" : "down"};
  if (!result) record.details["error"] = to_line(result.error());
  parts_.ledger->post(std::move(record));
}

void Lane::passed(const Command& command, const Result<Passage>& passage) {
  if (const auto asker = lets_pass({})) asker->ready();
  if (!passage) return alarm("passage_unknown", gate_name_, passage.error(), command.record.sequence);
  if (*passage == Passage::no_sensor) return;
  const MonotonicTime now = parts_.clock->now();
  const MonotonicTime at = std::min(passage->at.value_or(now), now);
  parts_.ledger->post({.kind = RecordKind::passage,
                       .at = at,
                       .wall = parts_.clock->wall() - (now - at),
                       .lane = name_,
                       .direction = command.direction,
                       .device = gate_name_,
                       .reason = *passage == Passage::seen ? "seen" : "timed_out",
                       .about = command.record.sequence});
}

}  // namespace gatepost::lane

#include "lane/lane.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace gatepost::lane {
namespace {

constexpr std::size_t most_waiting = 64;

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

bool Lane::gate_is_ready() const {
  const std::scoped_lock lock(mutex_);
  return !moves_something() || (gate_ && gate_->state() != Gate::State::unknown);
}

Answer Lane::handle(const Reading& reading, Direction direction, MonotonicTime offered) {
  Answer answer = begun(reading, direction, offered);
  if (!repeats(reading, answer)) {
    decide(reading, answer);
    ask_the_gate(answer);
    if (record(reading, answer) == Recorded::late) return answer;  // it was answered when the time was over
    release(answer);
  }
  parts_.observer->answered(answer);
  return answer;
}

// Identifies the Reading. True when the answer stands already, because this is an earlier attempt seen again.
bool Lane::repeats(const Reading& reading, Answer& answer) {
  Identified identified = identify(reading, parts_.formats);
  answer.trace.identified = parts_.clock->now();
  answer.credential = std::move(identified.credential);
  answer.verdict = {Outcome::deny, std::move(identified.reason), std::move(identified.note), {}};
  if (reading.damage != Damage::none) return false;
  auto earlier = repeats_.find(reading, answer.credential, answer.direction);
  if (!earlier) return false;
  answer.repeated = true;
  answer.verdict = std::move(earlier->verdict);
  answer.verdict.note = "same card, " + seconds(earlier->ago) + " ago";
  answer.record = earlier->record;
  return true;
}

void Lane::decide(const Reading& reading, Answer& answer) const {
  if (answer.credential) {
    const Attempt attempt{*answer.credential, reading, name_, answer.direction, answer.trace.taken, reading.wall};
    // A lane that moves nothing and asks no rule only reads.
    answer.verdict =
        !moves_something() && parts_.rules.empty()
            ? Verdict{Outcome::inform, "read", {}, {}}
            : judge(attempt, parts_.rules, settings_.rules.policy_timeout, settings_.rules.fail_open, *parts_.clock);
  }
  answer.trace.decided = parts_.clock->now();
  // Who scanned that long ago may have left, and somebody else stands at the gate.
  if (answer.verdict.outcome == Outcome::grant && !settings_.rules.fail_open &&
      answer.trace.taken - reading.seen > settings_.rules.record_deadline)
    answer.verdict = {Outcome::deny, "late", "scanned " + seconds(answer.trace.taken - reading.seen) + " ago", {}};
}

// A grant that the gate cannot follow now would be a lie in the Record.
void Lane::ask_the_gate(Answer& answer) const {
  if (answer.verdict.outcome != Outcome::grant || !moves_something()) return;
  const Gate::State state = gate_ ? gate_->state() : Gate::State::unknown;
  if (state == Gate::State::at_rest) return;
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

Lane::Recorded Lane::record(const Reading& reading, Answer& answer) {
  bool is_late = false;
  const auto over = [&] {
    is_late = true;
    answer_late(answer);
  };
  overdue_ = false;
  auto committed = parts_.ledger->commit(record_of(reading, answer), settings_.rules.record_deadline, over);
  overdue_ = false;
  if (is_late) {
    note_late(answer, committed);
    return Recorded::late;
  }
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
      reason != "not_recorded")
    repeats_.remember(reading, answer);
  return Recorded::in_time;
}

// The disk has not answered in time, and may not for long: who stands at the gate is answered without it. Called by the
// ledger's thread while this lane's own waits for the disk.
void Lane::answer_late(Answer& answer) {
  overdue_ = true;
  shut_unless_fail_open(answer);
  release(answer);
  parts_.observer->answered(answer);
}

void Lane::shut_unless_fail_open(Answer& answer) const {
  answer.trouble = Error{"the disk does not keep a Record in time", "journal", "see the alarms of the journal"};
  if (answer.verdict.outcome == Outcome::grant && !settings_.rules.fail_open)
    answer.verdict = {Outcome::deny, "journal_slow", answer.trouble->what, std::move(answer.verdict.facts)};
}

// What the Record says came to pass only where the lane fails open: then it stands without a further word.
void Lane::note_late(Answer& answer, const Result<RecordId>& committed) {
  if (!committed) return;
  answer.record = *committed;
  if (answer.verdict.outcome != Outcome::deny || answer.verdict.reason != "journal_slow") return;
  alarm("kept_too_late", settings_.actuator,
        {"the Record was kept too late: the answer was deny, and the gate did not open", name_, "look at the disk"},
        committed->sequence);
}

void Lane::release(Answer& answer) {
  if (answer.verdict.outcome != Outcome::grant || !gate_) return;
  const Command command{answer.record, name_, answer.direction,
                        parts_.clock->now() + settings_.rules.actuator_deadline};
  answer.trace.commanded = parts_.clock->now();
  auto released = gate_->release(command);
  if (released) {
    answer.trace.released = *released;
    return;
  }
  answer.trouble = released.error();
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
  record.details["error"] = to_line(error);
  parts_.ledger->post(std::move(record));
}

// A Reading that comes while this lane's thread waits for a disk that does not answer: it does not wait as well.
void Lane::handle_beside(const Reading& reading, Direction direction) {
  Answer answer = begun(reading, direction, parts_.clock->now());
  Identified identified = identify(reading, parts_.formats);
  answer.credential = std::move(identified.credential);
  answer.verdict = {Outcome::deny, std::move(identified.reason), std::move(identified.note), {}};
  decide(reading, answer);
  ask_the_gate(answer);
  shut_unless_fail_open(answer);
  parts_.ledger->post(record_of(reading, answer));
  release(answer);
  parts_.observer->answered(answer);
}

bool Lane::offer(Reading reading, Direction direction) {
  const MonotonicTime now = parts_.clock->now();
  std::unique_lock lock(mutex_);
  if (overdue_ && !paused_) {
    ++beside_;
    lock.unlock();
    handle_beside(reading, direction);
    lock.lock();
    --beside_;
    if (paused_) handled_.notify_all();
    return true;
  }
  if (waiting_.size() < most_waiting) {
    waiting_.push_back({std::move(reading), direction, now});
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
    if (stop.stop_requested() && !finishing_) return;
    const Offered next = std::move(waiting_.front());
    waiting_.pop_front();
    handling_ = true;
    lock.unlock();
    handle(next.reading, next.direction, next.at);
    lock.lock();
    handling_ = false;
    if (paused_) handled_.notify_all();
  }
}

std::size_t Lane::room() const {
  const std::scoped_lock lock(mutex_);
  return most_waiting - std::min(waiting_.size(), most_waiting);
}

Lane::Vitals Lane::vitals() const {
  const std::scoped_lock lock(mutex_);
  Vitals vitals{.waiting = waiting_.size(), .dropped = dropped_};
  if (moves_something()) vitals.gate = gate_ ? gate_->state() : Gate::State::unknown;
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
  if (!passage) return alarm("passage_unknown", gate_name_, passage.error(), command.record.sequence);
  if (*passage == Passage::no_sensor) return;
  parts_.ledger->post({.kind = RecordKind::passage,
                       .at = parts_.clock->now(),
                       .wall = parts_.clock->wall(),
                       .lane = name_,
                       .direction = command.direction,
                       .device = gate_name_,
                       .reason = *passage == Passage::seen ? "seen" : "timed_out",
                       .about = command.record.sequence});
}

}  // namespace gatepost::lane

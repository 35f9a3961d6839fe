// What a lane does while something holds it: the disk, a plugin, its gate. Whoever stands there is answered without it.
#include <utility>

#include "lane/scan.hpp"

namespace gatepost::lane {
namespace {

std::string_view to_word(Asked what) { return what == Asked::format ? "format" : "policy"; }

std::string called(Asked what, const std::string& name) { return std::string(to_word(what)) + " " + name; }

}  // namespace

// The held thread is back.
Lane::Scan::~Scan() {
  if (answered_) hold(Held::no, {});
}

void Lane::Scan::hangs(Asked what, const std::string& name) {
  const std::string who = called(what, name);
  const Terms on = terms();
  const Error error{"does not answer", who, "look for what it waits for; scans are answered without it"};
  if (lane_.complaints_.begins(who)) lane_.alarm(std::string(to_word(what)) + "_hangs", name, error, 0);
  const bool format = what == Asked::format;
  hold(format ? Held::by_format : Held::by_policy, who);
  lane_.answer_without(*this, format ? Held::by_format : Held::by_policy,
                       on.failed(format ? "format_failed" : "policy_timeout", name + ": does not answer"));
}

void Lane::Scan::failed(Asked what, const std::string& name, const Error& error) {
  if (!answered_ && lane_.complaints_.begins(called(what, name)))
    lane_.alarm(std::string(to_word(what)) + "_failed", name, error, 0);
}

void Lane::Scan::answered(Asked what, const std::string& name) {
  if (lane_.complaints_.ends(called(what, name))) lane_.alarm(std::string(to_word(what)) + "_recovered", name, {}, 0);
}

void Lane::Scan::gate_hangs() {
  hold(Held::by_gate, "gate " + lane_.settings_.actuator);
  lane_.hangs("the command");
  answer.trouble = Error{"the actuator does not answer", lane_.settings_.actuator, "look at the board and its cable"};
  now_answered();
  lane_.tell(answer);
}

void Lane::hold(Held held, const std::string& by) {
  {
    const std::scoped_lock lock(mutex_);
    holder_ = by;
  }
  held_ = held;
}

// From another thread than the lane's. Its Record is not waited for: what moves a gate now is a lane that fails open.
void Lane::answer_without(Scan& scan, Held held, Verdict verdict) {
  Answer& answer = scan.answer;
  answer.verdict = std::move(verdict);
  if (held == Held::by_gate && answer.verdict.outcome == Outcome::grant)
    answer.verdict = {Outcome::deny, "gate_not_ready", "the actuator does not answer", {}};
  ask_the_gate(answer);
  if (held == Held::by_disk) shut_unless_fail_open(answer);
  parts_.ledger->post(record_of(scan.reading, answer));
  release(scan);
  if (scan.is_answered()) return;
  scan.now_answered();
  tell(answer);
}

// The disk has not answered in time, and may not for long. The Record is on its way already.
void Lane::answer_late(Scan& scan) {
  scan.hold(Held::by_disk, "the journal's disk");
  shut_unless_fail_open(scan.answer);
  release(scan);
  if (scan.is_answered()) return;
  scan.now_answered();
  tell(scan.answer);
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

// A Reading that comes while this lane's thread is held: it does not wait as well, and what holds is not asked again.
void Lane::handle_beside(const Reading& reading, Direction direction, std::shared_ptr<Asker> asker) {
  const Held held = held_;
  Answer answer = begun(reading, direction, parts_.clock->now());
  answer.asker = std::move(asker);
  Scan scan(*this, reading, answer, false);
  const Terms terms = scan.terms();
  if (held == Held::by_format)
    return answer_without(scan, held, terms.failed("format_failed", "a credential format does not answer"));
  identify(scan);
  if (scan.is_answered()) return;
  if (held == Held::by_policy && answer.credential)
    return answer_without(scan, held, terms.failed("policy_timeout", "a policy does not answer"));
  decide(scan);
  if (!scan.is_answered()) answer_without(scan, held, std::move(answer.verdict));
}

bool Lane::stopped(Duration patience) {
  std::unique_lock lock(mutex_);
  if (!handled_.wait_for(lock, patience, [&] { return !at_work_; })) return false;
  const auto gate = gate_;
  lock.unlock();
  return !gate || gate->stopped(patience);
}

std::string Lane::held_by() const {
  const std::scoped_lock lock(mutex_);
  if (!holder_.empty()) return holder_;
  return at_work_ ? std::string() : "gate " + gate_name_;
}

void Lane::hangs(const std::string& what) {
  if (complaints_.begins("gate " + gate_name_))
    alarm("actuator_hangs", gate_name_,
          {"the actuator does not come back from " + what, gate_name_, "look at the board and its cable"}, 0);
}

void Lane::back() {
  if (complaints_.ends("gate " + gate_name_)) alarm("actuator_recovered", gate_name_, {}, 0);
}

}  // namespace gatepost::lane

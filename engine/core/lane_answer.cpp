// The end of a scan's road: its Record, the gate, and the one place where it is answered.
#include <algorithm>
#include <array>
#include <utility>

#include "core/hooks.hpp"
#include "core/lane.hpp"
#include "core/seconds.hpp"

namespace gatepost::core {
namespace {

// Whoever was told one of these makes a new attempt at once: to wait, to scan again, or that the gate did not move.
bool is_passing_trouble(const std::string& reason) {
  constexpr std::array reasons{"late",         "busy",           "gate_not_ready",  "damaged",
                               "not_recorded", "journal_slow",   "format_failed",   "policy_failed",
                               "clock_unset",  "policy_timeout", "actuator_failed", "direction_not_said"};
  return std::ranges::find(reasons, reason) != reasons.end();
}

}  // namespace

void Lane::commit() {
  if (hangs(Kind::journal, 0)) return commit_without_journal();
  // Who is denied is recorded all the same, however late he is.
  Duration patience = settings_.record_deadline;
  if (scan_->answer.verdict.outcome == Outcome::grant) patience = std::min(patience, scan_->deadline - now_.boot);
  if (mutant(Mutant::deny_not_recorded_late)) patience = std::min(patience, scan_->deadline - now_.boot);
  if (mutant(Mutant::release_before_durable)) {
    emit(Post{record_of_scan()});
    return release_or_answer();
  }
  const CallId id = call(Step::committing, patience);
  emit(Commit{id, record_of_scan(), due_});
}

void Lane::handle(Committed&& event) {
  if (const auto late = came_late(event.call)) {
    if (late->kind != Kind::journal || !event.id) return;
    Answer& answer = late->scan->answer;
    if (late->scan == scan_) answer.record = *event.id;  // what becomes of the opening is told about it
    reached("a Record came late");
    if (late->granted && answer.verdict.outcome == Outcome::deny && !mutant(Mutant::late_record_untold))
      alarm("kept_too_late", settings_.actuator,
            {"the Record was kept too late: the answer was deny, and the gate did not open", settings_.name,
             "look at the disk"},
            event.id->sequence);
    return;
  }
  if (event.call != call_ || step_ != Step::committing) return;
  Answer& answer = scan_->answer;
  answer.trace.recorded = now_.monotonic;
  if (event.id) {
    answer.record = *event.id;
  } else {
    reached("a Record was not kept");
    answer.trouble = event.id.error();
    if (answer.verdict.outcome == Outcome::grant && !settings_.fail_open && !mutant(Mutant::open_though_commit_failed))
      answer.verdict = {Outcome::deny, "not_recorded", to_line(event.id.error()), std::move(answer.verdict.facts)};
  }
  release_or_answer();
}

// The disk holds an earlier Record up, and may for long. What is posted tells the answer that is given.
void Lane::commit_without_journal() {
  reached("the journal hung, and an attempt was posted");
  if (mutant(Mutant::unrecorded_grant_posted)) emit(Post{record_of_scan()});
  deny_unrecorded();
  posts_ = !mutant(Mutant::unrecorded_grant_posted);
  release_or_answer();
}

void Lane::deny_unrecorded() {
  Answer& answer = scan_->answer;
  answer.trouble = Error{"the disk does not keep a Record in time", "journal", "see the alarms of the journal"};
  if (answer.verdict.outcome == Outcome::grant && !settings_.fail_open && !mutant(Mutant::open_though_commit_slow))
    answer.verdict = {Outcome::deny, "journal_slow", answer.trouble->what, std::move(answer.verdict.facts)};
}

void Lane::release_or_answer() {
  Answer& answer = scan_->answer;
  const bool moves = answer.verdict.outcome == Outcome::grant && !settings_.actuator.empty();
  if (moves && gate_ == GateState::held_open) reached("a grant at a gate that was held open");
  if (!moves) return this->answer();
  answer.trace.commanded = now_.monotonic;
  if (now_.boot > scan_->deadline && !mutant(Mutant::deadline_after_commit))
    return release_failed({"it came too late: the scan was " + seconds(now_.boot - scan_->seen) + " ago",
                           settings_.name, "look for what held the engine up"});
  BootTime deadline = std::min(scan_->deadline, now_.boot + settings_.actuator_deadline);
  if (mutant(Mutant::deadline_after_commit)) deadline = now_.boot + settings_.actuator_deadline;
  const CallId id = call(Step::releasing, deadline - now_.boot + gate_answers_within);
  emit(Release{id, answer.record, answer.direction, deadline});
}

void Lane::handle(Released&& event) {
  if (event.ticket != call_ || step_ != Step::releasing) return;
  if (!event.at) {
    reached("a release failed");
    return release_failed(event.at.error());
  }
  scan_->answer.trace.released = *event.at;
  if (gate_ != GateState::held_open) passing_ = scan_->output;
  answer();
}

// What is told is what the gate did; the Record says grant already, so an alarm about it says what became of it.
void Lane::release_failed(const Error& error) {
  Answer& answer = scan_->answer;
  answer.trouble = error;
  answer.verdict.outcome = Outcome::deny;
  answer.verdict.reason = "actuator_failed";
  answer.verdict.note = error.what;
  alarm("actuator_failed", settings_.actuator, error, answer.record.sequence);
  this->answer();
}

// The one place where a scan is answered.
void Lane::answer() {
  const Answer& answer = scan_->answer;
  const bool passing = is_passing_trouble(answer.verdict.reason) &&
                       !(mutant(Mutant::failed_opening_remembered) && answer.verdict.reason == "actuator_failed");
  if (!answer.repeated && !scan_->pressed && !passing) duplicates_.remember(scan_->reading, answer, scan_->seen);
  if (answer.verdict.outcome == Outcome::deny && !answer.repeated && !scan_->pressed && !passing) note_denial();
  if (std::exchange(posts_, false)) emit(Post{record_of_scan()});
  emit(Answered{{scan_, &scan_->answer}});
  if (scan_->output) {
    emit(TellScanner{scan_->output, answer.verdict.outcome, answer.verdict.reason});
    if (scan_->output != passing_) emit(TellScanner{scan_->output, {}, {}});
  }
  scan_->held.clear();  // whoever follows the answers may have the scan for longer
  scan_.reset();
  step_ = Step::idle;
  call_ = 0;
  turned_ = now_.monotonic;
}

}  // namespace gatepost::core

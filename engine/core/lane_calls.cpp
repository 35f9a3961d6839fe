// What a lane knows of calls that are under way or were given up, and the Records that it makes.
#include <algorithm>
#include <gatepost/bytes_text.hpp>
#include <utility>

#include "core/hooks.hpp"
#include "core/lane.hpp"

namespace gatepost::core {
namespace {

std::string called(bool format, const std::string& name) { return (format ? "format " : "policy ") + name; }

}  // namespace

CallId Lane::call(Step step, Duration patience) {
  step_ = step;
  due_ = now_.boot + patience;
  return call_ = ++last_call_;
}

// The call under way is not back in its time: the scan goes on without it.
void Lane::expire() {
  if (step_ == Step::idle || call_ == 0 || now_.boot < due_) return;
  const auto does_not_answer = [](const Callee& callee) { return callee.name + ": does not answer"; };
  switch (step_) {
    case Step::decoding: {
      const Callee format = settings_.formats.at(index_);
      abandon(Kind::format, format);
      scan_->answer.verdict = verdict_of_failure("format_failed", does_not_answer(format));
      return identified();
    }
    case Step::deciding: {
      const Callee policy = settings_.policies.at(index_);
      abandon(Kind::policy, policy);
      return add(verdict_of_failure("policy_timeout", does_not_answer(policy)));
    }
    case Step::committing: {
      const bool granted = scan_->answer.verdict.outcome == Outcome::grant;
      abandon(Kind::journal, {});
      abandoned_.back().scan = scan_;
      abandoned_.back().granted = granted;
      deny_unrecorded();
      return release_or_answer();
    }
    case Step::releasing:  // the gate answers in its time, whatever its board does; and it may have opened
      if (mutant(Mutant::lane_gives_up_release)) return release_failed({"the gate does not answer", {}, {}});
      break;
    case Step::idle:
      break;
  }
}

void Lane::abandon(Kind kind, const Callee& callee) {
  abandoned_.push_back({call_, kind, callee});
  emit(Abandon{call_});
  if (mutant(Mutant::answered_twice)) emit(Answered{{scan_, &scan_->answer}});
  call_ = 0;
  if (kind != Kind::journal) hung(kind, callee);
}

std::optional<Lane::Abandoned> Lane::came_late(CallId call) {
  const auto found = std::ranges::find(abandoned_, call, &Abandoned::call);
  if (found == abandoned_.end()) return {};
  Abandoned late = std::move(*found);
  abandoned_.erase(found);
  return late;
}

bool Lane::hangs(Kind kind, std::uint64_t object) const {
  return std::ranges::any_of(abandoned_,
                             [&](const Abandoned& one) { return one.kind == kind && one.callee.object == object; });
}

void Lane::hung(Kind kind, const Callee& callee) {
  const bool format = kind == Kind::format;
  if (!latch_.begins(called(format, callee.name))) return;
  alarm(format ? "format_hangs" : "policy_hangs", callee.name,
        {"does not answer", called(format, callee.name), "look for what it waits for; scans are answered without it"},
        0);
}

void Lane::failed(Kind kind, const Callee& callee, const Error& error) {
  const bool format = kind == Kind::format;
  if (latch_.begins(called(format, callee.name)))
    alarm(format ? "format_failed" : "policy_failed", callee.name, error, 0);
}

void Lane::recovered(Kind kind, const Callee& callee) {
  const bool format = kind == Kind::format;
  if (latch_.ends(called(format, callee.name)))
    alarm(format ? "format_recovered" : "policy_recovered", callee.name, {}, 0);
}

Verdict Lane::verdict_of_failure(std::string reason, std::string note) const {
  if (settings_.fail_open || mutant(Mutant::policy_failure_grants))
    return {Outcome::grant, "fail_open", std::move(note), {}};
  return {Outcome::deny, std::move(reason), std::move(note), {}};
}

// ---- Guessing

// The scans wait, and whoever is denied waits with them; none is answered without being looked at.
void Lane::note_denial() {
  const Duration pause = pace_.denied(now_.monotonic);
  if (pause == Duration::zero()) return;
  reached("denials slowed a lane down");
  slowed_until_ = now_.boot + pause;
  guessing_over_ = now_.boot + pace_.is_over_in();
  if (latch_.begins("guessing"))
    alarm("guessing", {},
          {"attempts are denied again and again: the lane takes the next scan only after a pause", settings_.name,
           "look who stands there; if it is right, raise or end denied_at_most of this lane"},
          0);
}

bool Lane::is_slowed() const { return slowed_until_ && now_.boot < *slowed_until_ && !stopping_; }

void Lane::look_for_end_of_guessing() {
  if (!guessing_over_ || now_.boot < *guessing_over_) return;
  guessing_over_.reset();
  if (latch_.ends("guessing")) alarm("guessing_ended", {}, {}, 0);
}

// ---- Records

Record Lane::record_of_scan() const {
  const Reading& reading = scan_->reading;
  const Answer& answer = scan_->answer;
  Record record{.kind = RecordKind::attempt,
                .at = reading.seen,
                .wall = reading.wall,
                .lane = settings_.name,
                .direction = answer.direction,
                .device = reading.device,
                .symbology = reading.symbology,
                .outcome = answer.verdict.outcome,
                .reason = answer.verdict.reason};
  if (answer.credential) {
    record.scheme = answer.credential->scheme;
    record.subject = answer.credential->subject;
    record.attributes = answer.credential->attributes;
    record.verified = answer.credential->verified;
  }
  if (!answer.zone.empty()) record.details[zone_detail] = answer.zone;
  if (reading.damage != Damage::none) record.details["damage"] = answer.verdict.note;
  if (reading.damage != Damage::none && !reading.payload.empty())
    record.details[damaged_bytes] = escape(std::string_view(reading.payload).substr(0, max_damaged_payload));
  return record;
}

void Lane::alarm(std::string reason, std::string device, const Error& error, std::uint64_t about) {
  Record record{.kind = RecordKind::alarm,
                .at = now_.monotonic,
                .wall = now_.wall,
                .lane = settings_.name,
                .device = std::move(device),
                .reason = std::move(reason),
                .about = about};
  if (!error.what.empty()) record.details["error"] = to_line(error);
  emit(Post{std::move(record)});
}

std::string Lane::held_by() const {
  if (abandoned_.empty()) return {};
  const Abandoned& first = abandoned_.front();
  if (first.kind == Kind::journal) return "the journal's disk";
  return called(first.kind == Kind::format, first.callee.name);
}

}  // namespace gatepost::core

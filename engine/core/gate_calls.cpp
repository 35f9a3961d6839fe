// A gate's calls to its actuator, those that hang among them, and the Records of how its actuator is.
#include <algorithm>
#include <utility>

#include "core/gate.hpp"
#include "core/hooks.hpp"

namespace gatepost::core {

CallId Gate::begin(Kind kind, Hand hand, Duration patience) {
  calls_.push_back({++last_call_, kind, hand, now_.boot, now_.boot + patience});
  return last_call_;
}

std::optional<Gate::Call> Gate::end(CallId id) {
  const auto found = std::ranges::find(calls_, id, &Call::id);
  if (found == calls_.end()) return {};
  const Call call = *found;
  calls_.erase(found);
  if (call.overdue) {
    if (!hangs() && latch_.ends("call")) alarm("actuator_recovered", {});
    rest_at_ = hold_at_ = now_.boot;
  }
  return call;
}

void Gate::expire() {
  if (asked_ && now_.boot >= asked_->deadline && !mutant(Mutant::gate_deadline_not_asked))
    refuse(std::exchange(asked_, {})->ticket, "the gate's board does not answer", "look at its cable");
  for (Call& call : calls_) {
    if (call.overdue || now_.boot < call.due) continue;
    call.overdue = true;
    hung(call);
  }
}

void Gate::hung(const Call& call) {
  emit(Abandon{call.id, call.hand, call.kind == Kind::open});
  const std::string doing = call.kind == Kind::rest        ? "going to rest"
                            : call.kind == Kind::open      ? "the command"
                            : call.kind == Kind::hold_open ? "being held open"
                            : call.kind == Kind::look      ? "being looked at"
                                                           : "waiting for the passage";
  const Error error{"the actuator does not come back from " + doing, settings_.device,
                    "look at the board and its cable"};
  if (latch_.begins("call")) alarm("actuator_hangs", error);
  if (call.kind == Kind::open && ticket_ != 0 && !mutant(Mutant::overdue_opening_untold))
    answer(std::exchange(ticket_, 0), Error{"the actuator does not answer", settings_.device, error.remedy});
  if (call.kind == Kind::hold_open) report_hold(error);
  if (call.kind == Kind::passage) {
    reached("a passage hung");
    if (!mutant(Mutant::hung_passage_unrecorded)) alarm("passage_unknown", error, call.record.sequence);
    if (!mutant(Mutant::passage_over_untold)) emit(PassageOver{});
  }
  distrust(call.kind == Kind::open || call.kind == Kind::hold_open);
}

// ---- Records

void Gate::report_rest(const Result<void>& result) {
  const bool changed = !last_rest_ || last_rest_->has_value() != result.has_value();
  last_rest_ = result;
  if (!changed) return;
  last_rest_changed_ = now_.monotonic;
  Record record = record_of(RecordKind::device, result ? "up" : "down");
  if (!result) record.details["error"] = to_line(result.error());
  emit(Post{std::move(record)});
}

void Gate::report_hold(const Result<void>& result) {
  if (std::exchange(last_hold_good_, result.has_value()) == result.has_value()) return;
  if (result)
    alarm("held_open", {});
  else
    alarm("not_held_open", result.error());
}

// Where a way is free it is a passage like any other; else somebody has to look who that was, too.
void Gate::report_passed(const UnaskedPassage& passage) {
  reached("somebody passed whom nobody had let through");
  if (mutant(Mutant::unasked_passage_untold)) return;
  Record record = record_of(RecordKind::passage, passage.is_free ? "free" : "unauthorized");
  record.at = std::min(passage.at.value_or(now_.monotonic), now_.monotonic);
  record.wall = now_.wall - (now_.monotonic - record.at);
  if (passage.direction) record.direction = *passage.direction;
  if (!passage.direction) record.details["direction"] = "unknown";
  emit(Post{record});
  if (passage.is_free) return;
  record.kind = RecordKind::alarm;
  record.reason = "unauthorized_passage";
  record.details["error"] = to_line({"somebody passed the gate at rest, or close behind somebody else",
                                     settings_.device, "look who that was, and whether the gate shuts"});
  emit(Post{std::move(record)});
}

void Gate::report_sensor(bool is_stuck) {
  if (is_stuck && latch_.begins("sensor"))
    alarm("sensor_stuck", {"the passage sensor tells of somebody all the time", settings_.device,
                           "look what stands in it, and at its cable; no passage is seen meanwhile"});
  if (!is_stuck && latch_.ends("sensor")) alarm("sensor_free", {});
}

Record Gate::record_of(RecordKind kind, std::string reason) const {
  return {.kind = kind,
          .at = now_.monotonic,
          .wall = now_.wall,
          .lane = settings_.lane,
          .device = settings_.device,
          .reason = std::move(reason)};
}

void Gate::alarm(std::string reason, const Error& error, std::uint64_t about) {
  Record record = record_of(RecordKind::alarm, std::move(reason));
  record.about = about;
  if (!error.what.empty()) record.details["error"] = to_line(error);
  emit(Post{std::move(record)});
}

}  // namespace gatepost::core

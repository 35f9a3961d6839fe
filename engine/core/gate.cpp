#include "core/gate.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/hooks.hpp"

namespace gatepost::core {
namespace {

using namespace std::chrono_literals;

constexpr Duration open_grace = 200ms;  // beyond a release's deadline: an actuator that honours it says so itself
constexpr Duration shortest_hold = 50ms;

}  // namespace

void Gate::on(const Event& event, const Now& now) {
  assert(effects_.empty() && "effects are taken out before the next event");
  now_ = now;
  if (!std::exchange(began_, true)) {
    if (!mutant(Mutant::no_look_after_start)) look_at_ = now.boot + settings_.call_patience + settings_.settle;
    if (mutant(Mutant::trusted_at_start)) become(GateState::at_rest);
  }
  expire();  // before the event: what comes back after its time is late, whoever was looked at first
  std::visit([this](const auto& one) { handle(one); }, event);
  act();
}

std::optional<BootTime> Gate::due() const {
  if (stopped_) return {};
  std::optional<BootTime> due = wake_;
  const auto consider = [&](BootTime time) { due = due ? std::min(*due, time) : time; };
  for (const Call& call : calls_)
    if (!call.overdue) consider(call.due);
  if (asked_) consider(asked_->deadline);
  if (look_at_) consider(*look_at_);
  return due;
}

bool Gate::hangs() const { return std::ranges::any_of(calls_, &Call::overdue); }

bool Gate::board_is_asked() const {
  if (mutant(Mutant::calls_overlap)) return false;
  return std::ranges::any_of(calls_, [](const Call& call) { return call.kind != Kind::passage && !call.overdue; });
}

const Gate::Call* Gate::under_way(Kind kind) const {
  const auto found = std::ranges::find(calls_, kind, &Call::kind);
  return found == calls_.end() ? nullptr : &*found;
}

// ---- What is asked of it

void Gate::handle(const Release& event) {
  if (stopping_) return refuse(event.ticket, "the site is being stopped", "scan again once it runs");
  if (now_.boot >= event.deadline && !mutant(Mutant::gate_deadline_not_asked))
    return refuse(event.ticket, "the command came after its deadline", "look for what held the engine up");
  // By what its board promised: after a freeze a guard may have shut it.
  if (state_ == GateState::held_open && (now_.boot <= hold_at_ || mutant(Mutant::held_by_belief)))
    return answer(event.ticket, now_.monotonic);
  if (asked_ || (state_ != GateState::at_rest && !fire_ && !mutant(Mutant::released_not_at_rest)))
    return refuse(event.ticket, "the gate is not at rest", "wait for it");
  asked_ = event;
}

void Gate::handle(const FireOn&) {
  if (std::exchange(fire_, true)) return;
  hold_at_ = now_.boot;
  hold_pause_ = settings_.first_pause;
  last_hold_good_.reset();
}

// Whatever it was opened for: from here on it is not known to be shut.
void Gate::handle(const FireOff&) {
  if (!std::exchange(fire_, false)) return;
  if (mutant(Mutant::fire_off_rests_nothing)) return become(GateState::at_rest);
  if (state_ != GateState::at_rest || under_way(Kind::hold_open) != nullptr) distrust(false);
}

void Gate::handle(const Stop&) {
  stopping_ = true;
  rest_at_ = now_.boot;
  if (state_ == GateState::held_open) become(GateState::unknown);
  if (asked_) refuse(std::exchange(asked_, {})->ticket, "the site is being stopped", "scan again once it runs");
}

// ---- What the board answers

void Gate::handle(const Rested& event) {
  const auto call = end(event.call);
  if (call && call->overdue) reached("a rest came late");
  if (!call || (call->overdue && !mutant(Mutant::late_rest_trusted))) return;
  const bool settles = event.result && settles_at_ && call->begun < *settles_at_;
  if (stopping_ && !settles) {
    stopped_ = true;
    if (!event.result) alarm("not_at_rest", event.result.error());
    emit(Stopped{event.result});
    return;
  }
  report_rest(event.result);
  if (!event.result && !mutant(Mutant::failed_rest_trusted)) {
    reached("a rest failed");
    become(GateState::unknown);
    rest_at_ = now_.boot + (mutant(Mutant::rest_not_tried_again) ? Duration(24h) : rest_pause_);
    rest_pause_ = std::min(rest_pause_ * 2, settings_.longest_pause);
    return;
  }
  rest_pause_ = settings_.first_pause;
  if (settles) {
    rest_at_ = *settles_at_;
    return;
  }
  settles_at_.reset();
  if (!fire_) become(GateState::at_rest);
}

void Gate::handle(const Opened& event) {
  const auto call = end(event.call);
  if (!call) return;
  if (call->overdue) {  // answered already: the person was told that the gate stays shut
    reached(event.result ? "an opening came late" : "an opening failed late");
    if (mutant(Mutant::late_opening_trusted)) return become(GateState::at_rest);
    if (event.result)
      alarm("opened_late",
            {"the board took the command after its time; the gate is being shut", settings_.device,
             "look at the board and its cable"},
            call->record.sequence);
    return distrust(true);
  }
  const CallId ticket = std::exchange(ticket_, 0);
  if (!event.result) {
    reached("an opening failed");
    if (mutant(Mutant::doubt_ignored))
      become(GateState::at_rest);
    else
      distrust(true);
    return answer(ticket, event.result.error());
  }
  become(GateState::open);
  answer(ticket, event.result);
  if (!fire_ && !stopping_) return watch_passage(*call, open_deadline_);
  alarm("passage_unknown",
        {fire_ ? "an alarm holds the gate open" : "the engine stopped before anybody was seen to pass",
         settings_.device, "look who is in the gate"},
        call->record.sequence);
  distrust(false);
  emit(PassageOver{});
}

void Gate::handle(const HeldOpen& event) {
  const auto call = end(event.call);
  if (!call) return;
  if (!event.again_within && !mutant(Mutant::failed_hold_trusted))
    settles_at_ = now_.boot + settings_.settle;  // it may reach the board yet
  if (!fire_ || stopping_) return distrust(false);
  report_hold(event.again_within ? Result<void>() : event.again_within.error());
  if (!event.again_within) {
    become(GateState::unknown);
    hold_at_ = now_.boot + hold_pause_;
    hold_pause_ = std::min(hold_pause_ * 2, settings_.longest_pause);
    if (asked_) answer(std::exchange(asked_, {})->ticket, event.again_within.error());
    return;
  }
  become(GateState::held_open);
  hold_pause_ = settings_.first_pause;
  // From when the board was told: it may have been asleep, or held up, before its answer was heard.
  hold_at_ = call->begun + std::clamp<Duration>(*event.again_within, shortest_hold, settings_.longest_pause);
  if (mutant(Mutant::hold_not_repeated)) hold_at_ = now_.boot + 24h;
  if (asked_ && now_.boot <= hold_at_) answer(std::exchange(asked_, {})->ticket, now_.monotonic);
}

void Gate::handle(const Passed& event) {
  const auto call = end(event.call);
  if (!call) return;
  if (call->overdue) return distrust(false);
  // At rest before anybody is told: who hears of the passage may scan at once.
  if (!event.passage) reached("a passage failed");
  const bool trusted = (!event.passage && mutant(Mutant::failed_passage_trusted)) ||
                       (call->cancelled && mutant(Mutant::cancelled_passage_trusted));
  if ((!event.passage || call->cancelled || stopping_) && !trusted)
    distrust(false);
  else
    become(GateState::at_rest);
  if (!event.passage) {
    alarm("passage_unknown", event.passage.error(), call->record.sequence);
  } else if (!(*event.passage == Passage::no_sensor)) {
    Record record = record_of(RecordKind::passage, *event.passage == Passage::seen ? "seen" : "timed_out");
    const MonotonicTime at = std::min(event.passage->at.value_or(now_.monotonic), now_.monotonic);
    record.at = at;
    record.wall = now_.wall - (now_.monotonic - at);
    record.direction = call->direction;
    record.about = call->record.sequence;
    emit(Post{std::move(record)});
  }
  emit(PassageOver{});
}

// A gate that nobody has asked to move, and that is not shut any more or cannot be asked, is found out before the next
// person comes.
void Gate::handle(const Looked& event) {
  const auto call = end(event.call);
  if (call && event.found && !fire_ && !stopped_) {
    for (const auto& passage : event.found->passed) report_passed(passage);
    report_sensor(event.found->sensor_is_stuck);
  }
  if (!call || call->overdue || state_ != GateState::at_rest) return;
  looked_at_ = now_.boot;
  const bool moved = event.found && event.found->moved;
  if (event.found && (!moved || mutant(Mutant::other_state_ignored))) return;
  reached(moved ? "a look found another state" : "a look failed");
  if (moved)
    alarm("unexpected_state", {"the board is not as the engine left it; the gate is brought to rest", settings_.device,
                               "look for a hand switch or another controller, and at the board's power"});
  if (!moved && mutant(Mutant::failed_look_ignored)) return;
  distrust(false);
}

// ---- What it does by itself

// What comes next, when the board is not being asked already: one call at a time.
void Gate::act() {
  wake_.reset();
  if (look_at_ && now_.boot >= *look_at_) {
    look_at_.reset();
    look_ = true;
  }
  if (stopped_ || board_is_asked()) return;
  if (stopping_) return act_on_stop();
  if (fire_ && !(mutant(Mutant::rest_during_alarm) && state_ == GateState::unknown)) return act_on_alarm();
  if (hangs() || under_way(Kind::passage) != nullptr) return;
  if ((state_ == GateState::at_rest || mutant(Mutant::released_not_at_rest)) && asked_)
    return open(*std::exchange(asked_, {}));
  if (asked_) refuse(std::exchange(asked_, {})->ticket, "the gate is not at rest", "wait for it");
  if (state_ == GateState::at_rest && !look_) return act_at_rest();
  if (now_.boot < rest_at_ && !look_) {
    wake_ = rest_at_;
    return;
  }
  if (look_) rest_pause_ = settings_.first_pause;
  look_ = false;
  emit(CallRest{begin(Kind::rest, Hand::board, settings_.call_patience)});
}

void Gate::act_at_rest() {
  if (settings_.look_every <= Duration::zero() || mutant(Mutant::never_looked_at)) return;
  const BootTime due = looked_at_ + settings_.look_every;
  if (now_.boot < due)
    wake_ = due;
  else
    emit(CallLook{begin(Kind::look, Hand::board, settings_.call_patience)});
}

// Said again and again: a board that was plugged out and in, or a guard, shuts it otherwise.
void Gate::act_on_alarm() {
  if (!cancels_passage()) return;
  if (look_) hold_at_ = now_.boot;
  look_ = false;
  const bool hung = std::ranges::any_of(calls_, [](const Call& call) { return call.hand == Hand::board; });
  if (hung && std::ranges::any_of(calls_, [](const Call& call) { return call.hand == Hand::spare; })) {
    reached("an alarm, and both hands hang");
    if (!mutant(Mutant::second_alarm_untold))
      report_hold(Error{"the actuator has not come back from earlier calls", settings_.device,
                        "open the gate by hand; look at the board and its cable"});
    return;
  }
  if (hung) reached("a gate was held open beside a call that hung");
  if (hung && mutant(Mutant::no_spare_hand)) return;
  const Hand hand = hung ? Hand::spare : Hand::board;
  if (now_.boot < hold_at_) {
    wake_ = hold_at_;
    return;
  }
  emit(CallHoldOpen{begin(Kind::hold_open, hand, settings_.call_patience), hand});
}

void Gate::act_on_stop() {
  if (mutant(Mutant::stopped_without_rest)) {
    stopped_ = true;
    return emit(Stopped{Result<void>()});
  }
  if (!cancels_passage() || hangs()) return;
  if (now_.boot < rest_at_) {
    wake_ = rest_at_;
    return;
  }
  emit(CallRest{begin(Kind::rest, Hand::board, settings_.call_patience)});
}

// True when no passage is waited for any more. The actuator shuts the gate at its end, so what follows waits for that.
bool Gate::cancels_passage() {
  if (mutant(Mutant::alarm_lets_passage_be)) return true;
  const auto passage = std::ranges::find(calls_, Kind::passage, &Call::kind);
  if (passage == calls_.end() || passage->overdue) return true;
  if (!std::exchange(passage->cancelled, true)) {
    passage->due = now_.boot + settings_.cancel_patience;
    emit(CancelPassage{passage->id});
  }
  return false;
}

void Gate::open(const Release& asked) {
  become(GateState::moving);
  ticket_ = asked.ticket;
  open_deadline_ = asked.deadline;
  const CallId id = begin(Kind::open, Hand::board, asked.deadline - now_.boot + open_grace);
  calls_.back().record = asked.record;
  calls_.back().direction = asked.direction;
  emit(CallOpen{id, asked.record, asked.direction, asked.deadline});
}

void Gate::watch_passage(const Call& opened, BootTime deadline) {
  const CallId id = begin(Kind::passage, Hand::passage, settings_.passage_patience);
  calls_.back().record = opened.record;
  calls_.back().direction = opened.direction;
  emit(CallPassage{id, opened.record, opened.direction, deadline});
}

void Gate::answer(CallId ticket, Result<MonotonicTime> at) { emit(Released{ticket, std::move(at)}); }

void Gate::refuse(CallId ticket, std::string what, std::string remedy) {
  answer(ticket, Error{std::move(what), settings_.lane, std::move(remedy)});
}

void Gate::become(GateState state) {
  if (stopped_) return;
  if (state == GateState::at_rest) looked_at_ = now_.boot;
  if (std::exchange(state_, state) != state) emit(StateIs{state});
}

// It may be open: it is brought to rest at once. `settles`: what failed may reach the board until then, so it is
// brought to rest again afterwards, and nothing is released before.
void Gate::distrust(bool settles) {
  become(GateState::unknown);
  rest_at_ = now_.boot;
  rest_pause_ = settings_.first_pause;
  if (settles && !mutant(Mutant::no_settling)) settles_at_ = now_.boot + settings_.settle;
}

}  // namespace gatepost::core

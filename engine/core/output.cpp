#include "core/output.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/hooks.hpp"

namespace gatepost::core {

Output::Output(OutputSettings settings)
    : settings_(std::move(settings)),
      backoff_(settings_.pace.first_wait, settings_.pace.longest_wait, settings_.seed) {}

void Output::on(Event event, const Now& now) {
  assert(effects_.empty() && "effects are taken out before the next event");
  now_ = now;
  std::visit([this](auto&& one) { handle(std::forward<decltype(one)>(one)); }, std::move(event));
  if (stopping_) return;
  if (!std::exchange(began_, true)) return look(false);
  expire();
}

std::optional<BootTime> Output::due() const {
  if (stopping_) return {};
  if (step_ == Step::gathering) return wait_until_;
  if (step_ == Step::confirming || (step_ == Step::idle && !woken_)) return confirm_by_;
  if (step_ == Step::waiting) return probe_at_ ? std::min(*probe_at_, *wait_until_) : wait_until_;
  return hangs_at_;
}

std::optional<MonotonicTime> Output::delivering_since() const {
  if (call_ == 0 || step_ != Step::delivering) return {};
  return called_at_;
}

void Output::expire() {
  if (step_ == Step::gathering && now_.boot >= *wait_until_) {
    gathered_ = true;
    return look(false);
  }
  if (step_ == Step::confirming && is_overdue()) return send_again();
  if (step_ == Step::idle && is_overdue() && !std::exchange(woken_, true)) return emit(Cancel{call_});
  if (step_ == Step::waiting && now_.boot >= *wait_until_) return go_on();
  if (step_ == Step::waiting && probe_at_ && now_.boot >= *probe_at_) return emit(Probe{call(Step::probing)});
  if (hangs_at_ && now_.boot >= *hangs_at_) hang();
}

// Timed by the clock that stands still while the machine sleeps: that is no fault of the sink's.
void Output::hang() {
  const Duration left = settings_.pace.alarm - (now_.monotonic - called_at_);
  if (left > Duration::zero()) {
    hangs_at_ = now_.boot + left;
    return;
  }
  hangs_at_.reset();
  if (mutant(Mutant::hang_untold) || !latch_.begins("hang")) return;
  reached("an output hung");
  alarm("output_hangs",
        {step_ == Step::asking ? "is asked what it holds and does not answer" : "has a batch and does not answer",
         where(), "see what it waits for; the lanes go on, its Records are kept"});
}

// One call at a time, each with an id of its own: what a call brings that is not waited for is nobody's.
CallId Output::call(Step step) {
  step_ = step;
  call_ = ++last_call_;
  called_at_ = now_.monotonic;
  nudged_ = woken_ = false;
  wait_until_.reset();
  probe_at_.reset();
  const bool is_of_sink = step == Step::asking || step == Step::delivering;
  hangs_at_ = is_of_sink ? std::optional(now_.boot + settings_.pace.alarm) : std::nullopt;
  return call_;
}

bool Output::answers(CallId id) {
  if (id != call_) return false;
  call_ = 0;
  hangs_at_.reset();
  if (latch_.ends("hang")) alarm("output_answers", {});
  return true;
}

// ---- What is asked of it

// Whatever it waits for may be of a network that is gone; what a receiver asked for is kept to.
void Output::handle(Kick&&) {
  if (stopping_) return;
  if (step_ == Step::gathering) {
    backoff_.reset();
    wait_until_ = now_.boot;
    return;
  }
  if (step_ == Step::waiting) {
    reached("a kick ended a wait");
    backoff_.reset();
    return go_on();
  }
  kicked_ = !mutant(Mutant::kick_forgotten);
  const bool is_of_sink = step_ == Step::asking || step_ == Step::delivering;
  if (call_ == 0 || !is_of_sink || nudged_ || now_.monotonic - called_at_ < settings_.pace.nudge) return;
  if (mutant(Mutant::no_nudge)) return;
  reached("a delivery was begun anew");
  nudged_ = true;
  emit(Cancel{call_});
}

void Output::handle(Stop&&) {
  if (std::exchange(stopping_, true)) return;
  wait_until_.reset();
  hangs_at_.reset();
  if (call_ != 0) emit(Cancel{call_});
}

// ---- What goes next

void Output::look(bool waits) { emit(Look{call(waits ? Step::idle : Step::looking), waits, outlook_.epoch, sent()}); }

void Output::go_on() {
  if (stopping_) return;
  gathered_ = false;
  look(false);  // also for what has ended
}

void Output::handle(Found&& event) {
  if (!answers(event.call) || stopping_) return;
  const bool is_first = outlook_.epoch == 0;
  const bool is_other = outlook_.epoch != event.outlook.epoch;
  // It was looked at before what was acknowledged meanwhile.
  if (!is_other && !mutant(Mutant::outlook_taken_back))
    event.outlook.cursor = std::max(event.outlook.cursor, outlook_.cursor);
  outlook_ = std::move(event.outlook);
  if (is_first && outlook_.letters > 0) latch_.begins("letters");  // told by a run before
  if (is_other) begin_epoch();
  note_ends();
  if (asks_ && !mutant(Mutant::newest_not_asked)) {
    if (!held_) return emit(AskNewest{call(Step::asking), settings_.site});
    return compare(*held_);
  }
  if (is_overdue()) return send_again();
  if (!has_work()) return look(true);
  if (now_.boot < alone_until_) return wait(Duration::zero(), false);
  if (!has_room()) {
    step_ = Step::confirming;
    return;
  }
  if (!gathered_ && is_little()) return gather();
  read_next();
}

// What was refused or compared was of another journal.
void Output::begin_epoch() {
  asks_ = true;
  held_.reset();
  refusals_ = 0;
  sent_ = ever_sent_ = 0;
  clears_ = false;
  confirm_by_.reset();
}

bool Output::has_work() const { return outlook_.backlog || outlook_.letters_asked || outlook_.last > sent(); }

bool Output::is_little() const { return outlook_.last < sent() || outlook_.last - sent() < settings_.pace.batch; }

void Output::gather() {
  step_ = Step::gathering;
  wait_until_ = now_.boot + settings_.pace.gather;
  if (!std::exchange(kicked_, false)) return;
  backoff_.reset();
  wait_until_ = now_.boot;
}

// What a journal that was set aside still has goes first, then what a person asked to be sent again.
void Output::read_next() {
  const std::size_t limit = buggify("a batch of one") ? 1 : settings_.pace.batch;
  if (outlook_.backlog && !mutant(Mutant::backlog_last)) {
    from_ = From::backlog;
    const Backlog& backlog = *outlook_.backlog;
    return emit(Read{call(Step::reading), from_, backlog.epoch, backlog.sequence, backlog.last, limit});
  }
  if (outlook_.letters_asked) {
    from_ = From::letters;
    return emit(Read{call(Step::reading), from_, outlook_.epoch, 0, 0, 1});
  }
  from_ = From::records;
  const std::uint64_t room =
      mutant(Mutant::on_their_way_unbounded) ? limit : settings_.pace.on_their_way - on_their_way();
  emit(Read{call(Step::reading), from_, outlook_.epoch, sent(), outlook_.last, std::min<std::size_t>(limit, room)});
}

void Output::handle(Rows&& event) {
  const bool compares = step_ == Step::comparing;
  if (!answers(event.call) || stopping_) return;
  if (!event.records) {
    if (event.spoilt && (compares || from_ == From::records)) emit(ReportDamage{event.records.error(), outlook_.epoch});
    return set_back({event.records.error()});
  }
  if (compares) return compared(**event.records);
  take_rows(std::move(event));
}

void Output::take_rows(Rows&& rows) {
  batch_ = std::move(*rows.records);
  up_to_ = rows.up_to;
  lost_ = rows.lost;
  early_.reset();
  if (!batch_->empty()) return emit(Deliver{call(Step::delivering), batch_});
  if (from_ == From::letters) return done();  // dropped meanwhile
  if (from_ == From::backlog) return end_of_backlog_batch();
  set_back({{"the Records after the cursor are not there", where(), "run gatepost verify"}});
}

// ---- What is told

void Output::note_ends() {
  if (outlook_.letters == 0 && latch_.ends("letters")) alarm("dead_letters_cleared", {});
  if (outlook_.backlog || !latch_.ends("archived")) return;
  Record record = alarm_record("backlog_done", {});
  record.details["refused"] = std::to_string(std::exchange(refused_archived_, 0));
  emit(Post{std::move(record)});
}

Record Output::alarm_record(std::string reason, const Error& error) const {
  Record record{.kind = RecordKind::alarm, .at = now_.monotonic, .wall = now_.wall, .reason = std::move(reason)};
  record.details["output"] = settings_.name;
  if (!error.what.empty()) record.details["error"] = to_line(error);
  return record;
}

void Output::alarm(std::string reason, const Error& error) { emit(Post{alarm_record(std::move(reason), error)}); }

}  // namespace gatepost::core

// What becomes of a batch: taken, refused, tried again.
#include <algorithm>
#include <utility>

#include "core/hooks.hpp"
#include "core/output.hpp"

namespace gatepost::core {

void Output::handle(Delivered&& event) {
  if (!answers(event.call)) return;
  judge(event.delivery);
  const Delivery& delivery = event.delivery;
  if (delivery.error && delivery.retry_after > Duration::zero()) leave_alone(delivery.retry_after);
  if (from_ == From::records) return delivered_records(delivery);
  if (from_ == From::backlog) return delivered_backlog(delivery);
  delivered_letter(delivery);
}

// As its receiver asked, whatever becomes of the Records meanwhile.
void Output::leave_alone(Duration wish) {
  reached("a receiver asked to be left alone");
  if (mutant(Mutant::put_off_forgotten)) return;
  if (!mutant(Mutant::put_off_unbounded)) wish = std::min(wish, settings_.pace.longest_put_off);
  alone_until_ = now_.boot + wish;
}

// The sink's answer, whatever it is: made plausible, its error with its place.
void Output::judge(Delivery& delivery) const {
  delivery.taken = std::min(delivery.taken, batch_->size());
  if (delivery.taken == 0 && !delivery.error)
    delivery.error = Error{"took nothing and did not say why", {}, "report this to the plugin's author"};
  if (delivery.error) delivery.error->where = where(delivery.error->where);
}

std::string Output::where(const std::string& inner) const {
  return "output " + settings_.name + (inner.empty() ? "" : ", ") + inner;
}

void Output::get_on() {
  refusals_ = letters_in_a_row_ = 0;
  backoff_.reset();  // it gets on, if slowly
}

void Output::delivered_records(const Delivery& delivery) {
  if (delivery.unconfirmed || sent() > outlook_.cursor) return sent_records(delivery);
  const std::size_t size = batch_->size();
  const std::size_t moved = mutant(Mutant::cursor_before_taken) ? size : delivery.taken;
  if (moved > 0) {
    get_on();
    const std::uint64_t sequence = (*batch_)[moved - 1].id.sequence;
    if (sequence > outlook_.cursor) emit(MoveCursor{outlook_.epoch, outlook_.cursor = sequence});
  }
  if (delivery.taken < size && (*batch_)[delivery.taken].id.sequence <= outlook_.cursor) return done();
  if (delivery.error && delivery.refused && delivery.taken < size) return refused(delivery.taken, delivery);
  if (delivery.error) return failed(delivery);
  done();
}

// One refusal may be a fault of the moment after all; several are not.
void Output::refused(std::size_t at, const Delivery& delivery) {
  ++refusals_;
  const OutputPace& pace = settings_.pace;
  if (refusals_ < pace.refusals && !mutant(Mutant::parked_at_once)) return failed(delivery);
  std::string held;
  if (letters_in_a_row_ >= pace.letters_in_a_row && !mutant(Mutant::parks_everything))
    held = "refuses every Record, so they are kept for it: ";
  if (outlook_.letters >= pace.most_letters)
    held = "has " + std::to_string(outlook_.letters) + " dead letters, so no more are made: ";
  if (held.empty()) return park(at, *delivery.error);
  reached("an output refused everything");
  Delivery all = delivery;
  all.error->what.insert(0, held);
  failed(all);
}

void Output::park(std::size_t at, const Error& error) {
  if (stopping_) return;
  parked_ = at;
  parked_error_ = error;
  emit(Park{call(Step::keeping), batch_, at, to_line(error)});
}

void Output::handle(Kept&& event) {
  if (!answers(event.call) || stopping_) return;
  if (!event.result) return set_back({event.result.error()});
  const auto error = std::exchange(parked_error_, {});
  if (from_ == From::letters || !error) return done();
  reached("a Record became a dead letter");
  if (latch_.begins("letters")) alarm("dead_letter", *error);  // of the first one only: an alarm can be refused as well
  outlook_.cursor = (*batch_)[parked_].id.sequence;
  refusals_ = 0;
  ++letters_in_a_row_;
  done();
}

// One at a time: the next one's fate does not hang on it.
void Output::delivered_letter(const Delivery& delivery) {
  if (delivery.taken == 0 && delivery.refused) return park(0, *delivery.error);
  if (delivery.taken == 0) return failed(delivery);
  if (stopping_) return;
  if (delivery.unconfirmed) return await(batch_->front().id);
  reached("a dead letter was taken");
  emit(Acknowledge{call(Step::keeping), batch_->front().id.sequence});
}

// What can still be read of a journal that was set aside, up to where it had promised.
void Output::delivered_backlog(const Delivery& delivery) {
  if (delivery.unconfirmed && delivery.taken > 0) return await(batch_->front().id);
  if (delivery.taken == batch_->size() || mutant(Mutant::backlog_passed_over)) return end_of_backlog_batch();
  if (delivery.taken > 0)  // the lost ones before it are counted when they are passed for good
    emit(MoveBacklog{outlook_.backlog->epoch, (*batch_)[delivery.taken - 1].id.sequence, 0});
  if (!delivery.error) return done();
  if (delivery.taken == 0 && delivery.refused) return refused_backlog(batch_->front(), delivery);
  failed(delivery);
}

void Output::end_of_backlog_batch() {
  refusals_ = 0;
  backoff_.reset();
  reached("a backlog was delivered");
  emit(MoveBacklog{outlook_.backlog->epoch, up_to_, lost_});
  done();
}

// It stays in the file that was set aside; the alarm names the first.
void Output::refused_backlog(const Record& record, const Delivery& delivery) {
  if (++refusals_ < settings_.pace.refusals) return failed(delivery);
  refusals_ = 0;
  ++refused_archived_;
  Error error = *delivery.error;
  error.where += ", Record " + std::to_string(record.id.sequence) + " of " + outlook_.backlog->file;
  if (latch_.begins("archived")) alarm("output_refuses", error);
  emit(MoveBacklog{outlook_.backlog->epoch, record.id.sequence, 0});
  done();
}

// ---- Waiting

void Output::done() {
  trouble_.reset();
  backoff_.reset();
  if (latch_.ends("failing")) alarm("output_recovered", {});
  go_on();
}

void Output::failed(const Delivery& delivery) { set_back({*delivery.error, delivery.unreachable}); }

void Output::set_back(const Setback& setback) {
  if (stopping_) return;
  sent_ = 0;  // nobody knows what became of it
  clears_ = false;
  confirm_by_.reset();
  if (std::exchange(nudged_, false) && now_.boot >= alone_until_) return go_on();  // it was told to begin anew
  note_trouble(setback.error);
  wait(buggify("no wait") ? Duration::zero() : backoff_.next(), setback.unreachable);
}

void Output::wait(Duration length, bool probes) {
  is_put_off_ = now_.boot < alone_until_;
  if (std::exchange(kicked_, false) && !is_put_off_) {
    backoff_.reset();
    return go_on();
  }
  step_ = Step::waiting;
  wait_until_ = std::max(now_.boot + length, alone_until_);
  probe_at_.reset();
  if (probes && length > settings_.pace.probe) probe_at_ = now_.boot + settings_.pace.probe;
  waits_until_ = *wait_until_;
}

void Output::handle(Probed&& event) {
  if (!answers(event.call) || stopping_) return;
  if (event.somebody) {
    reached("somebody was there again");
    backoff_.reset();
    return go_on();
  }
  wait(std::max(waits_until_ - now_.boot, Duration::zero()), true);
}

void Output::note_trouble(const Error& error) {
  if (!trouble_) troubled_since_ = now_.monotonic;
  trouble_ = error;
  if (now_.monotonic - troubled_since_ >= settings_.pace.alarm && latch_.begins("failing"))
    alarm("output_failing", error);
}

}  // namespace gatepost::core

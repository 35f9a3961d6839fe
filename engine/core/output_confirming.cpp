// What is sent and not confirmed: the cursor moves when the other side says that it keeps it, and not before.
#include <algorithm>
#include <utility>

#include "core/hooks.hpp"
#include "core/output.hpp"

namespace gatepost::core {

std::uint64_t Output::sent() const { return std::max(sent_, outlook_.cursor); }

// What was set aside and dead letters go one batch at a time, so they need none.
bool Output::has_room() const {
  if (outlook_.backlog || outlook_.letters_asked) return true;
  if (on_their_way() >= settings_.pace.on_their_way && !mutant(Mutant::on_their_way_unbounded)) return false;
  return !clears_ || on_their_way() == 0;
}

// In order: what a sink has safe behind something that is only sent is only sent too. One that is refused is asked
// about again once nothing before it is on its way, for a dead letter moves the cursor past it.
void Output::sent_records(const Delivery& delivery) {
  if (delivery.taken > 0) {
    sent_ = std::max(sent_, (*batch_)[delivery.taken - 1].id.sequence);
    ever_sent_ = std::max(ever_sent_, sent_);
    reached("Records were sent and not confirmed");
    if (mutant(Mutant::cursor_before_confirmed)) {
      outlook_.cursor = sent();
      emit(MoveCursor{outlook_.epoch, outlook_.cursor});
    }
  }
  const bool is_on_its_way = sent() > outlook_.cursor;
  if (!confirm_by_) wait_for_more();
  if (delivery.error && delivery.refused && delivery.taken < batch_->size()) {
    if (!is_on_its_way) return refused(delivery.taken, delivery);
    clears_ = true;
    return go_on();
  }
  if (delivery.error) return failed(delivery);
  if (!is_on_its_way) return done();  // acknowledged before the sink came back
  go_on();
}

// Of a batch that is not of the journal's own Records: it is waited for.
void Output::await(const RecordId& first) {
  if (stopping_) return;
  step_ = Step::confirming;
  confirm_by_ = now_.boot + settings_.pace.confirm;
  const auto early = std::exchange(early_, {});
  if (early && early->epoch == first.epoch) acknowledge_batch(*early);
}

void Output::handle(Acknowledged&& event) {
  const RecordId& up_to = event.up_to;
  if (stopping_ || up_to.site != settings_.site) return;
  const bool is_of_batch = from_ != From::records && batch_ && !batch_->empty();
  if (step_ == Step::delivering && is_of_batch) early_ = up_to;
  const bool was_full = step_ == Step::confirming && from_ == From::records;
  const bool moved = acknowledge_records(up_to);
  if (step_ == Step::confirming && is_of_batch) return acknowledge_batch(up_to);
  if (!moved) return;
  get_on();
  trouble_.reset();
  if (latch_.ends("failing")) alarm("output_recovered", {});
  if (was_full && has_room()) go_on();
}

// Never past what was sent at some time, whatever the sink says.
bool Output::acknowledge_records(const RecordId& up_to) {
  if (up_to.epoch != outlook_.epoch) return false;
  const bool has_batch = step_ == Step::delivering && from_ == From::records;
  const std::uint64_t most = std::max(ever_sent_, has_batch ? batch_->back().id.sequence : 0);
  const std::uint64_t sequence = mutant(Mutant::acknowledged_unsent) ? up_to.sequence : std::min(up_to.sequence, most);
  if (sequence <= outlook_.cursor) return false;
  outlook_.cursor = sequence;
  emit(MoveCursor{outlook_.epoch, sequence});
  reached("Records were acknowledged");
  if (sent() == outlook_.cursor) clears_ = false;
  if (step_ != Step::confirming || from_ == From::records) wait_for_more();
  return true;
}

void Output::wait_for_more() {
  confirm_by_.reset();
  if (on_their_way() > 0 && !mutant(Mutant::unconfirmed_not_sent_again))
    confirm_by_ = now_.boot + settings_.pace.confirm;
}

// A dead letter by its own id; of what was set aside all up to that one.
void Output::acknowledge_batch(const RecordId& up_to) {
  if (from_ == From::letters) {
    if (up_to != batch_->front().id) return;
    wait_for_more();
    reached("a dead letter was taken");
    return emit(Acknowledge{call(Step::keeping), batch_->front().id.sequence});
  }
  Delivery delivery;
  if (up_to.epoch == batch_->front().id.epoch)
    delivery.taken =
        static_cast<std::size_t>(std::ranges::upper_bound(*batch_, up_to, {}, &Record::id) - batch_->begin());
  if (delivery.taken == 0) return;
  wait_for_more();
  delivered_backlog(delivery);
}

bool Output::is_overdue() const { return confirm_by_ && now_.boot >= *confirm_by_; }

void Output::send_again() {
  reached("what nobody confirmed is sent again");
  set_back({{"does not confirm what it was sent", where(), "see that its other side answers"}});
}

}  // namespace gatepost::core

#include "core/commit_queue.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <string_view>
#include <utility>

#include "core/hooks.hpp"

namespace gatepost::core {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view dropped_word = "records_dropped";
constexpr std::uint64_t records_between_prunes = 64;
constexpr Duration cursor_patience = 1s;   ///< until a reader's place is kept
constexpr Duration between_attempts = 1s;  ///< to flush, while the disk fails
constexpr Duration between_flushes = 1h;   ///< to look at the age of Records, where nothing happens
constexpr Duration between_looks = 1s;     ///< at most, while somebody writes
constexpr Duration slow = 2s;              ///< one write that takes longer is an alarm, whoever waits for it

bool is_commit(const CommitQueue::Item& item) { return item.ticket != 0; }
bool is_posted(const CommitQueue::Item& item) { return item.ticket == 0; }

}  // namespace

void CommitQueue::on(Event&& event, const Now& now) {
  assert(effects_.empty() && "effects are taken out before the next event");
  now_ = now;
  std::visit([this](auto&& one) { handle(std::forward<decltype(one)>(one)); }, std::move(event));
  consider_flusher();
}

// ---- What is asked of it

void CommitQueue::handle(Commit&& event) {
  MonotonicTime due = MonotonicTime::max();
  if (event.not_after != BootTime::max() && event.not_after > now_.boot)  // what comes late is not the disk's fault
    due = now_.monotonic + (event.not_after - now_.boot);
  asked_ = true;
  plan_look(std::min(due, now_.monotonic + between_looks));
  queue_.push_back({std::move(event.record), event.ticket, event.not_after, due});
  if (!is_taken()) lead({Owner::lane, event.ticket, true});
}

void CommitQueue::handle(Post&& event) {
  if (posted_ >= most_posted && !mutant(Mutant::posts_unbounded)) {
    if (!mutant(Mutant::drops_untold)) ++dropped_;
    return;
  }
  ++posted_;
  queue_.push_back({std::move(event.record)});
}

void CommitQueue::handle(Enter&& event) {
  if (event.flushes) flush_asked_ = true;
  const Turn wanted{Owner::exclusive, event.ticket, event.flushes};
  if (is_taken())
    wanted_.push_back(wanted);
  else
    lead(wanted);
}

void CommitQueue::handle(Wake&& event) {
  if (event.in_doubt) in_doubt_ = true;
  if (event.at_once)
    urgent_ = true;
  else if (!moved_at_)
    moved_at_ = now_.monotonic;
}

// ---- The turn

void CommitQueue::lead(const Turn& turn) {
  turn_ = turn;
  emit(Lead{turn.ticket});
}

// It stays taken while it changes hands, so that a busy lane cannot come in between for ever.
void CommitQueue::pass_on() {
  const auto lane = std::ranges::find_if(queue_, is_commit);
  bool others_first = !wanted_.empty() && passed_over_ >= most_passed_over;
  if (mutant(Mutant::exclusive_starves)) others_first = false;
  if (mutant(Mutant::lanes_starve)) others_first = !wanted_.empty();
  if (lane != queue_.end() && !others_first) {
    if (!wanted_.empty()) ++passed_over_;
    lead({Owner::lane, lane->ticket, true});
    if (mutant(Mutant::turn_free_while_handed)) turn_ = {};
    return;
  }
  passed_over_ = 0;
  turn_ = {};
  if (wanted_.empty()) return;
  const Turn next = wanted_.front();
  wanted_.pop_front();
  lead(next);
}

void CommitQueue::handle(Begin&&) {
  if (turn_.flushes) {
    since_ = now_.monotonic;
    plan_look(now_.monotonic + between_looks);
  }
  if (turn_.owner == Owner::exclusive && turn_.flushes) {
    urgent_ = false;
    moved_at_.reset();
    since_prune_ = 0;
  }
  proceed();
}

void CommitQueue::proceed() {
  if (in_doubt_ && !mutant(Mutant::promised_in_doubt)) return emit(Heal{});
  if (turn_.flushes) return write_next();
  emit(Work{});
}

void CommitQueue::handle(Healed&& event) {
  if (event.result) {
    in_doubt_ = false;
    end_doubt(event.kept_after_all);
    return proceed();
  }
  const Error failure = event.result.error();
  if (turn_.flushes) return ended(next_batch(), &failure);
  emit(Work{failure});
}

void CommitQueue::write_next() {
  Batch batch = next_batch();
  if (batch.empty() && turn_.owner == Owner::lane) return ended(std::move(batch), nullptr);  // all of it was late
  under_way_due_ = MonotonicTime::max();
  for (const Item& item : batch) under_way_due_ = std::min(under_way_due_, item.due);
  emit(Write{std::move(batch)});
}

void CommitQueue::handle(Wrote&& event) {
  under_way_due_ = MonotonicTime::max();
  const bool is_kept = event.outcome == Outcome::kept;
  if (event.outcome == Outcome::damaged || event.outcome == Outcome::in_doubt) in_doubt_ = true;
  const bool has_next = event.outcome == Outcome::damaged && !std::exchange(set_aside_, true);
  if (has_next || (event.outcome == Outcome::damaged && mutant(Mutant::damaged_for_ever))) {
    reached("a batch went to the next file");
    put_back(std::move(event.batch));
    return proceed();
  }
  if (is_kept && !event.batch.empty()) {
    ++batches_;
    since_prune_ += event.batch.size();
  }
  if (event.outcome == Outcome::in_doubt) {
    dropped_in_doubt_ = dropped_in_batch_;
    for (Item& item : event.batch) item.in_doubt = true;
  }
  ended(std::move(event.batch), is_kept ? nullptr : &event.error);
}

// Each of the batch is answered; what is posted is tried again where it is not kept.
void CommitQueue::ended(Batch&& batch, const Error* failure) {
  const bool is_writing = !batch.empty() || failure != nullptr;
  set_aside_ = false;
  if (failure == nullptr) dropped_in_batch_ = 0;
  for (const Item& item : batch) {
    if (is_posted(item)) continue;
    if (failure == nullptr || mutant(Mutant::failure_untold))
      emit(Answer{item.ticket, item.record.id});
    else
      emit(Answer{item.ticket, *failure});
  }
  if (is_writing) note_trouble(failure);
  if (failure != nullptr) {
    reached("a batch was not kept");
    std::erase_if(batch, is_commit);
    if (!mutant(Mutant::posted_lost)) put_back(std::move(batch));
    if (turn_.owner == Owner::lane && !mutant(Mutant::leader_never_answered)) answer_own(*failure);
  } else {
    batch.clear();
    spare_ = std::move(batch);
  }
  const bool has_own = std::ranges::find(queue_, turn_.ticket, &Item::ticket) != queue_.end();
  const bool flushes_on = failure == nullptr && (in_doubt_ || (stopping_ && !queue_.empty()));
  if (turn_.owner == Owner::lane ? has_own : flushes_on) return proceed();
  since_.reset();
  if (turn_.owner == Owner::lane) return pass_on();
  if (failure != nullptr) not_before_ = now_.monotonic + between_attempts;
  flushed_at_ = now_.monotonic;
  if (failure == nullptr) return emit(Work{});
  emit(Work{*failure});
}

// Behind many that are posted, its own would wait as long as the disk fails.
void CommitQueue::answer_own(const Error& failure) {
  const auto own = std::ranges::find(queue_, turn_.ticket, &Item::ticket);
  if (own == queue_.end()) return;
  reached("a commit behind a backlog was refused");
  emit(Answer{own->ticket, failure});
  queue_.erase(own);
}

void CommitQueue::handle(Leave&& event) {
  if (event.in_doubt) in_doubt_ = true;
  if (turn_.flushes) {
    flush_asked_ = false;
    if (event.more) since_prune_ = records_between_prunes;
  }
  since_.reset();
  pass_on();
}

// ---- What is written

CommitQueue::Batch CommitQueue::next_batch() {
  Batch batch = std::exchange(spare_, {});
  if (queue_.size() <= largest_batch) {
    batch.swap(queue_);
  } else {
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(largest_batch);
    batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
  }
  posted_ -= static_cast<std::size_t>(std::ranges::count_if(batch, is_posted));
  refuse_late(batch);
  tell_of_dropped(batch);
  return batch;
}

// Those that were to be written by now are not, whatever kept them waiting: another's sync, or a frozen machine.
void CommitQueue::refuse_late(Batch& batch) {
  const auto is_late = [this](const Item& item) { return is_commit(item) && item.not_after < now_.boot; };
  if (mutant(Mutant::late_written) || std::ranges::none_of(batch, is_late)) return;
  reached("a commit was late");
  for (const Item& item : batch)
    if (is_late(item))
      emit(Answer{item.ticket, Error{"was not written in time, so it is not written at all", file_,
                                     "see what else writes to this disk, and at the disk's health"}});
  std::erase_if(batch, is_late);
}

void CommitQueue::tell_of_dropped(Batch& batch) {
  if (dropped_ == 0) return;
  reached("dropped Records were told of");
  batch.push_back({alarm(std::string(dropped_word))});
  batch.back().record.details["count"] = std::to_string(dropped_);
  dropped_in_batch_ = std::exchange(dropped_, 0);
}

// What was dropped is told of in one alarm, however often the disk fails.
void CommitQueue::put_back(Batch&& batch) {
  if (dropped_in_batch_ > 0)
    std::erase_if(batch, [](const Item& item) { return is_posted(item) && item.record.reason == dropped_word; });
  dropped_ += std::exchange(dropped_in_batch_, 0);
  posted_ += static_cast<std::size_t>(std::ranges::count_if(batch, is_posted));
  const auto place = mutant(Mutant::put_back_behind) ? queue_.end() : queue_.begin();
  queue_.insert(place, std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
}

// One write at a time is in doubt. What is in the file must not be written again.
void CommitQueue::end_doubt(bool kept_after_all) {
  const bool drops = kept_after_all && !mutant(Mutant::written_after_all_again);
  const auto is_kept = [drops](const Item& item) { return drops && item.in_doubt; };
  Batch survived;
  std::ranges::copy_if(queue_, std::back_inserter(survived), is_kept);
  posted_ -= std::erase_if(queue_, is_kept);
  if (drops) dropped_ -= dropped_in_doubt_;
  dropped_in_doubt_ = 0;
  for (Item& item : queue_) item.in_doubt = false;
  if (survived.empty()) return;
  reached("what was posted was kept after all");
  emit(Survived{std::move(survived)});
  note_trouble(nullptr);
}

// ---- What is told

Record CommitQueue::alarm(std::string reason) const {
  Record record{.kind = RecordKind::alarm, .at = now_.monotonic, .wall = now_.wall};
  record.reason = std::move(reason);
  return record;
}

// Told at once; it waits for the disk as any posted Record.
void CommitQueue::raise(std::string reason, const Error* error) {
  Record record = alarm(std::move(reason));
  if (error != nullptr) record.details["error"] = to_line(*error);
  queue_.push_back({record});
  ++posted_;
  emit(Alarm{std::move(record)});
}

// Once, when things have changed.
void CommitQueue::note_trouble(const Error* failure) {
  const bool was_told = trouble_.has_value() && !mutant(Mutant::trouble_told_again);
  if (failure != nullptr) {
    trouble_ = *failure;
    if (!was_told) raise("journal_failed", failure);
  } else if (trouble_) {
    trouble_.reset();
    raise("journal_recovered", nullptr);
  }
}

void CommitQueue::handle(Tick&&) {
  bool is_slow = under_way_due_ <= now_.monotonic || (since_ && now_.monotonic - *since_ >= slow);
  MonotonicTime soonest = now_.monotonic + between_looks;
  for (const Item& item : queue_) {
    is_slow = is_slow || item.due <= now_.monotonic;
    if (item.due > now_.monotonic) soonest = std::min(soonest, item.due);
  }
  if (under_way_due_ > now_.monotonic) soonest = std::min(soonest, under_way_due_);
  if (is_slow && !trouble_ && !mutant(Mutant::slow_untold)) {
    reached("a slow disk was told of");
    trouble_ = Error{"the disk has not kept a Record in time", file_,
                     "look for what else writes to this disk, and at the disk's health"};
    raise("journal_slow", &*trouble_);
  }
  const bool goes_on = std::exchange(asked_, false) || since_ || !queue_.empty();
  look_at_ = goes_on ? std::optional(soonest) : std::nullopt;
}

std::optional<MonotonicTime> CommitQueue::due() const { return look_at_; }

// A lane wakes the watch where nothing was to be watched, or where it is due sooner than the watch looks: not with each
// Record.
void CommitQueue::plan_look(MonotonicTime time) {
  if (look_at_ && *look_at_ <= time) return;
  look_at_ = time;
  emit(WakeWatch{});
}

std::optional<MonotonicTime> CommitQueue::flush_due() const {
  if (flush_asked_) return {};
  if (stopping_) return MonotonicTime{};
  const bool is_left = !is_taken() && (posted_ > 0 || dropped_ > 0);  // else whoever has the turn takes it along
  MonotonicTime due = flushed_at_ + between_flushes;
  if (moved_at_) due = std::min(due, *moved_at_ + cursor_patience);
  if (urgent_ || is_left || since_prune_ >= records_between_prunes) due = MonotonicTime{};
  return std::max(due, not_before_);
}

void CommitQueue::consider_flusher() {
  const auto due = flush_due();
  const MonotonicTime time = due.value_or(MonotonicTime::max());
  if (time < std::exchange(flush_told_, time) && !mutant(Mutant::flusher_not_woken)) emit(WakeFlusher{});
}

}  // namespace gatepost::core

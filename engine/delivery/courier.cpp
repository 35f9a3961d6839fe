#include "delivery/courier.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <random>
#include <span>
#include <utility>

namespace gatepost::delivery {
namespace {

// The kernel gives a lane the processor first. Kept at what it was where that is not allowed.
void step_behind_the_lanes() {
  constexpr int behind = 10;
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), behind));
}

Error thrown(const char* what) {
  return {std::string("threw ") + what, {}, "report this to the plugin's author; the Records are kept meanwhile"};
}

}  // namespace

Courier::Courier(std::string name, std::unique_ptr<Sink> sink, journal::Journal& journal, const Clock& clock, Pace pace,
                 Attendant* attendant)
    : name_(std::move(name)),
      sink_(std::move(sink)),
      journal_(journal),
      clock_(clock),
      pace_(pace),
      attendant_(attendant),
      backoff_(pace.first_wait, pace.longest_wait, std::random_device{}()),
      cursor_(journal.cursor(name_).sequence),
      progress_{.sink = name_, .cursor = cursor_},
      thread_([this](const std::stop_token& stop) {
        step_behind_the_lanes();
        work(stop);
        {
          const std::scoped_lock lock(mutex_);
          stopped_ = true;
        }
        wake_.notify_all();
      }) {
  if (attendant_ != nullptr) attendant_->joins(*this);
}

Courier::~Courier() {
  if (attendant_ != nullptr) attendant_->leaves(*this);
}

void Courier::work(const std::stop_token& stop) {
  while (journal_.wait_for_work(name_, stop) && !stop.stop_requested()) {
    if (journal_.last() - cursor_ < pace_.batch) wait(pace_.gather, stop);
    const Step step = deliver_next(stop);
    if (stop.stop_requested()) return;
    note(step);
    if (!step)
      backoff_.reset();
    else if (!step->nudged)
      pause(*step, stop);
  }
}

// What a journal that was set aside still has goes first, then what a person asked to be sent again.
Courier::Step Courier::deliver_next(const std::stop_token& stop) {
  if (const auto arrear = journal_.arrear(name_)) return deliver_arrear(*arrear, stop);
  if (auto opened = open_reader(); !opened) return Setback{opened.error()};
  return journal_.letters_asked(name_) ? deliver_letter(stop) : deliver_records(stop);
}

Result<void> Courier::open_reader() {
  const auto cursor = journal_.cursor(name_);
  if (reader_ && reader_->identity().epoch == cursor.epoch) return {};
  reader_.reset();
  auto reader = journal::Reader::open(journal_.file());
  if (!reader) return reader.error();
  if (reader->identity().epoch != cursor.epoch)
    return Error{"is being begun anew", journal_.file().string(), "it is read once that is done"};
  reader_.emplace(std::move(*reader));
  cursor_ = cursor.sequence;
  return {};
}

Courier::Step Courier::deliver_records(const std::stop_token& stop) {
  auto batch = reader_->after(cursor_, pace_.batch);
  if (!batch) {
    if (reader_->health().spoilt) journal_.report_damage(batch.error(), reader_->identity().epoch);
    return Setback{batch.error()};
  }
  if (batch->empty())
    return Setback{{"the Records after the cursor are not there", journal_.file().string(), "run gatepost verify"}};
  const Delivery delivery = hand_over(*batch, stop);
  if (delivery.taken > 0) {
    cursor_ = (*batch)[delivery.taken - 1].id.sequence;
    refusals_ = letters_in_a_row_ = 0;
    backoff_.reset();  // it gets on, if slowly
    journal_.move_cursor(name_, cursor_, reader_->identity().epoch);
  }
  if (delivery.error && delivery.refused && delivery.taken < batch->size())
    return refused((*batch)[delivery.taken], delivery);
  if (delivery.error) return setback(delivery);
  return {};
}

// What can still be read of a journal that was set aside, up to where it had promised.
Courier::Step Courier::deliver_arrear(const journal::Arrear& arrear, const std::stop_token& stop) {
  if (!salvage_ || salvage_epoch_ != arrear.epoch) {
    auto salvage = journal::Salvage::open(arrear.file);
    if (!salvage) return Setback{salvage.error()};
    salvage_.emplace(std::move(*salvage));
    salvage_epoch_ = arrear.epoch;
  }
  const auto read = salvage_->after(arrear.sequence, arrear.last, pace_.batch);
  if (!read) return Setback{read.error()};
  const auto& found = *read;
  if (!found.records.empty()) {
    const Delivery delivery = hand_over(found.records, stop);
    if (delivery.taken < found.records.size()) {  // the lost ones before it are counted when they are passed for good
      if (delivery.taken > 0)
        journal_.move_arrear(name_, arrear.epoch, found.records[delivery.taken - 1].id.sequence, 0);
      if (delivery.taken == 0 && delivery.refused) return refused_arrear(arrear, found.records.front(), delivery);
      return setback(delivery);
    }
  }
  refusals_ = 0;
  backoff_.reset();
  journal_.move_arrear(name_, arrear.epoch, found.up_to, found.lost);
  return {};
}

// It stays in the file that was set aside; the alarm names it.
Courier::Step Courier::refused_arrear(const journal::Arrear& arrear, const Record& record, const Delivery& delivery) {
  if (++refusals_ < pace_.refusals) return setback(delivery);
  refusals_ = 0;
  Error error = *delivery.error;
  error.where += ", Record " + std::to_string(record.id.sequence) + " of " + arrear.file.filename().string();
  raise("output_refuses", error);
  journal_.move_arrear(name_, arrear.epoch, record.id.sequence, 0);
  return {};
}

// The sink's answer, whatever it does: made plausible, its error with its place.
Delivery Courier::hand_over(std::span<const Record> batch, const std::stop_token& stop) {
  std::stop_source source;
  {
    const std::scoped_lock lock(mutex_);
    under_way_ = source;
    nudged_ = false;
    progress_.delivering_since = clock_.now();
  }
  const std::stop_callback passed_on(stop, [&source] { source.request_stop(); });
  Delivery delivery;
  try {
    delivery = sink_->deliver(batch, source.get_token());
  } catch (const std::exception& exception) {
    delivery = {0, thrown(exception.what())};
  } catch (...) {
    delivery = {0, thrown("an unknown exception")};
  }
  delivery.taken = std::min(delivery.taken, batch.size());
  if (delivery.taken == 0 && !delivery.error)
    delivery.error = Error{"took nothing and did not say why", {}, "report this to the plugin's author"};
  if (delivery.error)
    delivery.error->where = "output " + name_ + (delivery.error->where.empty() ? "" : ", ") + delivery.error->where;
  const std::scoped_lock lock(mutex_);
  under_way_ = std::stop_source(std::nostopstate);
  progress_.delivering_since.reset();
  hang_said_ = false;
  return delivery;
}

Courier::Setback Courier::setback(const Delivery& delivery) const {
  const std::scoped_lock lock(mutex_);
  return {*delivery.error, delivery.unreachable, delivery.retry_after, nudged_};
}

// One refusal may be a fault of the moment after all; several are not.
Courier::Step Courier::refused(const Record& record, const Delivery& delivery) {
  if (++refusals_ < pace_.refusals) return setback(delivery);
  const std::uint64_t letters = journal_.letters(name_);
  std::string held;
  if (letters_in_a_row_ >= pace_.letters_in_a_row) held = "refuses every Record, so they are kept for it: ";
  if (letters >= pace_.most_letters) held = "has " + std::to_string(letters) + " dead letters, so no more are made: ";
  if (!held.empty()) {
    Setback all = setback(delivery);
    all.error.what.insert(0, held);
    return all;
  }
  if (auto buried = journal_.bury(name_, record, to_line(*delivery.error)); !buried) return Setback{buried.error()};
  if (letters == 0) raise("dead_letter", *delivery.error);  // of the first one only: an alarm can be refused as well
  cursor_ = record.id.sequence;
  refusals_ = 0;
  ++letters_in_a_row_;
  return {};
}

// One at a time: the next one's fate does not hang on it.
Courier::Step Courier::deliver_letter(const std::stop_token& stop) {
  auto letter = reader_->asked_letter(name_);
  if (!letter) return Setback{letter.error()};
  if (!*letter) return {};  // dropped meanwhile
  const Record& record = (*letter)->record;
  const Delivery delivery = hand_over({&record, 1}, stop);
  Result<void> kept;
  if (delivery.taken == 1)
    kept = journal_.settle(name_, record.id.sequence);
  else if (delivery.refused)
    kept = journal_.bury(name_, record, to_line(*delivery.error));
  else
    return setback(delivery);
  if (!kept) return Setback{kept.error()};
  return {};
}

void Courier::pause(const Setback& setback, const std::stop_token& stop) {
  const Duration wish = std::min(setback.put_off, pace_.longest_put_off);
  const Duration own = backoff_.next();
  if (wish > Duration::zero()) {
    wait(std::max(wish, own), stop, false);
    return;
  }
  Duration left = own;
  while (setback.unreachable && left > pace_.probe) {
    const MonotonicTime begun = clock_.now();
    if (wait(pace_.probe, stop) || stop.stop_requested()) return;
    if (sink_->reachable(stop)) return backoff_.reset();
    left -= std::max(clock_.now() - begun, pace_.probe);
  }
  wait(std::max(left, Duration::zero()), stop);
}

// True when a kick ended it.
bool Courier::wait(Duration length, const std::stop_token& stop, bool kickable) {
  std::unique_lock lock(mutex_);
  const bool kicked = wake_.wait_for(lock, stop, length, [&] { return kickable && kicked_; });
  kicked_ = false;
  if (kicked) backoff_.reset();
  return kicked;
}

void Courier::kick() {
  std::optional<std::stop_source> stale;
  {
    const std::scoped_lock lock(mutex_);
    kicked_ = true;
    if (progress_.delivering_since && clock_.now() - *progress_.delivering_since >= pace_.nudge) {
      nudged_ = true;
      stale = under_way_;
    }
  }
  wake_.notify_all();
  if (stale) stale->request_stop();  // not under the lock: it runs the sink's callbacks
}

void Courier::note(const Step& step) {
  std::string reason;
  Error error;
  {
    const std::scoped_lock lock(mutex_);
    progress_.cursor = cursor_;
    if (step && step->nudged) return;
    if (!step) {
      progress_.trouble.reset();
      if (std::exchange(trouble_said_, false)) reason = "output_recovered";
    } else {
      if (!progress_.trouble) progress_.troubled_since = clock_.now();
      progress_.trouble = error = step->error;
      if (clock_.now() - progress_.troubled_since >= pace_.alarm && !std::exchange(trouble_said_, true))
        reason = "output_failing";
    }
  }
  if (!reason.empty()) raise(std::move(reason), error);
}

bool Courier::stops(Duration patience) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, patience, [&] { return stopped_.load(); });
}

void Courier::look_for_a_hang() {
  {
    const std::scoped_lock lock(mutex_);
    if (!progress_.delivering_since || clock_.now() - *progress_.delivering_since < pace_.alarm) return;
    if (std::exchange(hang_said_, true)) return;
  }
  raise("output_hangs", {"has a batch and does not answer", "output " + name_,
                         "see what it waits for; the lanes go on, its Records are kept"});
}

void Courier::raise(std::string reason, const Error& error) {
  Record record{.kind = RecordKind::alarm, .at = clock_.now(), .wall = clock_.wall()};
  record.reason = std::move(reason);
  record.details["output"] = name_;
  if (!error.what.empty()) record.details["error"] = to_line(error);
  journal_.post(std::move(record));
}

Progress Courier::progress() const {
  const std::uint64_t last = journal_.last();
  const std::uint64_t letters = journal_.letters(name_);
  const std::scoped_lock lock(mutex_);
  Progress progress = progress_;
  progress.backlog = last - std::min(last, progress.cursor);
  progress.dead_letters = letters;
  return progress;
}

}  // namespace gatepost::delivery

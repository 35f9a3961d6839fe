#include "delivery/courier.hpp"

#include <random>
#include <span>
#include <utility>

namespace gatepost::delivery {

Courier::Courier(std::string name, std::unique_ptr<Sink> sink, journal::Journal& journal, const Clock& clock, Pace pace)
    : name_(std::move(name)),
      sink_(std::move(sink)),
      journal_(journal),
      clock_(clock),
      pace_(pace),
      backoff_(pace.first_wait, pace.longest_wait, std::random_device{}()),
      cursor_(journal.cursor(name_)),
      progress_{.sink = name_, .cursor = cursor_},
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Courier::work(const std::stop_token& stop) {
  while (journal_.wait_beyond(cursor_, stop) && !stop.stop_requested()) {
    if (journal_.last() - cursor_ < pace_.batch) wait(pace_.gather, stop);
    const Result<void> delivered = deliver_next(stop);
    note(delivered);
    if (delivered)
      backoff_.reset();
    else
      wait(backoff_.next(), stop);
  }
}

Result<void> Courier::open_reader() {
  if (reader_) return {};
  auto reader = journal::Reader::open(journal_.file());
  if (!reader) return reader.error();
  reader_.emplace(std::move(*reader));
  return {};
}

Result<void> Courier::deliver_next(const std::stop_token& stop) {
  if (auto opened = open_reader(); !opened) return opened.error();
  auto batch = reader_->after(cursor_, pace_.batch);
  if (!batch) return batch.error();
  if (batch->empty())
    return Error{"the Records after the cursor are not there", journal_.file().string(), "run gatepost verify"};
  const Delivery delivery = sink_->deliver(*batch, stop);
  const std::size_t taken = std::min(delivery.taken, batch->size());
  if (taken > 0) {
    cursor_ = (*batch)[taken - 1].id.sequence;
    refusals_ = 0;
    backoff_.reset();  // it gets on, if slowly
    journal_.move_cursor(name_, cursor_);
  }
  if (delivery.error && delivery.refused && taken < batch->size()) return refused((*batch)[taken], *delivery.error);
  if (delivery.error) return *delivery.error;
  if (taken == 0 && !stop.stop_requested())
    return Error{"took nothing and did not say why", "output " + name_, "report this to the plugin's author"};
  return {};
}

// One refusal may be a fault of the moment after all; several are not.
Result<void> Courier::refused(const Record& record, const Error& error) {
  if (++refusals_ < pace_.refusals) return error;
  if (auto buried = journal_.bury(name_, record, to_line(error)); !buried) return buried.error();
  cursor_ = record.id.sequence;
  refusals_ = 0;
  const std::scoped_lock lock(mutex_);
  ++progress_.dead_letters;
  return {};
}

void Courier::wait(Duration length, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, length, [&] { return kicked_; });
  kicked_ = false;
}

void Courier::kick() {
  {
    const std::scoped_lock lock(mutex_);
    kicked_ = true;
  }
  wake_.notify_all();
}

void Courier::note(const Result<void>& result) {
  const std::scoped_lock lock(mutex_);
  progress_.cursor = cursor_;
  if (result) {
    progress_.trouble.reset();
  } else {
    if (!progress_.trouble) progress_.troubled_since = clock_.now();
    progress_.trouble = result.error();
  }
}

Progress Courier::progress() const {
  const std::uint64_t last = journal_.last();
  const std::scoped_lock lock(mutex_);
  Progress progress = progress_;
  progress.backlog = last - std::min(last, progress.cursor);
  return progress;
}

}  // namespace gatepost::delivery

#include "runtime/output.hpp"

#include <algorithm>
#include <condition_variable>
#include <gatepost/support/low_priority.hpp>
#include <mutex>
#include <utility>

namespace gatepost::runtime {
namespace {

Error thrown(const char* what) {
  return {std::string("threw ") + what, {}, "report this to the plugin's author; the Records are kept meanwhile"};
}

core::Output::Batch batch_of(std::vector<Record> records) {
  return std::make_shared<const std::vector<Record>>(std::move(records));
}

}  // namespace

/// Outlives the output, where its sink's threads do.
class Output::Acknowledgements final : public SinkHost {
 public:
  explicit Acknowledgements(Output& output) : output_(&output) {}
  void acknowledge(const RecordId& up_to) override {
    const std::scoped_lock lock(mutex_);
    if (output_ != nullptr) output_->machine_.post(Machine::Acknowledged{up_to});
  }
  void end() {
    const std::scoped_lock lock(mutex_);
    output_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Output* output_;
};

Output::Output(core::OutputSettings settings, std::unique_ptr<Sink> sink, const Surroundings& around)
    : name_(settings.name),
      acknowledgements_(std::make_shared<Acknowledgements>(*this)),
      sink_(std::move(sink)),
      around_(around),
      machine_(
          around.clock, around.watchdog,
          [this](Machine::Effect&& effect, Self* self) { perform(std::move(effect), self); }, std::move(settings)) {
  worker_.submit([this](Self& self) {
    support::step_behind_the_lanes();
    static_cast<void>(
        ask_sink<Result<void>>([&]() -> Result<void> { return sink_->begin(acknowledgements_), Result<void>(); }));
    machine_.post(Machine::Tick{}, &self);
  });
  if (around_.network != nullptr) around_.network->joins(*this);
}

Output::~Output() {
  if (around_.network != nullptr) around_.network->leaves(*this);
  request_stop();
  join();
  acknowledgements_->end();
}

void Output::request_stop() {
  if (!stop_asked_.exchange(true)) machine_.post(Machine::Stop{});
}

bool Output::stops(Duration patience) const {
  return machine_.wait_for(patience, [](const Machine& machine) { return machine.is_stopped(); });
}

void Output::join() const {
  machine_.wait([](const Machine& machine) { return machine.is_stopped(); });
}

Progress Output::progress() const {
  const auto standing = around_.journal.standing(name_);
  const std::uint64_t cursor = standing.cursor.sequence;
  Progress progress{.sink = name_,
                    .cursor = cursor,
                    .backlog = standing.last - std::min(standing.last, cursor),
                    .dead_letters = standing.letters};
  machine_.read([&](const Machine& machine) {
    progress.trouble = machine.trouble();
    progress.troubled_since = machine.troubled_since();
    progress.delivering_since = machine.delivering_since();
    if (const auto until = machine.put_off_until())
      progress.put_off_for = std::max<Duration>(*until - around_.clock.boot(), Duration::zero());
    return true;
  });
  return progress;
}

void Output::perform(Machine::Effect&& effect, Self* self) {
  std::visit([&](auto&& one) { perform(std::forward<decltype(one)>(one), self); }, std::move(effect));
}

// By the output's own thread; `call` gives the event that answers it.
template <class Call>
void Output::submit(Self* self, Call call) {
  under_way_ = std::stop_source();
  worker_.submit([this, call = std::move(call),
                  stop = under_way_.get_token()](Self& thread) { machine_.post(call(stop), &thread); },
                 self);
}

void Output::perform(Machine::Look&& call, Self* self) {
  submit(self, [this, call](const std::stop_token& stop) {
    if (call.waits) wait_for_work({call.epoch, call.sent}, stop);
    return Machine::Found{call.id, outlook()};
  });
}

void Output::perform(Machine::Read&& call, Self* self) {
  submit(self, [this, call](const std::stop_token&) { return read(call); });
}

// Whatever a sink does, the answer is an event.
template <class Answer, class Ask>
Answer Output::ask_sink(Ask ask) const {
  try {
    return ask();
  } catch (const std::exception& exception) {
    return Answer{thrown(exception.what())};
  } catch (...) {
    return Answer{thrown("an unknown exception")};
  }
}

void Output::perform(Machine::Deliver&& call, Self* self) {
  struct Answer {
    Answer(Delivery good) : delivery(std::move(good)) {}
    explicit Answer(Error error) : delivery{0, std::move(error)} {}
    Delivery delivery;
  };
  submit(self, [this, call = std::move(call)](const std::stop_token& stop) {
    auto answer = ask_sink<Answer>([&]() -> Answer { return sink_->deliver(*call.batch, stop); });
    return Machine::Delivered{call.id, std::move(answer.delivery)};
  });
}

void Output::perform(Machine::Probe&& call, Self* self) {
  submit(self, [this, call](const std::stop_token& stop) {
    const auto there = ask_sink<Result<bool>>([&]() -> Result<bool> { return sink_->reachable(stop); });
    return Machine::Probed{call.id, there && *there};
  });
}

void Output::perform(Machine::AskNewest&& call, Self* self) {
  submit(self, [this, call](const std::stop_token& stop) {
    using Answer = Result<std::optional<Held>>;
    return Machine::Newest{call.id, ask_sink<Answer>([&] { return sink_->newest(call.site, stop); })};
  });
}

void Output::perform(Machine::Park&& call, Self* self) {
  submit(self, [this, call = std::move(call)](const std::stop_token&) {
    return Machine::Kept{call.id, around_.journal.park(name_, call.batch->at(call.at), call.why)};
  });
}

void Output::perform(Machine::Acknowledge&& call, Self* self) {
  submit(self, [this, call](const std::stop_token&) {
    return Machine::Kept{call.id, around_.journal.settle(name_, call.sequence)};
  });
}

void Output::give_way() {
  const std::scoped_lock lock(place_);
  has_given_way_ = true;
}

template <class Move>
void Output::move_place(Move move) {
  const std::scoped_lock lock(place_);
  if (!has_given_way_) move();
}

void Output::perform(Machine::MoveCursor&& move, Self*) {
  move_place([&] { around_.journal.move_cursor(name_, move.sequence, move.epoch); });
}

void Output::perform(Machine::MoveBacklog&& move, Self*) {
  move_place([&] { around_.journal.move_arrear(name_, move.epoch, move.sequence, move.lost); });
}

void Output::perform(Machine::ReportDamage&& report, Self*) {
  const bool was_put_back = report.held_epoch != 0;
  around_.journal.report_damage(
      report.what, report.epoch,
      was_put_back ? std::optional(journal::Holder{name_, report.held_epoch, report.differs_at}) : std::nullopt);
}

void Output::perform(Machine::Post&& post, Self*) { around_.journal.post(std::move(post.record)); }

void Output::perform(Machine::Cancel&&, Self*) {
  if (!canceller_) canceller_.emplace();
  canceller_->submit([source = under_way_](Self&) mutable { source.request_stop(); });
}

// ---- The output's own thread

Output::Machine::Outlook Output::outlook() const {
  const auto standing = around_.journal.standing(name_);
  Machine::Outlook outlook{standing.cursor.epoch, standing.cursor.sequence, standing.last, standing.letters,
                           standing.letters_asked};
  if (const auto& backlog = standing.backlog)
    outlook.backlog = {backlog->epoch, backlog->sequence, backlog->last, backlog->file.filename().string()};
  return outlook;
}

void Output::wait_for_work(const journal::Sent& sent, const std::stop_token& stop) const {
  if (around_.journal.wait_for_work(name_, sent, stop) || stop.stop_requested()) return;
  std::mutex mutex;  // the journal does not know it: it has nothing to do, ever
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait(lock, stop, [] { return false; });
}

Output::Machine::Rows Output::read(const Machine::Read& call) {
  if (call.from == Machine::From::backlog) return read_backlog(call);
  if (auto opened = open_reader(call.epoch); !opened) return {call.id, opened.error()};
  if (call.from == Machine::From::letters) {
    auto letter = reader_->asked_letter(name_);
    if (!letter) return {call.id, letter.error(), reader_->health().spoilt};
    std::vector<Record> records;
    if (*letter) records.push_back(std::move((*letter)->record));
    return {call.id, batch_of(std::move(records))};
  }
  auto records = reader_->after(call.after, call.limit, call.up_to);
  if (!records) return {call.id, records.error(), reader_->health().spoilt};
  return {call.id, batch_of(std::move(*records))};
}

Result<void> Output::open_reader(std::uint64_t epoch) {
  if (reader_ && reader_->identity().epoch == epoch) return {};
  reader_.reset();
  auto reader = journal::Reader::open(around_.journal.file());
  if (!reader) return reader.error();
  if (reader->identity().epoch != epoch)
    return Error{"is being begun anew", around_.journal.file().string(), "it is read once that is done"};
  reader_.emplace(std::move(*reader));
  return {};
}

Output::Machine::Rows Output::read_backlog(const Machine::Read& call) {
  if (!salvage_ || salvage_epoch_ != call.epoch) {
    salvage_.reset();
    const auto backlog = around_.journal.standing(name_).backlog;
    if (!backlog || backlog->epoch != call.epoch)
      return {call.id, Error{"is done already", "epoch " + std::to_string(call.epoch), "nothing is to be done"}};
    auto damaged = journal::DamagedJournal::open(backlog->file);
    if (!damaged) return {call.id, damaged.error()};
    salvage_.emplace(std::move(*damaged));
    salvage_epoch_ = call.epoch;
  }
  auto found = salvage_->after(call.after, call.up_to, call.limit);
  if (!found) return {call.id, found.error()};
  return {call.id, batch_of(std::move(found->records)), false, found->up_to, found->lost};
}

}  // namespace gatepost::runtime

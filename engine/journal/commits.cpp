#include "journal/commits.hpp"

#include <algorithm>
#include <utility>

#include "journal/encoding.hpp"

namespace gatepost::journal {
namespace {

constexpr Duration longest_sleep = std::chrono::hours(1);

}  // namespace

/// Who is told and woken once the mutex is let go of: those who wake want it next.
struct Commits::Told {
  std::vector<Waiting*> woken{};
  std::vector<Record> alarms{};
  Queue::Batch survived{};
  bool flusher = false, watch = false;
};

Commits::Commits(const Options& options, Writer& writer)
    : options_(options), writer_(writer), queue_(options.file.string(), options.clock->now()) {}

void Commits::start() {
  watch_ = std::jthread([this](const std::stop_token& stop) {
    while (sleep_until(&Queue::due, wake_watch_, stop)) bring(Queue::Tick{});
  });
  flusher_ = std::jthread([this](const std::stop_token& stop) {
    while (sleep_until(&Queue::flush_due, wake_flusher_, stop)) flush();
    flush();
  });
}

Commits::~Commits() {
  if (!flusher_.joinable()) return;
  bring(Queue::Stop{});
  flusher_.request_stop();
  flusher_.join();
}

// By whoever brings it. One who is to lead begins at once where it is here.
Commits::Call Commits::bring(Queue::Event&& event, Waiting* own) {
  Call call;
  Told told;
  {
    const Lock lock(mutex_);
    if (own != nullptr && !std::exchange(own->is_listed, true)) waiting_.push_back(own);
    const bool led = own != nullptr && own->leads;
    queue_.on(std::move(event), now());
    take_out(own, call, told);
    if (own != nullptr && own->leads && !led) {
      queue_.on(Queue::Begin{}, now());
      take_out(own, call, told);
    }
  }
  tell(told);
  return call;
}

void Commits::take_out(Waiting* own, Call& call, Told& told) {
  while (auto effect = queue_.next()) {
    if (auto* lead = std::get_if<Queue::Lead>(&*effect)) {
      Waiting* next = find(lead->ticket);
      if (next != own)
        told.woken.push_back(next);
      else
        next->leads = true;
    } else if (auto* answer = std::get_if<Queue::Answer>(&*effect)) {
      Waiting* waiting = find(answer->ticket);
      unlist(waiting);
      waiting->answer = std::move(answer->result);
      if (waiting != own) told.woken.push_back(waiting);
    } else if (auto* alarm = std::get_if<Queue::Alarm>(&*effect)) {
      told.alarms.push_back(std::move(alarm->record));
    } else if (auto* survived = std::get_if<Queue::Survived>(&*effect)) {
      told.survived = std::move(survived->batch);
    } else if (auto* write = std::get_if<Queue::Write>(&*effect)) {
      call = std::move(*write);
    } else if (std::holds_alternative<Queue::Heal>(*effect)) {
      call = Queue::Heal{};
    } else if (auto* work = std::get_if<Queue::Work>(&*effect)) {
      unlist(own);
      call = std::move(*work);
    } else if (std::holds_alternative<Queue::WakeFlusher>(*effect)) {
      told.flusher = true;
    } else {
      told.watch = true;
    }
  }
}

// One who waits is gone as soon as it is woken: it is not touched after that.
void Commits::tell(const Told& told) {
  for (Waiting* waiting : told.woken) waiting->woken.release();
  if (told.flusher) wake_flusher_.notify_one();
  if (told.watch) wake_watch_.notify_one();
  if (options_.alarm)
    for (const auto& alarm : told.alarms) options_.alarm(alarm);
  writer_.tell(told.survived);
}

Commits::Waiting* Commits::find(core::CallId ticket) const {
  return *std::ranges::find(waiting_, ticket, [](const Waiting* waiting) { return waiting->ticket; });
}

void Commits::unlist(const Waiting* waiting) { waiting_.erase(std::ranges::find(waiting_, waiting)); }

// Until it has been answered, or leads. One that does not lead is answered by another, perhaps by now: it looks at the
// answer only once it is woken, for that is the last the other does with it.
Commits::Call Commits::take_turn(Waiting& own, Queue::Event&& event) {
  Call call = bring(std::move(event), &own);
  if (own.leads) return call;
  own.woken.acquire();
  if (own.answer) return {};
  own.leads = true;
  return bring(Queue::Begin{}, &own);
}

Commits::Call Commits::perform(Call&& call, Waiting& own) {
  if (auto* write = std::get_if<Queue::Write>(&call)) return bring(writer_.write(std::move(write->batch)), &own);
  return bring(writer_.heal(), &own);
}

Result<RecordId> Commits::commit(Record record, BootTime not_after) {
  if (const std::size_t size = kept_size(record); size > largest_record)
    return Error{
        "the Record is too large: " + std::to_string(size) + " bytes of at most " + std::to_string(largest_record),
        options_.file.string(), "shorten what the lane's plugins say of a scan"};
  Waiting own(++last_ticket_);
  Call call = take_turn(own, Queue::Commit{own.ticket, std::move(record), not_after});
  while (!std::holds_alternative<std::monostate>(call)) call = perform(std::move(call), own);
  return std::move(*own.answer);
}

void Commits::post(Record record) {
  if (kept_size(record) > largest_record)
    bring(Queue::Drop{});
  else
    bring(Queue::Post{std::move(record)});
}

// Returns with the turn.
Result<void> Commits::enter(Waiting& own, bool flushes) {
  Call call = take_turn(own, Queue::Enter{own.ticket, flushes});
  while (!std::holds_alternative<Queue::Work>(call)) call = perform(std::move(call), own);
  return std::move(std::get<Queue::Work>(call).ready);
}

Result<void> Commits::with_turn(const std::function<Result<void>()>& work) {
  Waiting own(++last_ticket_);
  Result<void> done = enter(own, false);
  if (done) done = work();
  bring(Queue::Leave{.in_doubt = !writer_.is_sound()});
  return done;
}

void Commits::flush() {
  Waiting own(++last_ticket_);
  const Result<void> written = enter(own, true);
  const bool more = writer_.tidy(written.has_value());
  bring(Queue::Leave{.in_doubt = !writer_.is_sound(), .more = more});
}

std::uint64_t Commits::batches() const {
  const std::scoped_lock lock(mutex_);
  return queue_.batches();
}

bool Commits::is_taken() const {
  const std::scoped_lock lock(mutex_);
  return queue_.is_taken();
}

core::Now Commits::now() const { return {options_.clock->boot(), options_.clock->now(), options_.clock->wall()}; }

// False where it is to stop.
bool Commits::sleep_until(Due due, std::condition_variable_any& wake, const std::stop_token& stop) {
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto planned = (queue_.*due)();
    const MonotonicTime time = options_.clock->now();
    if (planned && *planned <= time) return true;
    const Duration left = planned ? std::min(*planned - time, longest_sleep) : longest_sleep;
    wake.wait_for(lock, stop, left, [&] { return (queue_.*due)() != planned; });
  }
  return false;
}

}  // namespace gatepost::journal

#include "commit_queue/world.hpp"

#include <algorithm>
#include <cstdio>

namespace gatepost::simulation {

using namespace std::chrono_literals;

namespace {

constexpr unsigned always = 100;  ///< everybody asks again as soon as he is answered

}  // namespace

// A third of the runs have each of: lanes that never rest, floods of posts, a disk that fails.
CommitWorld::CommitWorld(std::uint64_t seed, core::Mutant mutant, bool trace)
    : hooks_(seed, mutant), hooked_(hooks_), draws_(seed, "commits"), trace_(trace), queue_("journal", now_.monotonic) {
  busy_ = draws_.one_in(3) ? always : 30;
  const auto lanes = static_cast<std::size_t>(draws_.between(busy_ == always ? 7 : 1, 9));
  const auto guests = static_cast<std::size_t>(draws_.between(0, 3));
  for (std::size_t i = 0; i < lanes; ++i) actors_.push_back({Kind::lane});
  for (std::size_t i = 0; i < guests; ++i) actors_.push_back({Kind::guest});
  actors_.push_back({Kind::flusher});
  posts_ = draws_.one_in(2) ? 10 : 1;
  floods_ = draws_.one_in(3) ? 1 : 0;
  faults_ = draws_.one_in(3) ? 0 : static_cast<unsigned>(draws_.between(1, 4));
}

void CommitWorld::run() {
  const auto steps = static_cast<std::uint64_t>(draws_.between(200, busy_ == always ? 5000 : 2000));
  for (step_ = 1; step_ <= steps; ++step_) {
    step();
    check();
  }
  settle();
}

void CommitWorld::step() {
  sleepers();
  if (faults_ > 0 && disk_for_ == 0 && draws_.below(1000) < faults_ * 5) {
    disk_ = static_cast<Disk>(draws_.between(1, static_cast<std::int64_t>(Disk::last)));
    disk_for_ = static_cast<std::uint64_t>(draws_.spread(1, 400));
    note("the disk is " + std::to_string(static_cast<int>(disk_)));
  }
  if (disk_for_ > 0 && --disk_for_ == 0) disk_ = Disk::good;
  if (draws_.percent(posts_)) post(nullptr);
  if (floods_ > 0 && draws_.one_in(400))
    for (auto count = draws_.spread(100, 6000); count > 0; --count) post(nullptr);
  if (draws_.one_in(200)) {
    ++dropped_;
    bring(Queue::Drop{});
  }
  if (draws_.one_in(60)) bring(Queue::Wake{.at_once = draws_.one_in(2)});
  if (faults_ > 0 && draws_.one_in(300)) {
    in_doubt_ = true;
    bring(Queue::Wake{.in_doubt = true});
  }
  Actor& actor = actors_[draws_.below(actors_.size())];
  if (actor.kind == Kind::lane && draws_.percent(posts_)) post(&actor);
  if (busy_ != always && draws_.percent(busy_)) asks(actor);
  const bool is_busy = busy_ == always;  // lanes come one by one, so that there is always one that waits
  const auto waits = [](const Actor& one) { return one.kind == Kind::lane && one.stage == Stage::waiting; };
  if (is_busy && (std::ranges::none_of(actors_, waits) || draws_.one_in(40)))
    for (Actor& one : actors_)
      if (one.kind == Kind::lane ? std::ranges::none_of(actors_, waits) : draws_.one_in(4)) asks(one);
  if (owner_ != nullptr && owner_->stage == Stage::calling && disk_ != Disk::hangs && draws_.percent(is_busy ? 8 : 40))
    end_call();
  if (owner_ != nullptr && owner_->stage == Stage::leading && (is_busy || draws_.one_in(2))) begin(*owner_);
  pass_time();
}

void CommitWorld::asks(Actor& actor) {
  if (actor.stage != Stage::idle) return;
  if (actor.kind == Kind::lane) commit(actor);
  if (actor.kind == Kind::guest) enter(actor);
}

// Now and then the whole process, or the machine, stands still.
void CommitWorld::pass_time() {
  const Duration time = draws_.one_in(busy_ == always ? 3000 : 150)
                            ? Duration(draws_.spread(1'000'000, 7'200'000'000'000))
                        : disk_ == Disk::hangs ? Duration(draws_.between(0, 100'000'000))
                                               : Duration(draws_.between(0, 3'000'000));
  now_.boot += time;
  now_.wall += time;
  if (!draws_.one_in(20)) now_.monotonic += time;  // else it slept
}

void CommitWorld::sleepers() {
  if (watch_sleeps_until_ <= now_.monotonic) {
    if (const auto due = queue_.due(); due && *due <= now_.monotonic) {
      bring(Queue::Tick{});
      check_after_tick();
    }
    watch_sleeps_until_ = queue_.due().value_or(MonotonicTime::max());
  }
  Actor& flusher = actors_.back();
  if (flusher.stage == Stage::idle && flusher_sleeps_until_ <= now_.monotonic) {
    const auto due = queue_.flush_due();
    flusher_sleeps_until_ = due.value_or(MonotonicTime::max());
    if (due && *due <= now_.monotonic && (!has_flushed_last_ || queue_.waiting() > 0)) {
      has_flushed_last_ = stopped_;
      enter(flusher);
    }
  }
}

void CommitWorld::commit(Actor& actor) {
  actor.stage = Stage::waiting;
  actor.is_answered = false;
  actor.ticket = ++tickets_;
  actor.number = ++numbers_;
  actor.calls = actor.turns = actor.guests = 0;
  actor.not_after = BootTime::max();
  actor.due = MonotonicTime::max();
  if (!draws_.one_in(4) && busy_ != always) {
    const Duration patience(draws_.one_in(8) ? -draws_.between(0, 1'000'000) : draws_.spread(1'000'000, 2'000'000'000));
    actor.not_after = now_.boot + patience;
    if (patience > 0ns) actor.due = now_.monotonic + patience;
  }
  Record record{.lane = std::to_string(&actor - actors_.data())};
  record.about = actor.number;
  note("commit " + std::to_string(actor.number));
  bring(Queue::Commit{actor.ticket, std::move(record), actor.not_after});
}

void CommitWorld::post(Actor* lane) {
  Record record{.kind = RecordKind::device};
  if (lane != nullptr) record.lane = std::to_string(lane - actors_.data());
  record.about = ++numbers_;
  const std::uint64_t number = record.about;
  const std::size_t before = queue_.waiting();
  bring(Queue::Post{std::move(record)});
  if (queue_.waiting() > before)
    posted_.emplace(number, false);
  else if (++dropped_; before < Queue::most_posted)
    violate("dropped", "a posted Record was dropped though few waited");
}

void CommitWorld::enter(Actor& actor) {
  actor.stage = Stage::waiting;
  actor.ticket = ++tickets_;
  actor.calls = actor.turns = actor.guests = 0;
  actor.ahead = static_cast<std::size_t>(std::ranges::count_if(
      actors_, [](const Actor& one) { return one.kind != Kind::lane && one.stage == Stage::waiting; }));
  note("enter");
  bring(Queue::Enter{actor.ticket, actor.kind == Kind::flusher});
}

void CommitWorld::begin(Actor& actor) {
  actor.stage = Stage::calling;
  bring(Queue::Begin{});
}

void CommitWorld::end_call() {
  for (Actor& actor : actors_)
    if (actor.stage == Stage::waiting) ++actor.calls;
  auto call = std::exchange(call_, {});
  if (std::holds_alternative<Queue::Heal>(call)) return end_heal();
  if (auto* write = std::get_if<Queue::Write>(&call)) return end_write(std::move(*write));
  Actor& actor = *owner_;
  owner_ = nullptr;
  actor.stage = Stage::idle;
  const bool in_doubt = disk_ == Disk::broken && draws_.one_in(2);
  in_doubt_ = in_doubt_ || in_doubt;
  bring(Queue::Leave{.in_doubt = in_doubt, .more = draws_.one_in(10)});
}

void CommitWorld::end_heal() {
  const bool fails = disk_ == Disk::broken && !draws_.one_in(3);
  note(fails ? "not healed" : "healed");
  if (fails) return bring(Queue::Healed{Error{"cannot be opened", "journal", "check the disk"}});
  in_doubt_ = false;
  const bool kept_after_all = !doubtful_.empty() && draws_.one_in(2);
  if (kept_after_all) keep(doubtful_);
  doubtful_.clear();
  bring(Queue::Healed{{}, kept_after_all});
}

void CommitWorld::end_write(Queue::Write write) {
  using Outcome = Queue::Outcome;
  const Outcome outcome = disk_ == Disk::full      ? Outcome::failed
                          : disk_ == Disk::broken  ? Outcome::in_doubt
                          : disk_ == Disk::damaged ? Outcome::damaged
                                                   : Outcome::kept;
  if (outcome == Outcome::kept && draws_.one_in(20))
    write.batch.insert(write.batch.begin(), {Record{.reason = "note"}});
  if (outcome == Outcome::kept) keep(write.batch);
  in_doubt_ = in_doubt_ || outcome == Outcome::in_doubt || outcome == Outcome::damaged;
  if (outcome == Outcome::in_doubt) doubtful_ = write.batch;
  note("written: " + std::to_string(static_cast<int>(outcome)) + ", " + std::to_string(write.batch.size()));
  bring(Queue::Wrote{std::move(write.batch), outcome, {"the disk does not keep it", "journal", "check it"}});
}

void CommitWorld::bring(Queue::Event&& event) {
  queue_.on(std::move(event), now_);
  drain();
}

void CommitWorld::drain() {
  while (auto effect = queue_.next()) {
    hash_ = (hash_ ^ (effect->index() + 1 + step_ * 16)) * 0x100000001b3;
    std::visit([this](auto& one) { on_effect(one); }, *effect);
  }
  give_up();
}

// The disk is well, nobody asks for anything new, and what waits is let to its end.
void CommitWorld::settle() {
  disk_ = Disk::good;
  faults_ = floods_ = posts_ = busy_ = 0;
  stopped_ = true;
  bring(Queue::Stop{});
  for (int round = 0; round < 4000; ++round) {
    sleepers();
    for (Actor& actor : actors_)
      if (actor.stage == Stage::leading) begin(actor);
    if (owner_ != nullptr && owner_->stage == Stage::calling) end_call();
    now_.boot += 5ms;
    now_.monotonic += 5ms;
    check();
  }
  check_in_the_end();
}

void CommitWorld::note(const std::string& what) {
  if (trace_) std::fprintf(stderr, "%llu: %s\n", static_cast<unsigned long long>(step_), what.c_str());
}

}  // namespace gatepost::simulation

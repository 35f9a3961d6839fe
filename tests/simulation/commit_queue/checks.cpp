// What must hold of the commit queue.
#include <algorithm>
#include <cstdlib>

#include "commit_queue/world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

namespace {

// Calls until a commit is answered at most: a full backlog before it and what was under way, and, where the disk fails,
// each lane before it that tries and finds the file damaged twice.
constexpr std::uint64_t most_calls = 2 * (core::CommitQueue::most_posted / core::CommitQueue::largest_batch) + 10;
constexpr std::uint64_t calls_of_a_lane = 4;
constexpr std::uint64_t most_guests = 2;  // that go before a lane: the one that is in, and one whose turn it is
constexpr std::uint64_t most_alarms = 16;

}  // namespace

CommitWorld::Actor& CommitWorld::of(core::CallId ticket) {
  const auto found = std::ranges::find(actors_, ticket, &Actor::ticket);
  if (found == actors_.end() || found->stage == Stage::idle || found->is_answered)
    violate("answered once", "ticket " + std::to_string(ticket) + " is told of, and nobody waits with it");
  return *found;
}

void CommitWorld::on_effect(Queue::Lead& effect) {
  give_up();
  Actor& next = of(effect.ticket);
  if (owner_ != nullptr) violate("one owner", "the turn is given while somebody has it");
  if (next.stage != Stage::waiting) violate("one owner", "the turn is given to one who has it");
  for (Actor& actor : actors_) {
    if (actor.stage != Stage::waiting || &actor == &next) continue;
    ++actor.turns;
    if (next.kind != Kind::lane) ++actor.guests;
  }
  owner_ = &next;
  next.stage = Stage::leading;
}

// A lane that was answered and has nothing to write has no turn any more.
void CommitWorld::give_up() {
  if (owner_ == nullptr || !owner_->is_answered || call_.index() != 0) return;
  owner_->stage = Stage::idle;
  owner_ = nullptr;
}

void CommitWorld::on_effect(Queue::Heal& effect) {
  if (owner_ == nullptr || call_.index() != 0) violate("one owner", "a call while another is under way");
  call_ = effect;
}

void CommitWorld::on_effect(Queue::Work& effect) {
  if (owner_ == nullptr || owner_->kind == Kind::lane || call_.index() != 0)
    violate("one owner", "work for one who did not ask for it");
  if (effect.ready && in_doubt_) violate("nothing promised in doubt", "work is done on a file that is in doubt");
  call_ = std::move(effect);
}

void CommitWorld::on_effect(Queue::Write& effect) {
  if (owner_ == nullptr || call_.index() != 0) violate("one owner", "a call while another is under way");
  if (in_doubt_) violate("nothing promised in doubt", "a batch is written before what is in doubt is healed");
  if (effect.batch.size() > Queue::largest_batch + 1) violate("bounds", "a batch is too large");
  for (const auto& item : effect.batch)
    if (item.ticket != 0 && of(item.ticket).not_after < now_.boot)
      violate("none late", "commit " + std::to_string(item.record.about) + " is written late");
  call_ = std::move(effect);
}

// What is in the file is there once, and in the order in which each who writes asked for it.
void CommitWorld::keep(Queue::Batch& batch) {
  ++written_;
  for (auto& item : batch) {
    Record& record = item.record;
    record.id = {1, 1, ++sequence_};
    if (record.reason == "records_dropped")
      told_dropped_ += std::strtoull(record.details["count"].c_str(), nullptr, 10);
    if (record.about == 0) continue;
    auto& last = last_of_[record.lane];
    if (record.about <= last) violate("order", "Record " + std::to_string(record.about) + " comes after a later one");
    last = record.about;
    if (item.ticket != 0) {
      kept_[record.about] = record.id.sequence;
    } else {
      const auto posted = posted_.find(record.about);
      if (posted == posted_.end() || posted->second) violate("none doubled", "a posted Record is in the file twice");
      posted->second = true;
    }
  }
}

void CommitWorld::on_effect(Queue::Answer& effect) {
  Actor& actor = of(effect.ticket);
  if (actor.kind != Kind::lane) violate("answered once", "an answer to one who did not commit");
  const auto kept = kept_.find(actor.number);
  if (effect.result.has_value() != (kept != kept_.end()))
    violate("kept iff answered so", "commit " + std::to_string(actor.number) + " was answered otherwise than it is");
  if (effect.result && effect.result->sequence != kept->second) violate("kept iff answered so", "with another's id");
  ++answered_;
  if (&actor == owner_)
    actor.is_answered = true;
  else
    actor.stage = Stage::idle;
  note("answered " + std::to_string(actor.number) + (effect.result ? "" : " with an Error"));
}

void CommitWorld::on_effect(Queue::Alarm& effect) {
  const std::string& reason = effect.record.reason;
  note(reason);
  const bool ends = reason == "journal_recovered";
  if (ends != trouble_.has_value()) violate("alarms", reason + " is told where it is so already");
  if (ends)
    trouble_.reset();
  else
    trouble_ = reason;
}

void CommitWorld::on_effect(Queue::Survived& effect) {
  for (const auto& item : effect.batch)
    if (const auto posted = posted_.find(item.record.about); posted != posted_.end() && !posted->second)
      violate("none lost", "a posted Record is told to be in the file, and is not");
}

void CommitWorld::check_after_tick() {
  for (const Actor& actor : actors_)
    if (actor.kind == Kind::lane && actor.stage == Stage::waiting && actor.due <= now_.monotonic && !trouble_)
      violate("alarms", "a disk that is slow is not told of");
}

void CommitWorld::check() {
  for (const Actor& actor : actors_) {
    if (actor.stage != Stage::waiting) continue;
    if (actor.kind == Kind::lane) {
      if (actor.calls > most_calls + calls_of_a_lane * actors_.size())
        violate("nobody starves", "a commit is not answered");
      if (actor.guests > most_guests) violate("nobody starves", "exclusive work goes before a lane again and again");
      const auto due = queue_.due();
      if (!due || (!trouble_ && actor.due > now_.monotonic && *due > actor.due))
        violate("alarms", "nobody looks whether the disk is slow");
    } else if (actor.turns > (actor.ahead + 1) * (Queue::most_passed_over + 2)) {
      violate("nobody starves", "exclusive work does not get the turn");
    }
  }
  if (queue_.waiting() > Queue::most_posted + Queue::largest_batch + actors_.size() + most_alarms)
    violate("bounds", std::to_string(queue_.waiting()) + " wait");
  // The flusher sleeps until it was told that it is due, or is woken.
  const Actor& flusher = actors_.back();
  const auto due = queue_.flush_due();
  if (flusher.stage == Stage::idle && due && *due < flusher_sleeps_until_ && flusher_sleeps_until_ > now_.monotonic)
    violate("none lost", "nobody comes for what is posted");
  if (flusher.stage == Stage::idle && !due && !stopped_)
    violate("none lost", "the flusher is not due, and nobody flushes");
}

void CommitWorld::check_in_the_end() {
  if (queue_.waiting() > 0 || queue_.is_taken()) violate("quiet", "something waits in the end");
  if (queue_.due()) violate("quiet", "something is watched in the end");
  if (trouble_) violate("alarms", *trouble_ + " has no end");
  for (const Actor& actor : actors_)
    if (actor.kind == Kind::lane && actor.stage != Stage::idle) violate("answered once", "a commit has no answer");
  for (const auto& [number, is_kept] : posted_)
    if (!is_kept) violate("none lost", "posted Record " + std::to_string(number) + " is not in the file");
  if (told_dropped_ != dropped_)
    violate("dropped", std::to_string(dropped_) + " were dropped and " + std::to_string(told_dropped_) + " told of");
}

}  // namespace gatepost::simulation

#include "journal/cursors.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/hooks.hpp"

namespace gatepost::journal {

std::uint64_t Cursors::epoch() const {
  const std::scoped_lock lock(mutex_);
  return epoch_;
}

std::uint64_t Cursors::last() const {
  const std::scoped_lock lock(mutex_);
  return last_;
}

Standing Cursors::standing(const std::string& reader) const {
  const std::scoped_lock lock(mutex_);
  Standing standing{.cursor = {epoch_, 0}, .last = last_};
  if (const auto place = places_.find(reader); place != places_.end()) standing.cursor.sequence = place->second;
  if (const auto letters = letters_.find(reader); letters != letters_.end()) {
    standing.letters = letters->second.all;
    standing.letters_asked = letters->second.asked > 0;
  }
  if (const auto backlog = backlog_.find(reader); backlog != backlog_.end() && !backlog->second.empty())
    standing.backlog = backlog->second.begin()->second;
  return standing;
}

bool Cursors::move(const std::string& reader, std::uint64_t sequence, std::uint64_t epoch) {
  const std::scoped_lock lock(mutex_);
  if (epoch != 0 && epoch != epoch_ && !core::mutant(core::Mutant::cursor_of_another_epoch)) return false;
  const bool had_any = moved_.any();
  places_[reader] = moved_.places[reader] = sequence;
  return !had_any;
}

bool Cursors::wait_beyond(std::uint64_t sequence, const std::stop_token& stop) {
  Lock lock(mutex_);
  return wake_.wait(lock, stop, [&] { return last_ > sequence; });
}

bool Cursors::wait_for_work(const std::string& reader, const Sent& sent, const std::stop_token& stop) {
  Lock lock(mutex_);
  if (!places_.contains(reader)) return false;
  return wake_.wait(lock, stop, [&] { return is_behind(reader, sent); });
}

// With the mutex.
bool Cursors::is_behind(const std::string& reader, const Sent& sent) const {
  const std::uint64_t place = places_.at(reader);
  const auto backlog = backlog_.find(reader);
  const auto letters = letters_.find(reader);
  return (backlog != backlog_.end() && !backlog->second.empty()) ||
         last_ > (sent.epoch == epoch_ ? std::max(place, sent.sequence) : place) ||
         (letters != letters_.end() && letters->second.asked > 0);
}

// ---- Used by the commit leader alone

std::vector<std::string> Cursors::without(const std::vector<std::string>& readers) const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> fresh;
  std::ranges::copy_if(readers, std::back_inserter(fresh), [&](const std::string& reader) {
    return std::ranges::find(readers_, reader) == readers_.end();
  });
  return fresh;
}

void Cursors::join(const std::vector<std::string>& readers, const std::map<std::string, std::uint64_t>& kept,
                   std::uint64_t oldest) {
  const std::scoped_lock lock(mutex_);
  for (const auto& reader : readers) {
    const auto known = places_.find(reader);  // newer than the file's, where it left this very run
    const auto in_file = kept.find(reader);
    const std::uint64_t at = known != places_.end() ? known->second : in_file != kept.end() ? in_file->second : 0;
    places_[reader] = std::clamp(at, oldest, std::max(oldest, last_));
    readers_.push_back(reader);
  }
}

void Cursors::read_by(std::vector<std::string> readers) {
  const std::scoped_lock lock(mutex_);
  readers_ = std::move(readers);
}

void Cursors::load(std::uint64_t epoch, const std::map<std::string, std::uint64_t>& kept, std::uint64_t oldest,
                   std::uint64_t last) {
  const std::scoped_lock lock(mutex_);
  epoch_ = epoch;
  last_ = last;
  for (const auto& reader : readers_) {
    const auto found = kept.find(reader);
    places_[reader] = found == kept.end() ? oldest : std::clamp(found->second, oldest, last);
  }
}

void Cursors::letters(std::map<std::string, Letters> all) {
  {
    const std::scoped_lock lock(mutex_);
    letters_ = std::move(all);
  }
  wake_.notify_all();
}

void Cursors::durable(std::uint64_t last) {
  {
    const std::scoped_lock lock(mutex_);
    last_ = last;
  }
  wake_.notify_all();
}

void Cursors::placed(const std::string& reader, std::uint64_t sequence) {
  const std::scoped_lock lock(mutex_);
  places_[reader] = sequence;
  if (const auto moved = moved_.places.find(reader); moved != moved_.places.end()) moved->second = sequence;
}

Cursors::Moved Cursors::take_moved() {
  const std::scoped_lock lock(mutex_);
  if (!moved_.any()) return {};
  Moved moved = std::exchange(moved_, {});
  if (moved.backlog) moved.backlog = backlog_;
  return moved;
}

// Not what is to be said: that waits with the other Records. A place that moved on meanwhile is kept as it is now.
void Cursors::put_back(const Moved& moved) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [reader, sequence] : moved.places)
    if (const auto now = places_.find(reader); now != places_.end()) moved_.places[reader] = now->second;
  if (moved.backlog) moved_.backlog.emplace();
}

Cursors::Slowest Cursors::slowest(std::uint64_t wanted) const {
  const std::scoped_lock lock(mutex_);
  Slowest slowest{{}, wanted};
  if (core::mutant(core::Mutant::pruned_past_outputs)) return slowest;
  for (const auto& reader : readers_)
    if (const auto place = places_.at(reader); place < slowest.allowed) slowest = {reader, place};
  return slowest;
}

}  // namespace gatepost::journal

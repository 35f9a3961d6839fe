// In place of the Journal, for Output alone: Records that are durable at once, and the real Cursors.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "journal/cursors.hpp"
#include "journal/reader.hpp"
#include "scenario.hpp"

namespace gatepost::journal {

class Journal {
 public:
  Journal(std::vector<std::string> readers, const Clock& clock) : cursors_(std::move(readers), clock) {
    cursors_.load(1, {}, 0, 0);
  }

  // Of a scenario: each as whoever has the turn.
  void keep() {
    const std::scoped_lock turn(turn_);
    cursors_.durable(kept_.keep().sequence);
  }
  void begin_anew() {
    const std::scoped_lock turn(turn_);
    const std::uint64_t last = kept_.begin_anew();
    cursors_.adopt(1, {.epoch = 1, .last = last}, last, file(), 2, true);
  }
  void send_letters_again(const std::string& reader) {
    const std::scoped_lock turn(turn_);
    are_asked_ = true;
    count_dead_letters(reader);
  }
  std::set<RecordId> buried() const {
    const std::scoped_lock turn(turn_);
    return buried_;
  }
  RecordId last() const { return {.epoch = kept_.epoch(), .sequence = kept_.last()}; }
  /// Asked between steps.
  bool is_waited_for_in_vain(const std::string& reader) const {
    const Standing now = cursors_.standing(reader);
    return waiting_ > 0 && (now.last > now.cursor.sequence || now.backlog || now.letters_asked);
  }

  // Of an Output.
  static std::filesystem::path file() { return "journal"; }
  Standing standing(const std::string& reader) const { return cursors_.standing(reader); }
  void move_cursor(const std::string& reader, std::uint64_t sequence, std::uint64_t epoch) {
    cursors_.move(reader, sequence, epoch);
  }
  void move_arrear(const std::string& reader, std::uint64_t epoch, std::uint64_t sequence, std::uint64_t lost) {
    cursors_.move_arrear(reader, epoch, sequence, lost);
  }
  bool wait_for_work(const std::string& reader, const Sent& sent, const std::stop_token& stop) {
    ++waiting_;
    const bool woken = cursors_.wait_for_work(reader, sent, stop);
    --waiting_;
    return woken;
  }
  Result<void> park(const std::string& reader, const Record& record, const std::string&) {
    const std::scoped_lock turn(turn_);
    if (interleaving::draw(4) == 0) return Error{"fails", "disk", "wait"};
    if (record.id.epoch != kept_.epoch()) return Error{"is another journal's", "disk", "wait"};
    auto letters = kept_.letters();
    if (std::ranges::find(letters, record.id, &Record::id) == letters.end()) letters.push_back(record);
    kept_.letters(std::move(letters));
    buried_.insert(record.id);
    are_asked_ = false;
    cursors_.placed(reader, std::max(cursors_.place(reader), record.id.sequence));
    count_dead_letters(reader);
    return {};
  }
  Result<void> settle(const std::string& reader, std::uint64_t sequence) {
    const std::scoped_lock turn(turn_);
    auto letters = kept_.letters();
    std::erase_if(letters, [sequence](const Record& letter) { return letter.id.sequence == sequence; });
    kept_.letters(std::move(letters));
    count_dead_letters(reader);
    return {};
  }
  void post(const Record&) { ++posted_; }
  void report_damage(const Error& what, std::uint64_t, const std::optional<Holder>&) {
    interleaving::require(false, "a journal that is well was found damaged: " + what.what);
  }

 private:
  // With the turn.
  void count_dead_letters(const std::string& reader) {
    const std::size_t all = kept_.letters().size();
    cursors_.letters({{reader, {.all = all, .asked = are_asked_ ? all : 0}}});
  }

  mutable std::mutex turn_;
  KeptRecords kept_;
  Cursors cursors_;
  std::set<RecordId> buried_;
  bool are_asked_ = false;
  std::atomic<int> waiting_ = 0, posted_ = 0;
};

}  // namespace gatepost::journal

// In place of the journal's Writer, for Commits alone: a file that is a list, and a disk that fails by the seed. What
// is called without the turn is a race on its members.
#pragma once

#include <atomic>
#include <chrono>
#include <gatepost/record.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/commit_queue.hpp"
#include "scenario.hpp"

namespace gatepost::journal {

class Writer {
 public:
  using Queue = core::CommitQueue;
  using Batch = Queue::Batch;

  Queue::Healed heal() {
    if (fails(3)) return {Error{"fails", "disk", "wait"}};
    is_in_doubt_ = false;
    return {{}, std::exchange(was_kept_, false)};
  }

  Queue::Wrote write(Batch batch) {
    if (is_slow && interleaving::draw(4) == 0) sleep();
    if (fails(2)) return {std::move(batch), Queue::Outcome::failed, Error{"fails", "disk", "wait"}};
    if (fails(4)) {
      is_in_doubt_ = true;
      return {std::move(batch), Queue::Outcome::damaged, Error{"is damaged", "disk", "wait"}};
    }
    const bool is_doubtful = fails(3);
    const bool is_kept = !is_doubtful || interleaving::draw(2) == 0;
    for (auto& item : batch) {
      item.record.id.sequence = file.size() + 1;
      if (is_kept) file.push_back(item.record.subject);
    }
    if (!is_doubtful) return {std::move(batch)};
    is_in_doubt_ = true;
    was_kept_ = is_kept;
    return {std::move(batch), Queue::Outcome::in_doubt, Error{"fails", "disk", "wait"}};
  }

  // Of any thread.
  void tell(const Batch&) const {}
  bool tidy(bool written) {
    is_tidy_ = written;
    return false;
  }
  bool is_sound() const { return !is_in_doubt_; }

  std::vector<std::string> file{};
  std::size_t failures_left = 0;
  bool is_slow = false;
  std::atomic<bool> has_failed = false;  ///< asked by any thread
  std::optional<Duration> sleeps_since{};

 private:
  bool fails(std::uint64_t chance) {
    if (failures_left == 0 || interleaving::draw(chance) != 0) return false;
    --failures_left;
    return has_failed = true;
  }

  void sleep() {
    sleeps_since = interleaving::time_passed();
    std::this_thread::sleep_for(std::chrono::seconds(5));
    sleeps_since.reset();
  }

  bool is_in_doubt_ = false, was_kept_ = false, is_tidy_ = false;
};

}  // namespace gatepost::journal

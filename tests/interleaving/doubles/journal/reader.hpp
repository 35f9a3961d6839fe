// In place of the journal's Reader: the Records that have been kept, by any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "scenario.hpp"

namespace gatepost::journal {

/// What a run's Readers read; a scenario makes one before them.
class KeptRecords {
 public:
  KeptRecords() { present() = this; }
  ~KeptRecords() { present() = nullptr; }
  KeptRecords(const KeptRecords&) = delete;
  KeptRecords& operator=(const KeptRecords&) = delete;

  RecordId keep() {
    const std::scoped_lock lock(mutex_);
    ++last_;
    return {.epoch = epoch_, .sequence = last_};
  }
  /// The file is set aside, with its letters, and another one begins; how many Records it has.
  std::uint64_t begin_anew() {
    const std::scoped_lock lock(mutex_);
    ++epoch_;
    letters_.clear();
    return std::exchange(last_, 0);
  }
  std::uint64_t epoch() const {
    const std::scoped_lock lock(mutex_);
    return epoch_;
  }
  std::uint64_t last() const {
    const std::scoped_lock lock(mutex_);
    return last_;
  }
  std::vector<Record> letters() const {
    const std::scoped_lock lock(mutex_);
    return letters_;
  }
  void letters(std::vector<Record> letters) {
    const std::scoped_lock lock(mutex_);
    letters_ = std::move(letters);
  }
  bool is_bad = false;  ///< now and then they cannot be read

  /// Readers open nothing, and have no other way to it.
  static KeptRecords*& present() {
    static KeptRecords* kept = nullptr;
    return kept;
  }
  static std::vector<Record> some(std::uint64_t epoch, std::uint64_t after, std::uint64_t last, std::size_t limit) {
    std::vector<Record> records;
    last = std::min(last, after + limit);
    for (std::uint64_t next = after + 1; next <= last; ++next)
      records.push_back({.id = {.epoch = epoch, .sequence = next}});
    return records;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t epoch_ = 1, last_ = 0;
  std::vector<Record> letters_;
};

struct DeadLetter {
  Record record;
};

class Reader {
 public:
  struct Identity {
    std::uint64_t site = 0, epoch = 1;
  };
  struct Health {
    bool spoilt = false;
  };
  static constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

  static Result<Reader> open(const std::filesystem::path&) { return Reader(KeptRecords::present()->epoch()); }
  Identity identity() const { return {0, epoch_}; }
  static Health health() { return {}; }
  Result<std::vector<Record>> after(std::uint64_t sequence, std::size_t limit, std::uint64_t up_to = no_end) const {
    if (KeptRecords::present()->is_bad && interleaving::draw(5) == 0) return Error{"cannot be read", "journal", "wait"};
    return KeptRecords::some(epoch_, sequence, std::min(KeptRecords::present()->last(), up_to), limit);
  }
  static Result<std::uint64_t> before_all_since(WallTime) { return std::uint64_t{0}; }
  static Result<std::optional<DeadLetter>> asked_letter(const std::string&) {
    const auto letters = KeptRecords::present()->letters();
    return letters.empty() ? std::nullopt : std::optional(DeadLetter{letters.front()});
  }

 private:
  explicit Reader(std::uint64_t epoch) : epoch_(epoch) {}
  std::uint64_t epoch_;
};

}  // namespace gatepost::journal

// In place of the journal's Reader, for PolicyReplay alone: the Records that have been kept, by any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <mutex>
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
    return {.epoch = 1, .sequence = last_};
  }
  std::uint64_t last() const {
    const std::scoped_lock lock(mutex_);
    return last_;
  }
  bool is_bad = false;  ///< now and then they cannot be read

  /// Readers open nothing, and have no other way to it.
  static KeptRecords*& present() {
    static KeptRecords* kept = nullptr;
    return kept;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t last_ = 0;
};

class Reader {
 public:
  struct Identity {
    std::uint64_t epoch = 1;
  };
  static Result<Reader> open(const std::filesystem::path&) { return Reader(); }
  static Identity identity() { return {}; }
  static Result<std::vector<Record>> after(std::uint64_t sequence, std::size_t limit) {
    if (KeptRecords::present()->is_bad && interleaving::draw(5) == 0) return Error{"cannot be read", "journal", "wait"};
    std::vector<Record> records;
    const std::uint64_t last = std::min(KeptRecords::present()->last(), sequence + limit);
    for (std::uint64_t next = sequence + 1; next <= last; ++next)
      records.push_back({.id = {.epoch = 1, .sequence = next}});
    return records;
  }
};

}  // namespace gatepost::journal

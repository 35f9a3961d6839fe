// Answers that may be used again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "answer.hpp"

namespace remote {

/// Of more than `most` entries those that were answered longest ago are forgotten. From any thread.
class Cache {
 public:
  Cache(gatepost::Duration fresh_for, gatepost::Duration stale_for, std::size_t most)
      : fresh_for_(fresh_for), stale_for_(stale_for), most_(most) {}

  /// An answer that is good for no time at all only takes the one before it away.
  void put(const std::string& key, const Answer& answer, gatepost::BootTime now);
  /// While it may be used in place of asking.
  std::optional<gatepost::Decision> fresh(const std::string& key, gatepost::BootTime now) const;
  /// While it may be used because nobody can be asked.
  std::optional<gatepost::Decision> stale(const std::string& key, gatepost::BootTime now) const;
  std::size_t size() const;

 private:
  struct Entry {
    gatepost::Decision decision;
    gatepost::BootTime at;
    gatepost::Duration fresh_for;
    std::uint64_t place;  ///< in order_
  };
  void forget(const std::string& key);

  const gatepost::Duration fresh_for_, stale_for_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::map<std::uint64_t, std::string> order_;  ///< answered longest ago first
  std::uint64_t answers_ = 0;
};

}  // namespace remote

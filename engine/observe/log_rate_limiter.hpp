// Keeps one kind of message from drowning the others.
#pragma once

#include <cstdint>
#include <gatepost/time.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatepost::observe {

/// Of each kind the first ten in ten seconds get through. At most 256 kinds are known; all further ones are one kind.
/// Used by one thread at a time.
class LogRateLimiter {
 public:
  static constexpr std::uint32_t most = 10;
  static constexpr Duration window = std::chrono::seconds(10);
  static constexpr std::size_t most_kinds = 256;

  /// How many of this kind were held back since one last got through; nothing: hold this one back as well.
  std::optional<std::uint64_t> admit(const std::string& kind, MonotonicTime now) {
    Kind& known = kinds_[kinds_.contains(kind) || kinds_.size() < most_kinds ? kind : "other"];
    if (known.through == 0 || now - known.since >= window) known.since = now, known.through = 0;
    if (known.through == most) {
      ++known.held;
      return {};
    }
    ++known.through;
    return std::exchange(known.held, 0);
  }

  /// What is held back and was told of nowhere yet; forgets it.
  std::vector<std::pair<std::string, std::uint64_t>> take_held() {
    std::vector<std::pair<std::string, std::uint64_t>> all;
    for (auto& [name, kind] : kinds_)
      if (kind.held > 0) all.emplace_back(name, std::exchange(kind.held, 0));
    return all;
  }

 private:
  struct Kind {
    MonotonicTime since{};
    std::uint32_t through = 0;  ///< in this window
    std::uint64_t held = 0;
  };
  std::map<std::string, Kind> kinds_;
};

}  // namespace gatepost::observe

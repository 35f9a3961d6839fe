// What connections that are over may have left to come: a converter sends the rest of a scan on its next one.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "address.hpp"

namespace tcp {

enum class Rest {
  none,
  perhaps,    ///< it broke off: what was lost with it may have been the beginning of a scan
  of_a_scan,  ///< it was cut in a scan
};

/// By the address of the scanner. Remembers so many addresses; the oldest is forgotten.
class Rests {
 public:
  void remember(const IpAddress& host, Rest rest) {
    take(host);
    if (rest == Rest::none) return;
    if (all_.size() == most) all_.erase(all_.begin());
    all_.emplace_back(host, rest);
  }

  /// And forgets it.
  Rest take(const IpAddress& host) {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.first == host; });
    if (found == all_.end()) return Rest::none;
    const Rest rest = found->second;
    all_.erase(found);
    return rest;
  }

 private:
  static constexpr std::size_t most = 1024;
  std::vector<std::pair<IpAddress, Rest>> all_;
};

}  // namespace tcp

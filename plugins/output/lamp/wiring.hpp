// Which channels show the verdicts of which lane.
#pragma once

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lamp {

/// 0: not fitted.
struct Pair {
  int grant = 0, deny = 0;
};

class Wiring {
 public:
  /// `grant` and `deny`: channels of every lane. `channels`: "lane.grant=1", for a board that has the lamps of several
  /// lanes; then only the lanes named have some.
  static gatepost::Result<Wiring> make(Pair every, const std::vector<std::string>& channels);

  Pair of(std::string_view lane) const;

  /// Every channel that is used.
  const std::set<int>& all() const { return all_; }

 private:
  gatepost::Result<void> add(const std::string& text);

  Pair every_;
  std::map<std::string, Pair, std::less<>> of_lane_;
  std::set<int> all_;
};

}  // namespace lamp

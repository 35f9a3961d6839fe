// Which channel and which sensor belong to which lane and direction.
#pragma once

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace turnstile {

class Wiring {
 public:
  /// `in` and `out`: channels of any lane; 0: that direction is not fitted. `channels`: "lane.in=1", for a board that
  /// serves several lanes; then only the lanes named are fitted.
  static gatepost::Result<Wiring> make(int in, int out, const std::vector<std::string>& channels);

  /// 0: not fitted.
  int channel(std::string_view lane, gatepost::Direction direction) const;

  /// Whether any lane can be opened in that direction.
  bool opens(gatepost::Direction direction) const;

  /// Every channel that is used.
  const std::set<int>& all() const { return all_; }

 private:
  int any_in_ = 0, any_out_ = 0;
  std::map<std::string, int, std::less<>> of_lane_;  ///< by "lane.in"
  std::set<int> all_;
};

}  // namespace turnstile

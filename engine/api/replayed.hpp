// What a changed site would have answered to the attempts that a journal has.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "supervisor/rehearsal.hpp"

namespace gatepost::api {

/// An attempt whose verdict would be another one.
struct Difference {
  const Record& recorded;
  Outcome outcome;
  const std::string& reason;
  std::string decided_by;
};

/// Records tell the scheme and the subject of a code, and those attributes that the site keeps as they are
/// (`attributes` of its journal), not the code itself: attempts that no format knew, and what formats alone know (other
/// attributes, validity), are not replayed. Whoever went through or not did so again.
class Replayed {
 public:
  struct Sums {
    std::uint64_t attempts = 0;  ///< that were replayed
    std::uint64_t differ = 0;
    std::uint64_t nameless = 0;  ///< without a subject: pressed, damaged, unknown
    std::uint64_t incomparable =
        0;  ///< denied by what only the moment knew: a busy gate, a slow disk, a date on a code
    std::uint64_t without_lane = 0;  ///< the changed site has no such lane
  };

  /// `site` outlives it.
  explicit Replayed(const config::Site& site) : site_(&site), rehearsal_(site) {}

  /// In their order; `tell` is called for each difference.
  Result<void> add(const Record& record, const std::function<void(const Difference&)>& tell);
  const Sums& sums() const { return sums_; }

 private:
  Result<void> add_attempt(const Record& record, const std::function<void(const Difference&)>& tell);

  const config::Site* site_;
  supervisor::Rehearsal rehearsal_;
  Sums sums_;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> granted_;  ///< the number of then, and of the replay
};

}  // namespace gatepost::api

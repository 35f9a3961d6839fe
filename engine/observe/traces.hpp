// The way of each of the last scans, with the time at each step.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/observer.hpp"

namespace gatepost::observe {

/// One scan, without what was on the card.
struct TracedScan {
  std::string lane, device, reason;
  Direction direction = Direction::in;
  Outcome outcome = Outcome::deny;
  bool repeated = false;
  bool troubled = false;       ///< the Record or the gate failed
  WallTime wall{};             ///< of trace.seen
  std::uint64_t sequence = 0;  ///< of its Record; 0: it has none
  core::Trace trace{};
  MonotonicTime passage{};  ///< somebody passed, or the gate has given up waiting; zero: not yet, or never
  std::string passage_reason{};
};

/// A step that was reached: its name, and when.
struct Step {
  std::string_view name;
  MonotonicTime at;
};
/// In the order of the road, those only that were reached: "arrived" first.
std::vector<Step> steps_of(const TracedScan& scan);

/// Keeps the last 256 scans of each lane, and tells of each as it ends. Thread-safe.
class Traces final : public runtime::Observer {
 public:
  static constexpr std::size_t most_of_a_lane = 256;

  void answered(const core::Answer& answer) override;
  void recorded(const Record& record) override;

  /// The last `most` of one lane, or of all where it is empty; the oldest first.
  std::vector<TracedScan> last(const std::string& lane, std::size_t most) const;

  /// Called with each scan once it is answered, and once more when its passage is known; from any thread, must be
  /// quick. False: do not call again.
  using Listener = std::function<bool(const TracedScan&)>;
  void listen(Listener listener);

 private:
  void tell(const TracedScan& scan);

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<TracedScan>, std::less<>> scans_;
  std::vector<Listener> listeners_;
};

}  // namespace gatepost::observe

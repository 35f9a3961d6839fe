// What a running site counts.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "observe/exposition.hpp"
#include "observe/histogram.hpp"
#include "runtime/observer.hpp"

namespace gatepost::observe {

/// Counts after the actuator had its command, so that the gate never waits for it. Reasons are counted by name up to 32
/// a lane, and alarms up to 64; what is more is "other". Thread-safe.
class Metrics final : public runtime::Observer {
 public:
  static constexpr std::size_t most_reasons = 32;
  static constexpr std::size_t most_alarms = 64;

  void answered(const core::Answer& answer) override;
  void recorded(const Record& record) override;

  void write(Exposition& out) const;

 private:
  static constexpr std::array stages{"queue", "identify", "judge", "record", "command"};
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  struct OfLane {
    std::array<Histogram, 3> whole;  ///< by outcome
    std::array<Histogram, stages.size()> stage;
    std::atomic<std::uint64_t> repeats = 0, troubles = 0;
    mutable std::mutex mutex;
    std::array<Counts, 3> scans;  ///< by outcome, by reason
    Counts passages;
  };

  OfLane& of(std::string_view lane);
  static void count(Counts& counts, const std::string& name, std::size_t most);
  static void measure(OfLane& lane, const core::Answer& answer);
  using ForEach = std::function<void(const std::string& name, const OfLane& lane)>;
  void for_each(const ForEach& visit) const;

  mutable std::shared_mutex mutex_;  ///< of the map; a lane stays once it is there
  std::map<std::string, std::unique_ptr<OfLane>, std::less<>> lanes_;
  mutable std::mutex alarms_mutex_;
  Counts alarms_;
};

}  // namespace gatepost::observe

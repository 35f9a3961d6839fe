// What happened last at a running site.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/observer.hpp"

namespace gatepost::observe {

/// Keeps each lane's last scan, without its subject, and the last alarms. Thread-safe.
class Recent final : public runtime::Observer {
 public:
  static constexpr std::size_t most_alarms = 8;

  struct Scan {
    WallTime wall{};
    Direction direction = Direction::in;
    Outcome outcome = Outcome::deny;
    std::string device, reason;
    std::uint64_t sequence = 0;  ///< of its Record; 0: it has none
  };
  struct Alarm {
    WallTime wall{};
    std::string lane, reason, text;
    std::uint64_t sequence = 0;
  };

  void answered(const core::Answer& answer) override;
  void recorded(const Record& record) override;

  std::optional<Scan> last_scan(const std::string& lane) const;
  /// The newest first.
  std::deque<Alarm> alarms() const;
  /// Since the start, of every kind.
  std::uint64_t alarm_count() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Scan, std::less<>> scans_;
  std::deque<Alarm> alarms_;
  std::uint64_t alarm_count_ = 0;
};

}  // namespace gatepost::observe

// What the journal knows of its machine's wall clock.
#pragma once

#include <gatepost/record.hpp>
#include <gatepost/time.hpp>
#include <optional>

namespace gatepost::journal {

/// Follows the wall clock through one boot: what stands behind it now, and when it was set. Used by one thread at a
/// time.
class Timekeeping {
 public:
  /// What one boot's monotonic clock has to be given to be the wall clock, as far as is known.
  struct Era {
    Duration offset{};   ///< wall = monotonic + offset
    MonotonicTime at{};  ///< when this was last known to be so
    ClockState state{};
  };

  /// Goes on from what an earlier run of the engine knew of this boot. What lies ahead is of another one under the same
  /// name, as where a machine cannot tell its boots apart: nothing is known then.
  void resume(const Era& era, MonotonicTime now);

  /// Looks at the clock. A Record of kind change where it was set ("clock_set"), where something better or worse stands
  /// behind it now ("clock_source"), or where the machine slept ("slept"). Each of them says how things are from then
  /// on: its own wall, at and clock tell what this boot's earlier Records should have said.
  std::optional<Record> look(const Clock& clock);

  ClockState state() const { return era_->state; }
  const Era& era() const { return *era_; }

  /// Whether the wall clock may be trusted to tell what is old: it is or was synchronised in this boot, or it has run
  /// for a day without being set. A leap must not make everything old at once.
  bool tells_age(MonotonicTime now) const;

  /// A Record that was made before the clock was set and is written after it: gets the time that is known now.
  void put_right(Record& record) const;

 private:
  struct Sight {
    MonotonicTime at{};
    WallTime wall{};
    Duration slept{};
    ClockState machine{};
    Duration offset() const { return wall.time_since_epoch() - at.time_since_epoch(); }
  };

  static Sight see(const Clock& clock);
  ClockState judge(const Sight& sight, bool was_set);
  static Record note(const Sight& sight, std::string_view reason, const Era& before, const Era& after);

  std::optional<Era> era_;
  std::optional<Duration> slept_;
  std::optional<Duration> earlier_offset_;  ///< before it was set last
  std::optional<Era> synchronised_;         ///< when it last was
  MonotonicTime steady_since_{};            ///< it was not set since
  bool was_set_ = false;                    ///< in this boot, and not synchronised since
};

}  // namespace gatepost::journal

// What moves the gate.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>

namespace gatepost {

struct Command {
  RecordId record;  ///< the durable Record that allows it
  std::string_view lane;
  Direction direction;
  BootTime deadline;  ///< not acted on by then: do not act any more, return an Error
};

/// What becomes of an open gate when the engine is killed (kill -9, out of memory) at the worst moment.
struct AfterKill {
  Duration longest;  ///< the gate is back at rest by then, as long as the device answers
  std::string by;    ///< who sees to it, for people, after "by": "the board's own pulse"
};

/// What becomes of an open gate when the power fails at the worst moment, and with it the engine and whatever runs
/// beside it.
struct AfterPowerCut {
  bool shut_without_power = false;    ///< the board has lost its power too: whether the gate is shut then
  bool own_power = true;              ///< the board may keep its power while this computer has none
  std::optional<Duration> longest{};  ///< the board keeps it: back at rest by then; nothing: not until the engine runs
};

/// Somebody passed a gate at rest.
struct UnaskedPassage {
  std::optional<Direction> direction{};  ///< nothing: the sensor does not tell
  std::optional<MonotonicTime> at{};     ///< by the kernel's clock, where that is known
  bool is_free = false;                  ///< that way is free: nobody need be let through
};

/// What a look at a gate at rest found.
struct RestState {
  bool moved = false;                    ///< something is not as the last rest() or passage() left it
  std::vector<UnaskedPassage> passed{};  ///< since the look before, or the passage before that
  bool sensor_is_stuck = false;          ///< a passage sensor has told of somebody for longer than anybody stands in it
};

/// How the time of an open gate ended.
struct Passage {
  enum How : std::uint8_t { seen, timed_out, no_sensor };
  Passage(How end, std::optional<MonotonicTime> when = {}) : how(end), at(when) {}
  bool operator==(How other) const { return how == other; }

  How how;
  std::optional<MonotonicTime> at;  ///< seen: when the sensor closed, by the kernel's clock, where that is known
};

/// A gate or door. When the site file shares one Actuator between lanes, their threads call it at the same time.
class Actuator {
 public:
  virtual ~Actuator() = default;

  /// Puts every channel that it owns into its rest state (the shut gate). Called at start, at stop and after an error.
  virtual Result<void> rest() = 0;

  /// Opens the gate for one passage. Returns when the device has the command, with its time, not when the gate has
  /// moved.
  virtual Result<MonotonicTime> release(const Command& command) = 0;

  /// After a release: waits until somebody has passed or the plugin's own time is over, puts the gate back to rest
  /// where the device does not do so itself, and tells which. Returns within 1 s once `stop` is asked for.
  virtual Result<Passage> passage(const Command& command, std::stop_token stop) = 0;

  /// Opens the gate in every direction that it has and leaves it open until rest(): there is a fire. Called again and
  /// again while that lasts, within the time that it returns.
  virtual Result<Duration> hold_open() {
    return Error{"cannot be held open", "actuator", "wire the alarm to the gate itself"};
  }

  /// Asked every few seconds while the gate is at rest, so that a board that is lost, or that somebody else has
  /// switched, is known before the next person comes, and who passed without being let through is told of. Moves
  /// nothing. An Error: it cannot be asked. rest() follows on `moved` and on an Error. One that cannot tell says
  /// nothing of it.
  virtual Result<RestState> look() { return RestState{}; }

  /// Asked of an object that was only built: no device is open. Nothing: nobody shuts the gate until the engine runs
  /// again, and a lane must accept that in its own words.
  virtual std::optional<AfterKill> after_kill() const { return {}; }

  /// Asked like after_kill(): the same where hold_open() holds it open. Nothing: it stays open until the engine runs
  /// again.
  virtual std::optional<AfterKill> after_kill_in_alarm() const { return {}; }

  /// Asked like after_kill(): whether it can open in that direction for that lane. A lane whose inputs ask for another
  /// one is refused.
  virtual bool opens(std::string_view lane, Direction direction) const {
    static_cast<void>(lane);
    static_cast<void>(direction);
    return true;
  }

  /// Asked like after_kill(). Nothing: it does not say.
  virtual std::optional<AfterPowerCut> after_power_cut() const { return {}; }
};

}  // namespace gatepost

// In or out: what is asked and said at devices that scan both ways.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/scan.hpp"
#include "core/time.hpp"

namespace gatepost::core {

/// How people say which way they go: by one of two codes that hang beside the device.
struct DirectionCodes {
  std::string in{}, out{};
  Duration within{};         ///< between a person's code and the direction, whichever comes first
  Duration stays{};          ///< so long a direction that was said holds for whoever comes; zero: for one person
  Duration repeat_within{};  ///< what comes again within this time is the same attempt, in the same direction
  bool operator==(const DirectionCodes&) const = default;
};

/// One open question a device at most. Times are those at which the device saw the codes. Nothing is told here.
class DirectionQuestions {
 public:
  using Scans = std::vector<std::shared_ptr<Scan>>;

  explicit DirectionQuestions(DirectionCodes codes) : codes_(std::move(codes)) {}

  const DirectionCodes& codes() const { return codes_; }
  /// From now on. Only when nothing is open.
  void change(DirectionCodes codes) { codes_ = std::move(codes); }

  /// The direction that this code stands for; none: it is a person's.
  std::optional<Direction> direction_of(std::string_view payload) const;

  /// A person's code. The direction that was said for it before; none: it has to be asked for.
  std::optional<Direction> direction_for(const Scan& scan);
  /// Asks for its direction. The scan whose question it ends: that of another code. The same code again takes the
  /// place of the earlier one, and its time begins anew.
  std::shared_ptr<Scan> ask(std::shared_ptr<Scan> scan);

  struct Saying {
    std::shared_ptr<Scan> answers{};  ///< null: nobody waits; it is said for whoever comes next
    bool repeats = false;             ///< the same code is held before the device: nothing is said anew
  };
  /// A direction's code.
  Saying say(const Scan& code, Direction direction);

  /// Those whose time is over by `now`.
  Scans end(BootTime now);
  /// All, and what was said is forgotten: nobody knows any more who stands there.
  Scans end_all();

  /// When the next question ends unanswered.
  std::optional<BootTime> due() const;
  std::size_t open() const;

  /// How it stands at one device.
  struct State {
    std::string device;
    bool asks = false;                     ///< a question is open
    std::optional<Direction> direction{};  ///< that holds, for the next person at least
    Duration left{};                       ///< of the question's time, or of the direction's
  };
  /// Of those at which something is asked or holds at `now`.
  std::vector<State> states(BootTime now) const;

 private:
  struct Said {
    Direction direction;
    BootTime at;
    bool for_next;  ///< nobody has taken it yet
  };
  /// Whose direction is known, while the code is seen again and again.
  struct Known {
    std::string payload;
    Direction direction;
    BootTime last;
  };
  struct Device {
    std::string name;
    std::shared_ptr<Scan> asked{};
    std::optional<Said> said{};
    std::optional<Known> known{};
    std::optional<BootTime> repeated{};  ///< when the code of `said` was last seen, if nothing else was since
  };

  Device& at(const std::string& name);
  BootTime end_of(const Scan& asked) const { return asked.seen + codes_.within; }
  std::optional<BootTime> end_of(const Said& said) const;

  DirectionCodes codes_;
  std::vector<Device> devices_;
};

}  // namespace gatepost::core

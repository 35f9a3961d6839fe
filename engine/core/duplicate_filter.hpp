// Which attempts were made a moment ago.
#pragma once

#include <deque>
#include <gatepost/reading.hpp>
#include <optional>
#include <string>

#include "core/answer.hpp"

namespace gatepost::core {

/// The same credential at the same lane in the same direction within a set time is one attempt. The time runs from when
/// it was last seen, so that a card held before a camera stays one attempt. Bounded: 64 attempts.
class DuplicateFilter {
 public:
  explicit DuplicateFilter(Duration within) : within_(within) {}

  /// From now on; what is remembered stays so.
  void change(Duration within) { within_ = within; }

  struct Earlier {
    Verdict verdict;
    RecordId record;
    Duration ago;  ///< since it was last seen
  };
  /// The attempt that this one repeats; it counts as seen again.
  std::optional<Earlier> find(const Reading& reading, const std::optional<Credential>& credential, Direction direction,
                              BootTime seen);

  /// Remembers an answered attempt.
  void remember(const Reading& reading, const Answer& answer, BootTime seen);

 private:
  struct Made {
    std::string scheme, subject;
    Direction direction;
    BootTime last;  ///< the machine may have slept since
    Verdict verdict;
    RecordId record;
  };

  Duration within_;
  std::deque<Made> made_;
};

}  // namespace gatepost::core

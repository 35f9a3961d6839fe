// Which attempts were made a moment ago.
#pragma once

#include <deque>
#include <gatepost/credential.hpp>
#include <gatepost/record.hpp>
#include <optional>
#include <string>

#include "lane/answer.hpp"

namespace gatepost::lane {

/// The same credential at the same lane in the same direction within a set time is one attempt. The time runs from when
/// it was last seen, so that a card held before a camera stays one attempt. Bounded: 64 attempts. Used by one thread.
class Repeats {
 public:
  explicit Repeats(Duration within) : within_(within) {}

  /// From now on; what is remembered stays so.
  void change(Duration within) { within_ = within; }

  struct Earlier {
    Verdict verdict;
    RecordId record;
    Duration ago;  ///< since it was last seen
  };
  /// The attempt that this one repeats; it counts as seen again.
  std::optional<Earlier> find(const Reading& reading, const std::optional<Credential>& credential, Direction direction);

  /// Remembers an answered attempt.
  void remember(const Reading& reading, const Answer& answer);

 private:
  struct Made {
    std::string scheme, subject;
    Direction direction;
    MonotonicTime last;
    Verdict verdict;
    RecordId record;
  };

  Duration within_;
  std::deque<Made> made_;
};

}  // namespace gatepost::lane

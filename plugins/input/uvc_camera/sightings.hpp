// From codes in frames to codes that were shown.
#pragma once

#include <gatepost/time.hpp>
#include <vector>

#include "decoder.hpp"

namespace camera {

/// Remembers a bounded number of codes.
class Sightings {
 public:
  explicit Sightings(gatepost::Duration again_after) : again_after_(again_after) {}

  /// Whether this sighting is to be told: bars at their second frame, everything once in `again_after`.
  bool tell(const Code& code, gatepost::MonotonicTime at);

 private:
  struct Seen {
    Code code;
    gatepost::MonotonicTime last;
    bool told;
    gatepost::MonotonicTime told_at;
  };

  gatepost::Duration again_after_;
  std::vector<Seen> seen_;
};

}  // namespace camera

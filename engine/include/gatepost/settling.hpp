// When a scanner that was just opened is up. No I/O: times in, an answer out. Header-only, as framer.hpp is.
#pragma once

#include <algorithm>
#include <chrono>

#include <gatepost/time.hpp>

namespace gatepost {

/// When a scanner that was just opened may be called up: once it was silent for as long as a scan may pause, since what
/// comes before may be the rest of one. One that is never silent is up after a second.
class Settling {
 public:
  Settling(MonotonicTime joined, Duration idle) : joined_(joined), idle_(std::min(idle, longest)) {}

  bool over() const { return over_; }
  /// How long to wait for the next bytes while no scan has begun.
  Duration patience() const { return over_ ? Duration(std::chrono::hours(24)) : idle_; }
  /// To be told after each wait whether nothing came. True once: the scanner is up.
  bool ends(bool silent, MonotonicTime now) {
    if (over_ || (!silent && now - joined_ < longest)) return false;
    return over_ = true;
  }

 private:
  static constexpr Duration longest = std::chrono::seconds(1);
  MonotonicTime joined_;
  Duration idle_;
  bool over_ = false;
};

}  // namespace gatepost

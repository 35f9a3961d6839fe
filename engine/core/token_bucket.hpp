// How often something may be done.
#pragma once

#include <algorithm>
#include <gatepost/time.hpp>

namespace gatepost::core {

/// `at_once` times in a row, then `a_second`.
class TokenBucket {
 public:
  TokenBucket(double a_second, double at_once) : a_second_(a_second), most_(at_once), tokens_(at_once) {}

  /// How long until it may be done again; zero: now.
  Duration wait(MonotonicTime now) {
    refill(now);
    if (tokens_ >= 1) return Duration::zero();
    return std::chrono::ceil<Duration>(std::chrono::duration<double>((1 - tokens_) / a_second_)) + Duration(1);
  }
  /// It is done.
  void take(MonotonicTime now) {
    refill(now);
    tokens_ -= 1;
  }

 private:
  void refill(MonotonicTime now) {
    if (now > filled_at_) {
      tokens_ = std::min(most_, tokens_ + std::chrono::duration<double>(now - filled_at_).count() * a_second_);
      filled_at_ = now;
    }
  }

  double a_second_, most_, tokens_;
  MonotonicTime filled_at_{};
};

}  // namespace gatepost::core

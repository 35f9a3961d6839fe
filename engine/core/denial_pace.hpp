// How fast attempts may be denied at one lane before it slows down: who tries code after code is to have no use of it.
#pragma once

#include <algorithm>
#include <optional>

#include "core/token_bucket.hpp"

namespace gatepost::core {

/// So many denials within a time.
struct DenialLimit {
  std::uint32_t count = 60;
  Duration within = std::chrono::minutes(1);
  bool operator==(const DenialLimit&) const = default;
};

class DenialPace {
 public:
  /// The next person waits no longer than that, whoever came before.
  static constexpr Duration longest_pause = std::chrono::seconds(2);

  explicit DenialPace(std::optional<DenialLimit> limit) { change(limit); }

  /// From now on. What was counted is forgotten where the limit is another one.
  void change(std::optional<DenialLimit> limit) {
    if (limit == limit_) return;
    limit_ = limit;
    bucket_.reset();
    if (limit) bucket_.emplace(limit->count / std::chrono::duration<double>(limit->within).count(), limit->count);
  }

  /// One more was denied. How long the lane waits before it takes the next scan; zero: not at all.
  Duration denied(MonotonicTime now) {
    if (!bucket_) return Duration::zero();
    if (bucket_->wait(now) == Duration::zero()) bucket_->take(now);
    return std::min(bucket_->wait(now), longest_pause);
  }

  /// When nothing is left of it, if nobody else is denied.
  Duration is_over_in() const { return limit_ ? limit_->within : Duration::zero(); }

 private:
  std::optional<DenialLimit> limit_;
  std::optional<TokenBucket> bucket_;
};

}  // namespace gatepost::core

#include "journal/timekeeping.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/time.hpp"

namespace gatepost::journal {
namespace {

using namespace std::chrono_literals;

constexpr Duration smallest_step = 100ms;  ///< less is what two looks at two clocks may differ by on a busy machine
constexpr Duration longest_look = 10ms;
constexpr int most_looks = 4;
constexpr Duration long_enough = 24h;

/// The kernel's own assumption for a clock that runs by itself (MAXFREQ in linux/timex.h): 500 parts in a million.
constexpr std::int64_t drift = 2000;

bool differ(Duration a, Duration b) { return std::chrono::abs(a - b) >= smallest_step; }

}  // namespace

void Timekeeping::resume(const Era& era, MonotonicTime now) {
  if (era.at > now) return;
  era_ = era;
  steady_since_ = era.at;
  was_set_ = era.state.source == ClockSource::set;
  if (era.state.source >= ClockSource::held) synchronised_ = era;
}

Timekeeping::Sight Timekeeping::see(const Clock& clock) {
  Sight sight;
  for (int looks = 0; looks < most_looks; ++looks) {  // again where this thread was held up between two clocks
    sight = {clock.now(), clock.wall(), clock.slept(), clock.state()};
    if (clock.now() - sight.at < longest_look) break;
  }
  return sight;
}

ClockState Timekeeping::judge(const Sight& sight, bool was_set) {
  if (sight.machine.source == ClockSource::network) {
    was_set_ = false;
    synchronised_ = Era{sight.offset(), sight.at, sight.machine};
    return sight.machine;
  }
  was_set_ = was_set_ || was_set;
  if (was_set) synchronised_.reset();
  if (sight.wall < core::earliest_wall_time) return {ClockSource::unset, Duration::max()};
  if (synchronised_) {
    const Duration since = std::max(sight.at - synchronised_->at, Duration::zero());
    return {ClockSource::held, synchronised_->state.bound + since / drift + smallest_step};
  }
  if (was_set_) return {ClockSource::set, Duration::max()};
  return sight.machine;
}

std::optional<Record> Timekeeping::look(const Clock& clock) {
  const Sight sight = see(clock);
  const bool has_slept = slept_ && differ(sight.slept, *slept_);
  const Duration slept = has_slept ? sight.slept - *slept_ : Duration::zero();
  const bool was_set = era_ && differ(sight.offset() - slept, era_->offset);
  const bool moved = !era_ || was_set || has_slept;  // else it is the same: two looks never agree to the last ns
  const Era after{moved ? sight.offset() : era_->offset, sight.at, judge(sight, was_set)};
  const std::optional<Era> before = std::exchange(era_, after);
  if (has_slept || !slept_) slept_ = sight.slept;
  if (!before || was_set) steady_since_ = sight.at;
  if (!before) return {};
  if (has_slept) {  // what came before is right as it is, or wrong in a way of its own
    earlier_offset_.reset();
    return note(sight, "slept", *before, after);
  }
  if (was_set) {
    earlier_offset_ = before->offset;
    return note(sight, "clock_set", *before, after);
  }
  if (before->state.source == after.state.source) return {};
  return note(sight, "clock_source", *before, after);
}

Record Timekeeping::note(const Sight& sight, std::string_view reason, const Era& before, const Era& after) {
  Record record{.kind = RecordKind::change, .at = sight.at, .wall = sight.wall};
  record.reason = reason;
  record.details["before"] = to_word(before.state.source);
  record.details["now"] = to_word(after.state.source);
  record.details["step_ms"] = std::to_string((after.offset - before.offset) / 1ms);
  return record;
}

bool Timekeeping::tells_age(MonotonicTime now) const {
  if (!era_ || era_->state.source <= ClockSource::unset) return false;
  return era_->state.source >= ClockSource::held || now - steady_since_ >= long_enough;
}

void Timekeeping::put_right(Record& record) const {
  const Duration offset = record.wall.time_since_epoch() - record.at.time_since_epoch();
  if (earlier_offset_ && !differ(offset, *earlier_offset_))
    record.wall = WallTime(record.at.time_since_epoch() + era_->offset);
}

}  // namespace gatepost::journal

#include "sightings.hpp"

#include <algorithm>
#include <chrono>

namespace camera {
namespace {

using namespace std::chrono_literals;

constexpr auto together = 1s;  // two frames that show the same bars lie at most so far apart
constexpr std::size_t most_seen = 64;

}  // namespace

bool Sightings::tell(const Code& code, gatepost::MonotonicTime at) {
  const auto keep = std::max<gatepost::Duration>(again_after_, together);
  std::erase_if(seen_, [&](const Seen& seen) { return at - seen.last > keep; });
  auto found = std::ranges::find_if(seen_, [&](const Seen& seen) { return seen.code.same(code); });
  if (found == seen_.end()) {
    if (seen_.size() == most_seen) seen_.erase(seen_.begin());
    found = seen_.insert(seen_.end(), Seen{code, at, false, {}});
    if (code.linear()) return false;
  } else if (code.linear() && !found->told && (at == found->last || at - found->last > together)) {
    found->last = at;
    return false;
  }
  found->last = at;
  if (found->told && at - found->told_at < again_after_) return false;
  found->told = true;
  found->told_at = at;
  return true;
}

}  // namespace camera

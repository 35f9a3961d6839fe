// Who is told of an answer: those who watch the site, and the device that it was scanned with.
#include <utility>

#include "lane/lane.hpp"

namespace gatepost::lane {

void Lane::tell(const Answer& answer) {
  parts_.observer->answered(answer);
  if (!answer.asker) return;
  const bool stays_shut = answer.verdict.outcome == Outcome::grant && answer.trouble && moves_something();
  if (stays_shut)
    answer.asker->answered(Outcome::deny, "actuator_failed");
  else
    answer.asker->answered(answer.verdict.outcome, answer.verdict.reason);
  if (!is_passing(answer.asker)) answer.asker->ready();
}

bool Lane::is_passing(const std::shared_ptr<Asker>& asker) const {
  const std::scoped_lock lock(mutex_);
  return passing_ == asker;
}

// Who passed before.
std::shared_ptr<Asker> Lane::lets_pass(std::shared_ptr<Asker> asker) {
  const std::scoped_lock lock(mutex_);
  return std::exchange(passing_, std::move(asker));
}

}  // namespace gatepost::lane

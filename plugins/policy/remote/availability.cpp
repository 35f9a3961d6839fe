#include "availability.hpp"

namespace remote {
namespace {
constexpr auto pause = std::chrono::seconds(1);
constexpr const char* alarm = "remote_away";
}  // namespace

Availability::Turn::~Turn() {
  if (whole_ == nullptr || !is_trial_) return;
  const std::scoped_lock lock(whole_->mutex_);
  whole_->is_tried_ = false;
}

std::optional<Availability::Turn> Availability::turn() {
  const auto now = host_->clock().boot();
  const std::scoped_lock lock(mutex_);
  if (!is_away_) return Turn(*this, false);
  if (is_tried_ || now < next_trial_) return std::nullopt;
  is_tried_ = true;
  return Turn(*this, true);
}

// The alarm is told with the lock held, so that its begin and its end come in the order of what happened.
void Availability::answered() {
  const std::scoped_lock lock(mutex_);
  is_away_ = false;
  if (std::exchange(alarm_lasts_, false)) host_->alarm_ends(alarm);
}

void Availability::unusable(const gatepost::Error& error) {
  const std::scoped_lock lock(mutex_);
  is_away_ = false;
  begin_alarm(error);
}

void Availability::silent(const gatepost::Error& error) {
  const auto now = host_->clock().boot();
  const std::scoped_lock lock(mutex_);
  is_away_ = true;
  next_trial_ = now + pause;
  begin_alarm(error);
}

void Availability::begin_alarm(const gatepost::Error& error) {
  if (!std::exchange(alarm_lasts_, true)) host_->alarm_begins(alarm, error);
}

}  // namespace remote

#include "runtime/fire_alarm.hpp"

#include <utility>

namespace gatepost::runtime {

void FireAlarm::watch_over(std::vector<Lane*> lanes) {
  const std::scoped_lock lock(mutex_);
  lanes_ = std::move(lanes);
  tell_all();
}

void FireAlarm::forget_all_but(const std::function<bool(const std::string& device)>& is_known) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(sounding_, [&](const auto& device) { return !is_known(device); });
  tell_all();
}

bool FireAlarm::sound(const std::string& device, bool on) {
  const std::scoped_lock lock(mutex_);
  const bool news = on ? sounding_.insert(device).second : sounding_.erase(device) > 0;
  if (news) tell_all();
  return news;
}

bool FireAlarm::sounds() const {
  const std::scoped_lock lock(mutex_);
  return !sounding_.empty();
}

void FireAlarm::tell_all() {
  for (Lane* lane : lanes_) lane->hold_open(!sounding_.empty() && lane->opens_on_alarm());
}

}  // namespace gatepost::runtime

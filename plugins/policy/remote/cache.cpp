#include "cache.hpp"

#include <algorithm>

namespace remote {

using gatepost::BootTime;
using gatepost::Decision;
using gatepost::Duration;

void Cache::put(const std::string& key, const Answer& answer, BootTime now) {
  const std::scoped_lock lock(mutex_);
  forget(key);
  const Duration fresh_for = std::min(fresh_for_, answer.good_for.value_or(fresh_for_));
  const bool is_of_use = fresh_for > Duration(0) || stale_for_ > Duration(0);
  if (!is_of_use || answer.good_for == Duration(0)) return;
  order_.emplace(++answers_, key);
  entries_.emplace(key, Entry{answer.decision, now, fresh_for, answers_});
  if (entries_.size() > most_) forget(std::string(order_.begin()->second));
}

std::optional<Decision> Cache::fresh(const std::string& key, BootTime now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || now - found->second.at >= found->second.fresh_for) return std::nullopt;
  return found->second.decision;
}

std::optional<Decision> Cache::stale(const std::string& key, BootTime now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || now - found->second.at >= stale_for_) return std::nullopt;
  return found->second.decision;
}

std::size_t Cache::size() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

void Cache::forget(const std::string& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  order_.erase(found->second.place);
  entries_.erase(found);
}

}  // namespace remote

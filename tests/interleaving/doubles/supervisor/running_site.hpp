// In place of a running site, for Reloader alone: one whose reload takes its time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>

#include "config/difference.hpp"
#include "config/site.hpp"
#include "scenario.hpp"

namespace gatepost::supervisor {

/// Reloaded by one at a time, which a race on `reloads_` shows.
class RunningSite {
 public:
  std::shared_ptr<const config::Site> site() const { return site_; }
  Result<config::Difference> reload(const Result<config::Site>& next, const std::stop_token& stop) {
    ++reloads_;
    is_reloading = true;
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, std::chrono::seconds(interleaving::draw(3)), [] { return false; });
    is_reloading = false;
    if (!next) return next.error();
    return config::Difference{};
  }
  std::atomic<bool> is_reloading = false;

 private:
  const std::shared_ptr<const config::Site> site_ = std::make_shared<config::Site>();
  int reloads_ = 0;
};

}  // namespace gatepost::supervisor

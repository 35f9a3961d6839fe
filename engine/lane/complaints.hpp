// What an operator has been told of, so that it is told once and not with each scan.
#pragma once

#include <mutex>
#include <set>
#include <string>

namespace gatepost::lane {

/// Thread-safe.
class Complaints {
 public:
  /// True where `about` was well until now.
  bool begins(const std::string& about) {
    const std::scoped_lock lock(mutex_);
    return about_.insert(about).second;
  }
  /// True where `about` was not well until now.
  bool ends(const std::string& about) {
    const std::scoped_lock lock(mutex_);
    return about_.erase(about) > 0;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> about_;
};

}  // namespace gatepost::lane

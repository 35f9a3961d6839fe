// What an operator has been told of, so that it is told once and not with each scan.
#pragma once

#include <set>
#include <string>

namespace gatepost::core {

class AlarmLatch {
 public:
  /// True where `about` was well until now.
  bool begins(const std::string& about) { return about_.insert(about).second; }
  /// True where `about` was not well until now.
  bool ends(const std::string& about) { return about_.erase(about) > 0; }

 private:
  std::set<std::string> about_;
};

}  // namespace gatepost::core

// From the contacts that say that there is a fire to the gates that open then.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "runtime/lane.hpp"

namespace gatepost::runtime {

/// Every lane that is marked is open while one contact says so. Waits for no lane, plugin, disk, screen, or reload that
/// is under way. Thread-safe.
class FireAlarm {
 public:
  /// What the site has now. The lanes live until the next call.
  void watch_over(std::vector<Lane*> lanes);
  /// Contacts that are no longer part of the site say nothing any more.
  void forget_all_but(const std::function<bool(const std::string& device)>& is_known);

  /// What a contact says; whether that is news.
  bool sound(const std::string& device, bool on);
  /// Whether one says so now.
  bool sounds() const;

 private:
  void tell_all();

  mutable std::mutex mutex_;  ///< never held while anybody is waited for
  std::set<std::string> sounding_;
  std::vector<Lane*> lanes_;
};

}  // namespace gatepost::runtime

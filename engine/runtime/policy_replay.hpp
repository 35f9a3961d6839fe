// Teaches policies what has happened, from the journal.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "runtime/shared_policy.hpp"

namespace gatepost::runtime {

/// Each policy learns every Record that the journal keeps and then each new one: in order, none missed, none twice; on
/// a thread of its own, so that one that hangs keeps nobody else from anything. Thread-safe.
class PolicyReplay {
 public:
  using Policies = std::vector<std::shared_ptr<SharedPolicy>>;

  PolicyReplay() = default;
  PolicyReplay(const PolicyReplay&) = delete;
  PolicyReplay& operator=(const PolicyReplay&) = delete;
  ~PolicyReplay();

  /// Teaches one policy what is in the journal, and nothing of what follows; see enrol().
  static Result<void> teach(const std::shared_ptr<SharedPolicy>& policy, const std::filesystem::path& journal,
                            WallTime now);

  /// Teaches the policies that learn what is in the journal, and goes on with what follows. Those that do not learn are
  /// passed over; one that has a horizon learns what is younger than it at `now`. After an Error none of them is
  /// taught.
  Result<void> enrol(const Policies& policies, const std::filesystem::path& journal, WallTime now);
  /// Teaches them nothing more. Does not wait for one that is learning.
  void dismiss(const Policies& policies);

  /// A Record has become durable. Called in order, by one thread at a time; never blocks.
  void tell(const RecordId& record);

  /// Asks all to stop, and enrols nobody any more; false where one is still learning after `patience`.
  bool stop(Duration patience);

 private:
  class Follower;
  std::mutex mutex_;  ///< never held while a policy or the disk is asked
  std::vector<std::shared_ptr<Follower>> followers_;
  bool stop_asked_ = false;
  std::vector<std::shared_ptr<Follower>> dismissed_;  ///< their threads may still be learning
};

}  // namespace gatepost::runtime

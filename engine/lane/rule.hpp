// A Policy as the lanes of a site share it.
#pragma once

#include <condition_variable>
#include <gatepost/policy.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace gatepost::lane {

/// Lets many lanes decide at once, and none while the policy learns.
class Rule {
 public:
  /// `patience`: how long learn() waits for a decision that does not end.
  Rule(std::string name, std::unique_ptr<Policy> policy, Duration patience = std::chrono::seconds(1))
      : name_(std::move(name)), policy_(std::move(policy)), learns_(policy_->learns()), patience_(patience) {}

  const std::string& name() const { return name_; }
  bool learns() const { return learns_; }

  Result<Decision> decide(const Attempt& attempt) const;

  /// Of one thread at a time. Where a decision hangs, the Record is missed: whoever teaches has others to teach, and a
  /// state that missed a Record decides nothing any more.
  void learn(const Record& record);

 private:
  class Deciding;

  const std::string name_;
  const std::unique_ptr<Policy> policy_;
  const bool learns_;
  const Duration patience_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable int deciding_ = 0;
  bool learning_ = false;
  bool missed_ = false;  ///< a Record
};

}  // namespace gatepost::lane

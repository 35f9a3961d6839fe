// A Policy as the lanes of a site share it.
#pragma once

#include <condition_variable>
#include <gatepost/policy.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace gatepost::runtime {

/// Lets many lanes decide at once, and none while the policy learns. A decision knows every Record that was durable
/// when it was asked for.
class SharedPolicy {
 public:
  /// `patience`: how long a decision waits for what the policy has still to learn.
  SharedPolicy(std::string name, std::unique_ptr<Policy> policy, Duration patience = std::chrono::seconds(1))
      : name_(std::move(name)), policy_(std::move(policy)), learns_(policy_->learns()), patience_(patience) {}

  const std::string& name() const { return name_; }
  bool learns() const { return learns_; }

  Result<Decision> decide(const Attempt& attempt) const;

  /// A Record has become durable that the policy will learn. Never blocks.
  void expect(const RecordId& record);

  /// Of one thread. Waits for decisions under way, however long they take.
  void learn(const Record& record);

 private:
  class Deciding;

  const std::string name_;
  const std::unique_ptr<Policy> policy_;
  const bool learns_;
  const Duration patience_;
  mutable std::mutex mutex_;  ///< never held while the policy is called
  mutable std::condition_variable changed_;
  mutable int deciding_ = 0;
  bool learning_ = false;
  RecordId expected_{}, learned_{};
};

}  // namespace gatepost::runtime

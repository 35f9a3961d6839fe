// A Policy as the lanes of a site share it.
#pragma once

#include <gatepost/policy.hpp>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>

namespace gatepost::lane {

/// Lets many lanes decide at once, and none while the policy learns.
class Rule {
 public:
  Rule(std::string name, std::unique_ptr<Policy> policy) : name_(std::move(name)), policy_(std::move(policy)) {}

  const std::string& name() const { return name_; }
  bool learns() const { return policy_->learns(); }

  Result<Decision> decide(const Attempt& attempt) const {
    const std::shared_lock deciding(learning_);
    return std::as_const(*policy_).decide(attempt);
  }

  void learn(const Record& record) {
    const std::unique_lock learning(learning_);
    policy_->learn(record);
  }

 private:
  std::string name_;
  std::unique_ptr<Policy> policy_;
  mutable std::shared_mutex learning_;
};

}  // namespace gatepost::lane

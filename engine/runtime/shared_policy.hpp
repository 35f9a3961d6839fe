// A Policy as the lanes of a site share it.
#pragma once

#include <condition_variable>
#include <functional>
#include <gatepost/policy.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/reservation.hpp"

namespace gatepost::runtime {

/// Lets many lanes decide at once where the policy does not learn. One that learns is asked by one lane at a time, and
/// not while it learns; its decision knows every Record that was durable when it was asked for, and every grant that is
/// on its way to a Record.
class SharedPolicy : public std::enable_shared_from_this<SharedPolicy> {
 public:
  /// `patience`: how long a decision waits for what the policy has still to learn, and for other lanes' decisions.
  SharedPolicy(std::string name, std::unique_ptr<Policy> policy, Duration patience = std::chrono::seconds(1))
      : name_(std::move(name)),
        policy_(std::move(policy)),
        learns_(policy_->learns()),
        horizon_(policy_->horizon()),
        patience_(patience) {}

  const std::string& name() const { return name_; }
  bool learns() const { return learns_; }
  Duration horizon() const { return horizon_; }

  struct Decided {
    Result<Decision> decision;
    core::HeldReservation held{};  ///< of a grant of one that learns
  };
  /// `subject_key` and `reserved` are filled in here. The key is made only for a policy that learns; where nothing
  /// makes it, it is the subject.
  Decided decide(Attempt attempt, const std::function<std::string()>& subject_key = {}) const;
  /// The same of somebody who is not there: a grant reserves nothing, so that no lane is told of it.
  Result<Decision> ask(Attempt attempt, const std::function<std::string()>& subject_key = {}) const;

  /// A Record has become durable that the policy will learn. Never blocks.
  void expect(const RecordId& record);

  /// Of one thread. Waits for a decision under way, however long it takes.
  void learn(const Record& record);

 private:
  class Turn;
  class Held;
  enum class Grants : std::uint8_t { reserve, reserve_nothing };
  Decided decide(Attempt attempt, const std::function<std::string()>& subject_key, Grants grants) const;
  core::HeldReservation reserve(const Attempt& attempt) const;
  void give_back(core::Reservations::Number number) const;

  const std::string name_;
  const std::unique_ptr<Policy> policy_;
  const bool learns_;
  const Duration horizon_, patience_;
  mutable std::mutex mutex_;  ///< never held while the policy is called
  mutable std::condition_variable changed_;
  mutable bool taken_ = false;  ///< the policy is being asked or taught
  mutable core::Reservations reservations_;
  RecordId expected_{}, learned_{};
};

}  // namespace gatepost::runtime

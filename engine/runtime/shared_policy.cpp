#include "runtime/shared_policy.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace gatepost::runtime {

// While it lives nobody else asks or teaches the policy.
class SharedPolicy::Turn {
 public:
  /// Of a decision; nothing where it would have to wait for too long. Whatever grant is not among `reserved` any more
  /// has been learned, or was given back: both are asked under one lock.
  static std::optional<Turn> to_decide(const SharedPolicy& shared, std::vector<Reservation>& reserved) {
    std::unique_lock lock(shared.mutex_);
    const auto is_free = [&] { return !shared.taken_ && shared.learned_ >= shared.expected_; };
    if (!shared.changed_.wait_for(lock, shared.patience_, is_free)) return {};
    reserved = shared.reservations_.all();
    return Turn(shared);
  }
  static Turn to_learn(const SharedPolicy& shared) {
    std::unique_lock lock(shared.mutex_);
    shared.changed_.wait(lock, [&] { return !shared.taken_; });
    return Turn(shared);
  }
  Turn(Turn&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (shared_ == nullptr) return;
    {
      const std::scoped_lock lock(shared_->mutex_);
      shared_->taken_ = false;
    }
    shared_->changed_.notify_all();
  }

 private:
  explicit Turn(const SharedPolicy& shared) : shared_(&shared) { shared.taken_ = true; }
  const SharedPolicy* shared_;
};

// Gives back at its end.
class SharedPolicy::Held {
 public:
  Held(std::weak_ptr<const SharedPolicy> policy, core::Reservations::Number number)
      : policy_(std::move(policy)), number_(number) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (const auto policy = policy_.lock()) policy->give_back(number_);
  }

 private:
  const std::weak_ptr<const SharedPolicy> policy_;
  const core::Reservations::Number number_;
};

SharedPolicy::Decided SharedPolicy::decide(Attempt attempt, const std::function<std::string()>& subject_key) const {
  return decide(attempt, subject_key, Grants::reserve);
}

Result<Decision> SharedPolicy::ask(Attempt attempt, const std::function<std::string()>& subject_key) const {
  return decide(attempt, subject_key, Grants::reserve_nothing).decision;
}

SharedPolicy::Decided SharedPolicy::decide(Attempt attempt, const std::function<std::string()>& subject_key,
                                           Grants grants) const {
  if (!learns_) return {std::as_const(*policy_).decide(attempt)};
  const std::string key = subject_key ? subject_key() : attempt.credential.subject;
  attempt.subject_key = key;
  std::vector<Reservation> reserved;
  auto turn = Turn::to_decide(*this, reserved);
  if (!turn)
    return {Error{"it has not learned yet what happened, or does not answer another lane", "policy " + name_,
                  "look for what it waits for; start the site again where it does not come back"}};
  attempt.reserved = reserved;
  Decided decided{std::as_const(*policy_).decide(attempt)};
  if (decided.decision && decided.decision->outcome == Outcome::grant && grants == Grants::reserve)
    decided.held = reserve(attempt);
  return decided;
}

// Before the turn ends, so that whoever decides next knows of it.
core::HeldReservation SharedPolicy::reserve(const Attempt& attempt) const {
  const std::scoped_lock lock(mutex_);
  const auto number = reservations_.add({std::string(attempt.lane), attempt.direction, attempt.credential.scheme,
                                         std::string(attempt.subject_key), attempt.reading.seen, attempt.wall,
                                         std::string(attempt.zone)});
  return std::make_shared<Held>(weak_from_this(), number);
}

void SharedPolicy::give_back(core::Reservations::Number number) const {
  const std::scoped_lock lock(mutex_);
  reservations_.give_back(number);
}

void SharedPolicy::expect(const RecordId& record) {
  const std::scoped_lock lock(mutex_);
  expected_ = std::max(expected_, record);
}

void SharedPolicy::learn(const Record& record) {
  const Turn turn = Turn::to_learn(*this);
  policy_->learn(record);
  const std::scoped_lock lock(mutex_);
  reservations_.learned(record);
  learned_ = std::max(learned_, record.id);
}

}  // namespace gatepost::runtime

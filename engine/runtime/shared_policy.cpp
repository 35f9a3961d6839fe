#include "runtime/shared_policy.hpp"

#include <algorithm>
#include <optional>

namespace gatepost::runtime {

// Holds learn() off for as long as a lane decides.
class SharedPolicy::Deciding {
 public:
  static std::optional<Deciding> begin(const SharedPolicy& shared) {
    std::unique_lock lock(shared.mutex_);
    const RecordId expected = shared.expected_;
    const bool knows = shared.changed_.wait_for(lock, shared.patience_,
                                                [&] { return !shared.learning_ && shared.learned_ >= expected; });
    if (!knows) return {};
    ++shared.deciding_;
    return Deciding(shared);
  }
  Deciding(Deciding&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  Deciding& operator=(Deciding&&) = delete;
  ~Deciding() {
    if (shared_ == nullptr) return;
    {
      const std::scoped_lock lock(shared_->mutex_);
      --shared_->deciding_;
    }
    shared_->changed_.notify_all();
  }

 private:
  explicit Deciding(const SharedPolicy& shared) : shared_(&shared) {}
  const SharedPolicy* shared_;
};

Result<Decision> SharedPolicy::decide(const Attempt& attempt) const {
  if (!learns_) return std::as_const(*policy_).decide(attempt);
  const auto deciding = Deciding::begin(*this);
  if (!deciding)
    return Error{"it has not learned yet what happened", "policy " + name_,
                 "look for what it waits for; start the site again where it does not come back"};
  return std::as_const(*policy_).decide(attempt);
}

void SharedPolicy::expect(const RecordId& record) {
  const std::scoped_lock lock(mutex_);
  expected_ = std::max(expected_, record);
}

void SharedPolicy::learn(const Record& record) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return deciding_ == 0; });
    learning_ = true;
  }
  policy_->learn(record);
  {
    const std::scoped_lock lock(mutex_);
    learning_ = false;
    learned_ = std::max(learned_, record.id);
  }
  changed_.notify_all();
}

}  // namespace gatepost::runtime

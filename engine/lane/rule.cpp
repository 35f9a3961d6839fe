#include "lane/rule.hpp"

namespace gatepost::lane {

// Holds learn() off for as long as a lane decides.
class Rule::Deciding {
 public:
  explicit Deciding(const Rule& rule) : rule_(rule) {
    std::unique_lock lock(rule_.mutex_);
    rule_.changed_.wait(lock, [&] { return !rule_.learning_; });
    missed_ = rule_.missed_;
    ++rule_.deciding_;
  }
  ~Deciding() {
    const std::scoped_lock lock(rule_.mutex_);
    if (--rule_.deciding_ == 0) rule_.changed_.notify_all();
  }
  Deciding(const Deciding&) = delete;
  Deciding& operator=(const Deciding&) = delete;

  bool missed() const { return missed_; }

 private:
  const Rule& rule_;
  bool missed_ = false;
};

Result<Decision> Rule::decide(const Attempt& attempt) const {
  if (!learns_) return std::as_const(*policy_).decide(attempt);
  const Deciding deciding(*this);
  if (deciding.missed())
    return Error{"it missed what happened while it did not answer", "policy " + name_, "start the site again"};
  return std::as_const(*policy_).decide(attempt);
}

void Rule::learn(const Record& record) {
  {
    std::unique_lock lock(mutex_);
    if (missed_) return;
    if (!changed_.wait_for(lock, patience_, [&] { return deciding_ == 0; })) {
      missed_ = true;
      return;
    }
    learning_ = true;
  }
  policy_->learn(record);
  {
    const std::scoped_lock lock(mutex_);
    learning_ = false;
  }
  changed_.notify_all();
}

}  // namespace gatepost::lane

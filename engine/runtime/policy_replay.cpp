#include "runtime/policy_replay.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "journal/reader.hpp"

namespace gatepost::runtime {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch = 1024;           // Records
constexpr Duration between_attempts = 500ms;  // where the journal cannot be read

}  // namespace

// One policy's way through the journal.
class PolicyReplay::Follower {
 public:
  Follower(std::shared_ptr<SharedPolicy> policy, std::filesystem::path journal)
      : policy_(std::move(policy)), journal_(std::move(journal)) {}

  const std::shared_ptr<SharedPolicy>& policy() const { return policy_; }

  Result<void> begin(WallTime now) {
    if (auto found = begin_at_horizon(now); !found) return found.error();
    return catch_up();
  }

  Result<void> catch_up() {
    while (true) {
      const auto size = learn_next();
      if (!size) return size.error();
      if (*size < batch) return {};
    }
  }

  void start() {
    const std::scoped_lock lock(mutex_);  // the site may be stopped by now
    if (!stop_asked_) thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }

  void expect(const RecordId& record) {
    {
      const std::scoped_lock lock(mutex_);
      newest_ = std::max(newest_, record);
      policy_->expect(record);
    }
    wake_.notify_one();
  }

  void request_stop() {
    const std::scoped_lock lock(mutex_);
    stop_asked_ = true;
    thread_.request_stop();
  }
  bool stopped(Duration patience) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, patience, [&] { return ended_ || !thread_.joinable(); });
  }

 private:
  // Nothing older than the policy's horizon is learned.
  Result<void> begin_at_horizon(WallTime now) {
    if (policy_->horizon() == Duration::max()) return {};
    auto reader = journal::Reader::open(journal_);
    if (!reader) return reader.error();
    const auto first = reader->before_all_since(now - policy_->horizon());
    if (!first) return first.error();
    const std::scoped_lock lock(mutex_);
    learned_ = {reader->identity().site, reader->identity().epoch, *first};
    return {};
  }

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return newest_ > learned_; }) && !stop.stop_requested()) {
      lock.unlock();
      const auto size = learn_next();
      lock.lock();
      if (!size || *size == 0) wake_.wait_for(lock, stop, between_attempts, [] { return false; });
    }
    ended_ = true;
    wake_.notify_all();
  }

  // How many Records there were.
  Result<std::size_t> learn_next() {
    if (!reader_ || newest().epoch > reader_->identity().epoch) {
      reader_.reset();
      auto reader = journal::Reader::open(journal_);
      if (!reader) return reader.error();
      reader_.emplace(std::move(*reader));
    }
    const RecordId learned = position();
    auto records = reader_->after(learned.epoch < reader_->identity().epoch ? 0 : learned.sequence, batch);
    if (!records) {
      reader_.reset();
      return records.error();
    }
    for (const Record& record : *records) {
      policy_->learn(record);
      const std::scoped_lock lock(mutex_);
      learned_ = record.id;
    }
    return records->size();
  }

  RecordId newest() const {
    const std::scoped_lock lock(mutex_);
    return newest_;
  }
  RecordId position() const {
    const std::scoped_lock lock(mutex_);
    return learned_;
  }

  const std::shared_ptr<SharedPolicy> policy_;
  const std::filesystem::path journal_;
  std::optional<journal::Reader> reader_;  ///< of whoever learns
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  RecordId newest_{}, learned_{};
  bool stop_asked_ = false, ended_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

PolicyReplay::~PolicyReplay() = default;

Result<void> PolicyReplay::teach(const std::shared_ptr<SharedPolicy>& policy, const std::filesystem::path& journal,
                                 WallTime now) {
  return policy->learns() ? Follower(policy, journal).begin(now) : Result<void>();
}

Result<void> PolicyReplay::enrol(const Policies& policies, const std::filesystem::path& journal, WallTime now) {
  std::vector<std::shared_ptr<Follower>> added;
  for (const auto& policy : policies)
    if (policy->learns()) added.push_back(std::make_shared<Follower>(policy, journal));
  for (const auto& follower : added)
    if (auto learned = follower->begin(now); !learned) return learned.error();
  {
    const std::scoped_lock lock(mutex_);  // from here on each is told; what became durable before is in the file
    if (stop_asked_) return Error{"the site is being stopped", journal.string(), "run it again"};
    followers_.insert(followers_.end(), added.begin(), added.end());
  }
  for (const auto& follower : added) {
    if (auto learned = follower->catch_up(); !learned) {
      dismiss(policies);
      return learned.error();
    }
    follower->start();
  }
  return {};
}

void PolicyReplay::dismiss(const Policies& policies) {
  const std::scoped_lock lock(mutex_);
  const auto leaves = [&](const auto& follower) {
    return std::ranges::find(policies, follower->policy()) != policies.end();
  };
  for (const auto& follower : followers_) {
    if (!leaves(follower)) continue;
    follower->request_stop();
    dismissed_.push_back(follower);
  }
  std::erase_if(followers_, leaves);
  std::erase_if(dismissed_, [](const auto& follower) { return follower->stopped(Duration::zero()); });
}

void PolicyReplay::tell(const RecordId& record) {
  const std::scoped_lock lock(mutex_);
  for (const auto& follower : followers_) follower->expect(record);
}

bool PolicyReplay::stop(Duration patience) {
  std::vector<std::shared_ptr<Follower>> all;
  {
    const std::scoped_lock lock(mutex_);
    stop_asked_ = true;
    all = followers_;
    all.insert(all.end(), dismissed_.begin(), dismissed_.end());
  }
  for (const auto& follower : all) follower->request_stop();
  const BootTime end = BootClock::now() + patience;
  return std::ranges::all_of(all, [&](const auto& follower) {
    return follower->stopped(std::max<Duration>(end - BootClock::now(), Duration::zero()));
  });
}

}  // namespace gatepost::runtime

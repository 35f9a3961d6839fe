// A lane with a simulated clock, journal, policy and gate around it:
//   World world;
//   world.lets("E000101");
//   EXPECT_EQ(world.scan("E000101").verdict.outcome, Outcome::grant);
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/lane.hpp"
#include "world/fake_clock.hpp"

namespace gatepost::world {

/// A journal in memory that can be made to fail; what happened to records and gate stands in one list, in order.
class FakeWriter final : public runtime::RecordWriter {
 public:
  explicit FakeWriter(FakeClock& clock) : clock_(clock) {}
  Result<RecordId> commit(Record record, BootTime) override {
    if (slow) clock_.pass(std::chrono::seconds(2));
    return keep(std::move(record));
  }
  Result<RecordId> keep(Record record) {
    const std::scoped_lock lock(mutex_);
    if (broken) return Error{"the disk is full", "journal.db", "make room"};
    record.id = {4017, 1, records_.size() + 1};
    records_.push_back(record);
    order.push_back("record " + std::string(to_word(record.kind)) + " " + record.reason);
    arrived_.notify_all();
    return record.id;
  }
  void post(Record record) override { static_cast<void>(keep(std::move(record))); }
  void note(std::string what) {
    const std::scoped_lock lock(mutex_);
    order.push_back(std::move(what));
  }

  std::vector<Record> records() const {
    const std::scoped_lock lock(mutex_);
    return records_;
  }
  /// Waits up to 5 s for a Record of that reason.
  bool waits_for(const std::string& reason) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, std::chrono::seconds(5), [&] {
      for (const auto& record : records_)
        if (record.reason == reason) return true;
      return false;
    });
  }

  std::atomic<bool> broken = false, slow = false;
  std::vector<std::string> order;  ///< read it when nothing runs

 private:
  FakeClock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Record> records_;
};

/// Knows every payload that begins with a letter; a payload "forged" claims to be genuine and is not.
class LetterFormat final : public CredentialFormat {
 public:
  Result<std::optional<Credential>> parse(const Reading& reading) const override {
    ++asked;
    if (reading.payload == "forged") return Error{"the signature is wrong", "payload", "refuse it"};
    if (reading.payload.empty() || reading.payload[0] < 'A' || reading.payload[0] > 'Z')
      return std::optional<Credential>();
    return std::optional(Credential{.scheme = {}, .subject = reading.payload});
  }
  mutable std::atomic<int> asked = 0;
};

/// Lets those pass whom it was told of.
class ListPolicy final : public Policy {
 public:
  explicit ListPolicy(FakeClock& clock) : clock_(clock) {}
  Result<Decision> decide(const Attempt& attempt) const override {
    clock_.pass(takes);
    if (broken) return Error{"the list cannot be read", "people.csv", "put it back"};
    if (let.contains(attempt.credential.subject)) return Decision{Outcome::grant, {}, {{"name", "Sample Person"}}};
    return Decision{Outcome::deny, "not_listed", {}};
  }
  std::set<std::string> let;
  Duration takes{};
  bool broken = false;

 private:
  FakeClock& clock_;
};

/// A gate that says what was done to it, and waits to be told that somebody passed.
class FakeActuator final : public Actuator {
 public:
  FakeActuator(FakeWriter& writer, FakeClock& clock) : writer_(writer), clock_(clock) {}
  Result<void> rest() override {
    const std::scoped_lock lock(mutex_);
    ++rests;
    changed_.notify_all();
    if (absent) return Error{"no answer", "relay", "plug it in"};
    return {};
  }
  Result<Duration> hold_open() override {
    const std::scoped_lock lock(mutex_);
    ++holds;
    changed_.notify_all();
    if (absent) return Error{"no answer", "relay", "plug it in"};
    return std::chrono::milliseconds(50);
  }
  Result<MonotonicTime> release(const Command& command) override {
    const std::scoped_lock lock(mutex_);
    writer_.note("release " + std::to_string(command.record.sequence));
    if (jammed) return Error{"the board does not answer", "relay", "check its cable"};
    ++releases;
    return clock_.now();
  }
  Result<Passage> passage(const Command&, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return next_.has_value(); });
    return std::exchange(next_, std::nullopt).value_or(Passage::timed_out);
  }
  Result<RestState> look() override {
    const std::scoped_lock lock(mutex_);
    ++looks;
    changed_.notify_all();
    if (absent) return Error{"no answer", "relay", "plug it in"};
    return RestState{.moved = switched_by_hand.exchange(false),
                     .passed = std::exchange(passed_, {}),
                     .sensor_is_stuck = sensor_is_stuck};
  }
  void passes(UnaskedPassage passage) {
    const std::scoped_lock lock(mutex_);
    passed_.push_back(passage);
  }
  bool waits_for_looks(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return looks >= count; });
  }
  bool waits_for_holds(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return holds >= count; });
  }
  void waits_for_rests(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return rests >= count; });
  }
  void answers(Passage passage) {
    const std::scoped_lock lock(mutex_);
    next_ = passage;
    changed_.notify_all();
  }
  std::atomic<int> rests = 0, releases = 0, holds = 0, looks = 0;
  std::atomic<bool> absent = false, jammed = false, switched_by_hand = false, sensor_is_stuck = false;

 private:
  FakeWriter& writer_;
  FakeClock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Passage> next_;
  std::vector<UnaskedPassage> passed_{};
};

class FakeObserver final : public runtime::Observer {
 public:
  void answered(const core::Answer& answer) override {
    const std::scoped_lock lock(mutex_);
    last_ = answer;
    ++answers;
    changed_.notify_all();
  }
  void recorded(const Record&) override {}
  /// The newest answer, once there are so many; waits up to 10 s.
  core::Answer answer(int count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return answers >= count; })) std::abort();
    return last_;
  }
  std::atomic<int> answers = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  core::Answer last_;
};

/// A pointer to what somebody else owns.
template <class T>
std::shared_ptr<T> lent(T& object) {
  return {std::shared_ptr<void>(), &object};
}

struct World {
  World() : World([](config::Lane&) {}) {}
  explicit World(const std::function<void(config::Lane&)>& change) {
    settings.name = "main";
    settings.actuator = "gate";
    change(settings);
    if (!settings.actuator.empty()) {
      parts.actuator = lent(gate);
      gate_is_fitted = true;
    }
    lane.emplace(settings, parts);
    while (gate_is_fitted && !gate.absent && !lane->gate_is_ready()) std::this_thread::yield();
  }

  void lets(const std::string& subject) { policy->let.insert(subject); }
  /// Scans and waits for the answer.
  core::Answer scan(const std::string& payload, Direction direction = Direction::in) {
    return scan(reading(payload), direction);
  }
  core::Answer scan(Reading reading, Direction direction = Direction::in,
                    std::shared_ptr<core::ScannerOutput> output = {}) {
    const int answers = observer.answers;
    lane->offer(std::move(reading), direction, std::move(output));
    return observer.answer(answers + 1);
  }
  core::Answer scan_damaged(const std::string& payload) {
    Reading damaged = reading(payload);
    damaged.damage = Damage::no_terminator;
    damaged.damage_detail = "no CR";
    return scan(std::move(damaged));
  }
  Reading reading(const std::string& payload) const {
    return {.payload = payload, .device = "gun", .seen = clock.now(), .wall = clock.wall()};
  }
  /// Somebody passes, or does not; returns when the lane has recorded it.
  void passage(Passage how) {
    gate.answers(how);
    writer.waits_for(how == Passage::seen ? "seen" : "timed_out");
  }

  FakeClock clock;
  runtime::Watchdog watchdog{clock};
  FakeWriter writer{clock};
  FakeObserver observer;
  LetterFormat format;
  std::unique_ptr<ListPolicy> owned = std::make_unique<ListPolicy>(clock);
  ListPolicy* policy = owned.get();
  std::shared_ptr<runtime::SharedPolicy> list = std::make_shared<runtime::SharedPolicy>("list", std::move(owned));
  FakeActuator gate{writer, clock};
  bool gate_is_fitted = false;
  config::Lane settings;
  runtime::Parts parts{{{"letters", lent(format)}}, {list}, nullptr, &writer, &observer, &clock, &watchdog};
  std::optional<runtime::Lane> lane;
};

}  // namespace gatepost::world

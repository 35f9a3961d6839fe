// A lane with a simulated clock, journal, rule and gate around it:
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

#include "lane/lane.hpp"

namespace gatepost::world {

/// Time that moves only when it is told to.
class FakeClock final : public Clock {
 public:
  MonotonicTime now() const override { return MonotonicTime(Duration(now_.load())); }
  WallTime wall() const override { return WallTime(Duration(now_ + offset_)); }
  ClockState state() const override { return {source_, Duration(bound_)}; }
  Duration slept() const override { return Duration(slept_); }
  void pass(Duration time) { now_ += time.count(); }

  /// Somebody sets the wall clock that far forward, or back.
  void step(Duration by) { offset_ += by.count(); }
  void set(WallTime wall) { offset_ = wall.time_since_epoch().count() - now_; }
  void become(ClockSource source, Duration bound = Duration::max()) {
    source_ = source;
    bound_ = bound.count();
  }
  void sleep(Duration time) {
    offset_ += time.count();
    slept_ += time.count();
  }

 private:
  std::atomic<Duration::rep> now_ = 1'000'000'000;
  std::atomic<Duration::rep> offset_ = 1'800'000'000LL * 1'000'000'000;
  std::atomic<Duration::rep> slept_ = 0, bound_ = Duration::max().count();
  std::atomic<ClockSource> source_ = ClockSource::free;
};

/// A journal in memory that can be made to fail; what happened to records and gate stands in one list, in order.
class FakeLedger final : public lane::Ledger {
 public:
  Result<RecordId> commit(Record record, Duration, const std::function<void()>& over) override {
    if (slow) over();
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
  FakeActuator(FakeLedger& ledger, FakeClock& clock) : ledger_(ledger), clock_(clock) {}
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
    ledger_.order.push_back("release " + std::to_string(command.record.sequence));
    if (jammed) return Error{"the board does not answer", "relay", "check its cable"};
    ++releases;
    return clock_.now();
  }
  Result<Passage> passage(const Command&, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return next_.has_value(); });
    return std::exchange(next_, std::nullopt).value_or(Passage::timed_out);
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
  std::atomic<int> rests = 0, releases = 0, holds = 0;
  std::atomic<bool> absent = false, jammed = false;

 private:
  FakeLedger& ledger_;
  FakeClock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Passage> next_;
};

class FakeObserver final : public lane::Observer {
 public:
  void answered(const lane::Answer&) override { ++answers; }
  void recorded(const Record&) override {}
  std::atomic<int> answers = 0;
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
  lane::Answer scan(const std::string& payload, Direction direction = Direction::in) {
    return lane->handle({.payload = payload, .device = "gun", .seen = clock.now(), .wall = clock.wall()}, direction);
  }
  lane::Answer scan_damaged(const std::string& payload) {
    return lane->handle({.payload = payload,
                         .device = "gun",
                         .seen = clock.now(),
                         .wall = clock.wall(),
                         .damage = Damage::no_terminator,
                         .damage_detail = "no CR"},
                        Direction::in);
  }
  /// Somebody passes, or does not; returns when the lane has recorded it.
  void passage(Passage how) {
    gate.answers(how);
    ledger.waits_for(how == Passage::seen ? "seen" : "timed_out");
  }

  FakeClock clock;
  FakeLedger ledger;
  FakeObserver observer;
  LetterFormat format;
  std::unique_ptr<ListPolicy> owned = std::make_unique<ListPolicy>(clock);
  ListPolicy* policy = owned.get();
  std::shared_ptr<lane::Rule> rule = std::make_shared<lane::Rule>("list", std::move(owned));
  FakeActuator gate{ledger, clock};
  bool gate_is_fitted = false;
  config::Lane settings;
  lane::Parts parts{{{"letters", lent(format)}}, {rule}, nullptr, &ledger, &observer, &clock};
  std::optional<lane::Lane> lane;
};

}  // namespace gatepost::world

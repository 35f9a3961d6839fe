// The real journal on a clock that begins anywhere and leaps, and the counts of the store behind it.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "journal/journal.hpp"
#include "journal/reader.hpp"
#include "local_store.cpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using world::FakeClock;

constexpr WallTime true_start{1'790'000'000s};

struct Gate {
  Gate() {
    auto made = LocalStore::make(Settings{.file = disk / "store.db"}, {"store", "/"});
    store = std::move(*made);
    open();
  }
  void open() {
    journal.reset();
    journal = world::open_journal({.file = disk / "journal.db", .clock = &clock});
  }
  WallTime truth() const { return true_start + clock.now().time_since_epoch(); }
  void scan() {
    Record record = world::attempt("E1", clock.wall());
    record.at = clock.now();
    journal->commit(std::move(record)).value();
    scans.push_back(truth());
  }
  // The store takes what there is, in parts as they come.
  void deliver(std::size_t part) {
    auto reader = journal::Reader::open(journal->file()).value();
    while (true) {
      const auto batch = reader.after(taken, part).value();
      if (batch.empty()) return;
      ASSERT_EQ(store->deliver(batch, {}).taken, batch.size());
      taken = batch.back().id.sequence;
    }
  }
  std::array<std::uint64_t, 4> counted() {
    const auto counts = store->counts(truth()).value();
    std::array<std::uint64_t, 4> sums{};
    for (const auto& count : counts)
      for (std::size_t i = 0; i < 4; ++i) sums.at(i) += count.scans.at(i);
    return sums;
  }
  std::array<std::uint64_t, 4> expected() const {
    constexpr std::array<Duration, 4> windows{1h, 24h, 7 * 24h, 30 * 24h};
    std::array<std::uint64_t, 4> sums{};
    for (const WallTime scan : scans)
      for (std::size_t i = 0; i < 4; ++i)
        if (scan > truth() - windows.at(i)) ++sums.at(i);
    return sums;
  }

  world::Scratch disk{world::memory()};
  FakeClock clock;
  std::unique_ptr<LocalStore> store;
  std::unique_ptr<journal::Journal> journal;
  std::vector<WallTime> scans;
  std::uint64_t taken = 0;
};

TEST(Clocks, a_gate_that_begins_in_1970_and_gets_its_time_an_hour_later_counts_right) {
  Gate gate;
  gate.clock.set(WallTime(30s));
  for (int minute = 0; minute < 60; ++minute) {
    gate.scan();
    gate.clock.pass(1min);
    if (minute % 20 == 0) gate.deliver(7);
  }
  gate.clock.set(gate.truth());
  gate.clock.become(ClockSource::network, 5ms);
  gate.scan();
  gate.deliver(16);
  gate.clock.pass(10min);
  EXPECT_EQ(gate.counted(), (std::array<std::uint64_t, 4>{50, 61, 61, 61}));
  EXPECT_EQ(gate.counted(), gate.expected());
}

TEST(Clocks, a_time_that_was_synchronised_is_not_changed_by_a_worse_one) {
  Gate gate;
  gate.clock.set(gate.truth());
  gate.clock.become(ClockSource::network, 5ms);
  gate.scan();
  gate.clock.become(ClockSource::free);
  gate.clock.step(-400 * 24h);
  gate.scan();  // counted a year ago, until the clock is right again
  gate.deliver(16);
  EXPECT_EQ(gate.counted(), (std::array<std::uint64_t, 4>{1, 1, 1, 1}));
  gate.clock.become(ClockSource::network, 5ms);
  gate.clock.set(gate.truth());
  gate.clock.pass(1min);
  gate.scan();
  gate.deliver(16);
  EXPECT_EQ(gate.counted(), (std::array<std::uint64_t, 4>{3, 3, 3, 3}));
}

TEST(Clocks, sleep_moves_no_scan_into_the_night) {
  Gate gate;
  gate.clock.set(gate.truth());
  gate.scan();
  gate.clock.sleep(8h);
  const WallTime awake = gate.clock.wall();
  gate.scan();
  gate.clock.become(ClockSource::network, 5ms);
  gate.scan();
  gate.deliver(16);
  const auto counts = gate.store->counts(awake + 1min).value();
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].scans, (std::array<std::uint64_t, 4>{2, 3, 3, 3}));
}

// However often the clock leaps, is set wrong, is synchronised and loses that again, and wherever the engine is started
// anew: once the time is known at last, the counts are those of true time.
TEST(Clocks, counts_equal_those_of_true_time_whatever_the_clock_did) {
  EXPECT_TRUE(rc::check("random leaps", [] {
    Gate gate;
    bool is_right = *rc::gen::arbitrary<bool>();
    gate.clock.set(is_right ? gate.truth()
                            : WallTime(Duration(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000LL)) * 1'000'000'000));
    const int steps = *rc::gen::inRange(1, 12);
    for (int step = 0; step < steps; ++step) {
      gate.clock.pass(Duration(1s) * *rc::gen::inRange(1, 40'000));
      switch (*rc::gen::inRange(0, 8)) {
        case 0:  // somebody sets it, wrong
          gate.clock.become(ClockSource::free);
          gate.clock.set(WallTime(1s * *rc::gen::inRange<std::int64_t>(0, 4'000'000'000LL)));
          break;
        case 1:  // the network is there
          gate.clock.set(gate.truth());
          gate.clock.become(ClockSource::network, 10ms);
          break;
        case 2:  // it is gone, and the clock runs on
          gate.clock.become(ClockSource::free);
          break;
        case 3:
          gate.open();
          break;
        case 4:
          gate.deliver(*rc::gen::inRange<std::size_t>(1, 9));
          break;
        default:
          gate.scan();
      }
    }
    gate.clock.set(gate.truth());
    gate.clock.become(ClockSource::network, 10ms);
    gate.scan();
    gate.deliver(*rc::gen::inRange<std::size_t>(1, 9));
    RC_ASSERT(gate.counted() == gate.expected());
  }));
}

}  // namespace

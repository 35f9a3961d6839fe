#include "delivery/courier.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <future>

#include "world/records.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::delivery;
using namespace std::chrono_literals;

// What a sink that the courier owns shares with the test.
struct Taken {
  std::function<Delivery(std::span<const Record>, std::stop_token)> answer = [](std::span<const Record> batch,
                                                                                const std::stop_token&) {
    return Delivery{batch.size(), {}, false};
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::uint64_t> sequences;
  int calls = 0;

  bool reaches(const std::function<bool()>& state) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 10s, state);
  }
};

class ScriptedSink final : public Sink {
 public:
  explicit ScriptedSink(Taken& taken) : taken_(taken) {}
  Delivery deliver(std::span<const Record> batch, std::stop_token stop) override {
    const Delivery delivery = taken_.answer(batch, stop);
    const std::scoped_lock lock(taken_.mutex);
    ++taken_.calls;
    for (const auto& record : batch.first(delivery.taken)) taken_.sequences.push_back(record.id.sequence);
    taken_.changed.notify_all();
    return delivery;
  }

 private:
  Taken& taken_;
};

const Error unreachable{"no answer", "cloud", "check the network"};

struct Delivered : testing::Test {
  void open() {
    journal.reset();
    journal = world::open_journal({.file = scratch / "journal.db", .readers = {"cloud"}});
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) journal->commit(world::attempt("x")).value();
  }
  void start(Pace pace = {.first_wait = 1ms, .longest_wait = 5ms}) {
    courier.emplace("cloud", std::make_unique<ScriptedSink>(taken), *journal, clock, pace);
  }
  void SetUp() override { open(); }

  const world::Scratch scratch;
  const SystemClock clock;
  Taken taken;
  std::unique_ptr<journal::Journal> journal;
  std::optional<Courier> courier;
};

std::vector<std::uint64_t> up_to(std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 1; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

TEST_F(Delivered, each_record_once_and_in_order) {
  record(3);
  start({.batch = 2});
  record(300);
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 303; }));
  courier.reset();
  EXPECT_EQ(taken.sequences, up_to(303));
}

TEST_F(Delivered, goes_on_where_it_stood_after_a_restart) {
  record(10);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 10; }));
  courier.reset();
  open();
  record(1);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 11; }));
  courier.reset();
  EXPECT_EQ(taken.sequences, up_to(11));
}

TEST_F(Delivered, what_is_taken_in_part_goes_on_after_the_part) {
  taken.answer = [](std::span<const Record>, const std::stop_token&) { return Delivery{1, unreachable, false}; };
  record(5);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 5; }));
  courier.reset();
  EXPECT_EQ(taken.sequences, up_to(5));
}

TEST_F(Delivered, trouble_is_told_and_passes) {
  std::atomic<bool> down = true;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token&) {
    return down ? Delivery{0, unreachable, false} : Delivery{batch.size(), {}, false};
  };
  record(4);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.calls >= 3; }));
  const Progress troubled = courier->progress();
  ASSERT_TRUE(troubled.trouble);
  EXPECT_EQ(troubled.trouble->what, "no answer");
  EXPECT_EQ(troubled.backlog, 4U);
  down = false;
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 4; }));
  while (courier->progress().trouble) std::this_thread::yield();
  EXPECT_EQ(courier->progress().backlog, 0U);
}

TEST_F(Delivered, a_record_refused_for_good_becomes_a_dead_letter_and_the_rest_goes_on) {
  taken.answer = [](std::span<const Record> batch, const std::stop_token&) {
    std::size_t good = 0;
    while (good < batch.size() && batch[good].id.sequence != 3) ++good;
    if (good == batch.size()) return Delivery{good, {}, false};
    return Delivery{good, Error{"too long", "cloud", "report it"}, true};
  };
  record(6);
  start({.first_wait = 1ms, .longest_wait = 1ms, .refusals = 4});
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 5; }));
  courier.reset();
  EXPECT_EQ(taken.sequences, (std::vector<std::uint64_t>{1, 2, 4, 5, 6}));
  EXPECT_EQ(taken.calls, 5) << "four refusals, then the rest";
  journal.reset();
  auto database = journal::Database::open(scratch / "journal.db", journal::Database::Access::read).value();
  EXPECT_EQ(
      database.integer("SELECT sequence FROM dead_letters WHERE reader = 'cloud' AND why LIKE '%too long%'").value(),
      3);
}

TEST_F(Delivered, a_kick_ends_the_wait) {
  std::atomic<bool> down = true;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token&) {
    return down ? Delivery{0, unreachable, false} : Delivery{batch.size(), {}, false};
  };
  record(1);
  start({.first_wait = 1h, .longest_wait = 1h});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls == 1; }));
  down = false;
  courier->kick();
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() == 1; }));
}

TEST_F(Delivered, stops_at_once_from_a_wait_and_from_a_sink_that_listens) {
  taken.answer = [&](std::span<const Record>, const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait(lock, stop, [] { return false; });
    return Delivery{0, unreachable, false};
  };
  record(1);
  start({.first_wait = 1h, .longest_wait = 1h});
  const auto before = std::chrono::steady_clock::now();
  courier.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
}

TEST_F(Delivered, a_sink_that_hangs_holds_no_lane) {
  std::promise<void> let_go;
  auto gate = let_go.get_future().share();
  taken.answer = [gate](std::span<const Record> batch, const std::stop_token&) {
    gate.wait();
    return Delivery{batch.size(), {}, false};
  };
  record(1);
  start();
  record(200);
  EXPECT_EQ(courier->progress().backlog, 201U);
  let_go.set_value();
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() == 201; }));
}

}  // namespace

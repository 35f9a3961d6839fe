#include "runtime/output.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <future>

#include "world/records.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::runtime;
using namespace std::chrono_literals;

// What a sink that the output owns shares with the test.
struct Taken {
  std::function<Delivery(std::span<const Record>, std::stop_token)> answer = [](std::span<const Record> batch,
                                                                                const std::stop_token&) {
    return Delivery{batch.size(), {}, false};
  };
  std::function<bool()> somebody_there = [] { return false; };
  std::shared_ptr<SinkHost> host{};
  std::atomic<int> looks = 0;
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
  void begin(std::shared_ptr<SinkHost> host) override { taken_.host = std::move(host); }
  bool reachable(const std::stop_token&) override {
    ++taken_.looks;
    return taken_.somebody_there();
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
  void start(core::OutputPace pace = {.first_wait = 1ms, .longest_wait = 5ms}) {
    output.emplace(core::OutputSettings{.name = "cloud", .site = 4017, .pace = pace},
                   std::make_unique<ScriptedSink>(taken), Output::Surroundings{*journal, clock, watchdog});
  }
  void SetUp() override { open(); }

  const world::Scratch scratch;
  const SystemClock clock;
  Taken taken;
  std::unique_ptr<journal::Journal> journal;
  Watchdog watchdog{clock};
  std::optional<Output> output;
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
  output.reset();
  EXPECT_EQ(taken.sequences, up_to(303));
}

TEST_F(Delivered, what_is_confirmed_later_moves_the_cursor_then) {
  taken.answer = [](std::span<const Record> batch, const std::stop_token&) {
    return Delivery{.taken = batch.size(), .unconfirmed = true};
  };
  record(5);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 5; }));
  EXPECT_EQ(output->progress().cursor, 0U);
  const auto epoch = journal->standing("cloud").cursor.epoch;
  std::jthread([&] { taken.host->acknowledge({4017, epoch, 3}); }).join();
  while (output->progress().cursor != 3) std::this_thread::yield();
  record(1);
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 6; }));
  output.reset();
  taken.host->acknowledge({4017, epoch, 6});  // too late: nobody is there any more
  EXPECT_EQ(taken.sequences, up_to(6)) << "what is on its way is not sent again";
  EXPECT_EQ(journal->standing("cloud").cursor.sequence, 3U);
}

TEST_F(Delivered, goes_on_where_it_stood_after_a_restart) {
  record(10);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 10; }));
  output.reset();
  open();
  record(1);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 11; }));
  output.reset();
  EXPECT_EQ(taken.sequences, up_to(11));
}

TEST_F(Delivered, what_is_taken_in_part_goes_on_after_the_part) {
  taken.answer = [](std::span<const Record>, const std::stop_token&) { return Delivery{1, unreachable, false}; };
  record(5);
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 5; }));
  output.reset();
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
  const Progress troubled = output->progress();
  ASSERT_TRUE(troubled.trouble);
  EXPECT_EQ(troubled.trouble->what, "no answer");
  EXPECT_EQ(troubled.backlog, 4U);
  down = false;
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 4; }));
  while (output->progress().trouble) std::this_thread::yield();
  EXPECT_EQ(output->progress().backlog, 0U);
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
  output.reset();
  taken.sequences.resize(5);  // the sixth is the alarm of it
  EXPECT_EQ(taken.sequences, (std::vector<std::uint64_t>{1, 2, 4, 5, 6}));
  EXPECT_LE(taken.calls, 6) << "four refusals, then the rest";
  journal.reset();
  auto database = support::Database::open(scratch / "journal.db", support::Database::Access::read).value();
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
  output->kick();
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() == 1; }));
}

TEST_F(Delivered, a_server_that_is_back_is_found_long_before_the_wait_is_over) {
  std::atomic<bool> down = true;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token&) {
    if (down) return Delivery{.error = unreachable, .unreachable = true};
    return Delivery{batch.size()};
  };
  taken.somebody_there = [&] { return !down; };
  record(2);
  start({.first_wait = 1h, .longest_wait = 1h, .probe = 5ms});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls == 1; }));
  while (taken.looks < 3) std::this_thread::yield();
  EXPECT_EQ(taken.calls, 1) << "who is not there gets no Records, only looks";
  down = false;
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() == 2; }));
}

TEST_F(Delivered, who_is_there_and_refuses_is_not_asked_again_before_the_wait_is_over) {
  taken.answer = [&](std::span<const Record>, const std::stop_token&) { return Delivery{0, unreachable}; };
  taken.somebody_there = [] { return true; };
  record(1);
  start({.first_wait = 1h, .longest_wait = 1h, .probe = 1ms});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls == 1; }));
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(taken.calls, 1);
  EXPECT_EQ(taken.looks, 0);
}

TEST_F(Delivered, a_receiver_that_asks_to_be_left_alone_is_even_when_the_network_changes) {
  taken.answer = [&](std::span<const Record>, const std::stop_token&) {
    return Delivery{.error = unreachable, .retry_after = 24h};
  };
  record(1);
  start({.first_wait = 1ms, .longest_wait = 1ms, .longest_put_off = 300ms});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls == 1; }));
  const auto asked = std::chrono::steady_clock::now();
  output->kick();
  ASSERT_TRUE(taken.reaches([&] { return taken.calls == 2; })) << "a day is too much to ask for";
  EXPECT_GE(std::chrono::steady_clock::now() - asked, 250ms);
}

TEST_F(Delivered, tells_how_long_a_receiver_asked_to_be_left_alone) {
  taken.answer = [&](std::span<const Record>, const std::stop_token&) {
    return Delivery{.error = unreachable, .retry_after = 90s};
  };
  record(1);
  start({.first_wait = 1ms, .longest_wait = 1ms, .longest_put_off = 60s});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls == 1 && output->progress().put_off_for.has_value(); }));
  const auto left = *output->progress().put_off_for;
  EXPECT_GT(left, 30s);
  EXPECT_LE(left, 60s);
}

TEST_F(Delivered, tells_of_no_wait_that_is_its_own) {
  taken.answer = [&](std::span<const Record>, const std::stop_token&) { return Delivery{0, unreachable}; };
  record(1);
  start({.first_wait = 1h, .longest_wait = 1h});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls == 1 && output->progress().trouble.has_value(); }));
  EXPECT_FALSE(output->progress().put_off_for);
}

TEST_F(Delivered, a_delivery_over_a_network_that_is_gone_begins_anew) {
  std::atomic<bool> stuck = true;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token& stop) {
    if (!stuck.exchange(false)) return Delivery{batch.size()};
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait(lock, stop, [] { return false; });
    return Delivery{0, unreachable};
  };
  record(3);
  start({.first_wait = 1h, .longest_wait = 1h, .nudge = 100ms});
  while (!output->progress().delivering_since) std::this_thread::yield();
  output->kick();
  EXPECT_TRUE(output->progress().delivering_since) << "what has just begun goes on";
  std::this_thread::sleep_for(120ms);
  output->kick();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 3; }));
  EXPECT_FALSE(output->progress().trouble);
}

TEST_F(Delivered, a_sink_that_throws_is_named_and_tried_again) {
  std::atomic<int> throws = 2;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token&) -> Delivery {
    if (throws == 2) {
      --throws;
      throw std::runtime_error("no luck");
    }
    if (throws == 1) throw 4017;
    return {batch.size()};
  };
  record(2);
  start();
  const auto says = [&](const std::string& what) {
    for (const auto end = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < end;)
      if (const auto trouble = output->progress().trouble; trouble && trouble->what == what) return trouble->where;
    return std::string("nothing of it");
  };
  EXPECT_EQ(says("threw an unknown exception"), "output cloud");
  throws = 0;
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() == 2; }));
}

TEST_F(Delivered, trouble_that_lasts_is_an_alarm_once_and_so_is_its_end) {
  std::atomic<bool> down = true;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token&) {
    return down ? Delivery{0, unreachable} : Delivery{batch.size()};
  };
  record(1);
  start({.first_wait = 1ms, .longest_wait = 1ms, .alarm = 500ms});  // longer than a busy machine keeps a thread waiting
  ASSERT_TRUE(journal->wait_beyond(1, std::stop_token())) << "the alarm";
  int calls = 0;
  {
    const std::scoped_lock lock(taken.mutex);
    calls = taken.calls;
  }
  ASSERT_TRUE(taken.reaches([&] { return taken.calls > calls + 20; }));
  down = false;
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 3; })) << "the Record and two alarms";
  output.reset();
  const auto records = journal::Reader::open(scratch / "journal.db").value().after(1, 10).value();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].reason, "output_failing");
  EXPECT_EQ(records[0].details.at("output"), "cloud");
  EXPECT_EQ(records[0].details.at("error"), "output cloud, cloud: no answer; check the network");
  EXPECT_EQ(records[1].reason, "output_recovered");
}

TEST_F(Delivered, a_sink_that_hangs_is_named_by_an_alarm) {
  std::promise<void> let_go, called;
  auto gate = let_go.get_future().share();
  std::atomic<bool> was_called = false;
  taken.answer = [&, gate](std::span<const Record> batch, const std::stop_token&) {
    if (!was_called.exchange(true)) called.set_value();
    gate.wait();
    return Delivery{batch.size()};
  };
  record(1);
  start({.alarm = 5ms});
  // On a busy machine an earlier call may take 5 ms, and be told of too.
  const auto untold = [&] {
    int hangs = 0;
    for (const auto& record : journal::Reader::open(scratch / "journal.db").value().after(1, 100).value())
      hangs += record.reason == "output_hangs" ? 1 : record.reason == "output_answers" ? -1 : 0;
    return hangs;
  };
  called.get_future().wait();
  while (untold() != 1) std::this_thread::yield();
  EXPECT_FALSE(output->stopped());
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(untold(), 1) << "told once, and while it hangs";
  let_go.set_value();
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() >= 3; }));
  output.reset();
  const auto records = journal::Reader::open(scratch / "journal.db").value().after(1, 10).value();
  ASSERT_GE(records.size(), 2U) << "and more, where a later call takes 5 ms on a busy machine";
  EXPECT_EQ(records[0].reason, "output_hangs");
  EXPECT_EQ(records[0].details.at("output"), "cloud");
  EXPECT_EQ(records[1].reason, "output_answers");
}

TEST_F(Delivered, a_receiver_that_refuses_everything_does_not_make_letters_of_everything) {
  std::atomic<bool> broken = true;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token&) {
    if (broken) return Delivery{0, Error{"bad request", "cloud", "ask its owner"}, true};
    return Delivery{batch.size()};
  };
  record(12);
  start({.first_wait = 1ms, .longest_wait = 1ms, .refusals = 2, .letters_in_a_row = 3});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls > 30; }));
  EXPECT_EQ(output->progress().dead_letters, 3U);
  EXPECT_EQ(output->progress().trouble->what, "refuses every Record, so they are kept for it: bad request");
  broken = false;
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 10; })) << "nine and an alarm";
  EXPECT_EQ(taken.sequences.front(), 4U);
}

TEST_F(Delivered, a_disk_is_not_filled_with_letters) {
  std::atomic<bool> broken = true;
  taken.answer = [&](std::span<const Record> batch, const std::stop_token&) {
    if (broken && batch[0].id.sequence % 2 == 0)
      return Delivery{0, Error{"even numbers are bad", "cloud", "report it"}, true};
    return Delivery{1};
  };
  record(10);
  start({.first_wait = 1ms, .longest_wait = 1ms, .refusals = 1, .most_letters = 2});
  ASSERT_TRUE(taken.reaches([&] { return taken.calls > 20; }));
  EXPECT_EQ(output->progress().dead_letters, 2U);
  EXPECT_EQ(output->progress().trouble->what, "has 2 dead letters, so no more are made: even numbers are bad");
  EXPECT_EQ(output->progress().cursor, 5U) << "the third one waits";
  EXPECT_EQ(journal->letters(journal::DeadLetterAction::drop, {}).value(), 2U);
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.back() >= 9; })) << "and goes on once they are seen to";
}

TEST_F(Delivered, the_first_dead_letter_is_an_alarm) {
  taken.answer = [](std::span<const Record> batch, const std::stop_token&) {
    if (batch[0].id.sequence < 3) return Delivery{0, Error{"too old", "cloud", "report it"}, true};
    return Delivery{batch.size()};
  };
  record(2);
  start({.first_wait = 1ms, .longest_wait = 1ms, .refusals = 1});
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 1; }));
  const auto records = journal::Reader::open(scratch / "journal.db").value().after(2, 10).value();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].reason, "dead_letter");
  EXPECT_EQ(records[0].details.at("error"), "output cloud, cloud: too old; report it");
}

struct Letters : Delivered {
  void SetUp() override {
    Delivered::SetUp();
    taken.answer = [this](std::span<const Record> batch, const std::stop_token&) {
      std::size_t good = 0;
      while (good < batch.size() && (!strict || is_good(batch[good].id.sequence))) ++good;
      if (good == batch.size()) return Delivery{good};
      return Delivery{good, Error{"even numbers are bad", "cloud", "report it"}, true};
    };
    record(6);
    start({.first_wait = 1ms, .longest_wait = 1ms, .refusals = 1});
    ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 4; })) << "the fourth is the alarm of the first";
    EXPECT_EQ(output->progress().dead_letters, 3U);
  }
  static bool is_good(std::uint64_t sequence) { return sequence % 2 == 1 || sequence > 6; }
  std::vector<std::uint64_t> kept() {
    std::vector<std::uint64_t> sequences;
    auto reader = journal::Reader::open(scratch / "journal.db").value();
    for (const auto& letter : reader.letters({}, 100).value()) sequences.push_back(letter.record.id.sequence);
    return sequences;
  }
  std::atomic<bool> strict = true;
};

TEST_F(Letters, are_sent_again_in_order_when_somebody_asks_and_then_are_gone) {
  EXPECT_EQ(kept(), (std::vector<std::uint64_t>{2, 4, 6}));
  strict = false;
  EXPECT_EQ(journal->letters(journal::DeadLetterAction::resend, {}).value(), 3U);
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 7; }));
  while (output->progress().dead_letters > 0) std::this_thread::yield();
  EXPECT_TRUE(kept().empty());
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 8; })) << "the last is the end of the alarm";
  EXPECT_EQ(taken.sequences, (std::vector<std::uint64_t>{1, 3, 5, 7, 2, 4, 6, 8}));
  record(1);
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() == 9; })) << "and the road goes on";
  const auto records = journal::Reader::open(scratch / "journal.db").value().after(7, 1).value();
  EXPECT_EQ(records.at(0).reason, "dead_letters_cleared");
}

TEST_F(Letters, refused_once_more_stay_and_are_not_tried_for_ever) {
  EXPECT_EQ(journal->letters(journal::DeadLetterAction::resend, {"cloud", {4}}).value(), 1U);
  while (journal->standing("cloud").letters_asked) std::this_thread::yield();
  EXPECT_EQ(journal->standing("cloud").cursor.sequence, 7U) << "what came after it does not come again";
  const int calls = taken.calls;
  record(1);
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 5; }));
  EXPECT_EQ(taken.calls, calls + 1);
  EXPECT_EQ(kept(), (std::vector<std::uint64_t>{2, 4, 6}));
}

TEST_F(Letters, are_dropped_by_number) {
  EXPECT_EQ(journal->letters(journal::DeadLetterAction::drop, {"cloud", {2, 6, 6, 7}}).value(), 2U);
  EXPECT_EQ(kept(), std::vector<std::uint64_t>{4});
  EXPECT_EQ(journal->letters(journal::DeadLetterAction::drop, {"store", {}}).value(), 0U);
  EXPECT_EQ(output->progress().dead_letters, 1U);
}

TEST_F(Letters, survive_a_restart_as_does_the_wish_to_send_them_again) {
  output.reset();
  EXPECT_EQ(journal->letters(journal::DeadLetterAction::resend, {"cloud", {4}}).value(), 1U);
  open();
  EXPECT_EQ(journal->standing("cloud").letters, 3U);
  EXPECT_EQ(kept(), (std::vector<std::uint64_t>{2, 4, 6}));
  strict = false;
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 5; }));
  EXPECT_EQ(taken.sequences.back(), 4U);
  while (output->progress().dead_letters != 2) std::this_thread::yield();
}

TEST_F(Letters, answer_to_a_person_while_no_engine_runs) {
  EXPECT_FALSE(journal::DeadLetterQueue::open(scratch / "journal.db")) << "the engine has the journal";
  output.reset();
  journal.reset();
  {
    auto box = journal::DeadLetterQueue::open(scratch / "journal.db").value();
    EXPECT_EQ(box.does(journal::DeadLetterAction::drop, {"cloud", {2}}).value(), 1U);
    EXPECT_EQ(box.does(journal::DeadLetterAction::resend, {}).value(), 2U);
  }
  strict = false;
  open();
  start();
  ASSERT_TRUE(taken.reaches([&] { return taken.sequences.size() == 6; }));
  EXPECT_EQ(taken.sequences, (std::vector<std::uint64_t>{1, 3, 5, 7, 4, 6}));
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
  output.reset();
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
  EXPECT_EQ(output->progress().backlog, 201U);
  let_go.set_value();
  EXPECT_TRUE(taken.reaches([&] { return taken.sequences.size() == 201; }));
}

}  // namespace

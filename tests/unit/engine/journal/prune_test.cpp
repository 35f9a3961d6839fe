#include <gmock/gmock.h>

#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using namespace std::chrono_literals;

struct Bounded : testing::Test {
  std::unique_ptr<Journal> open(std::vector<std::string> readers, std::uint64_t max_size = 1ULL << 30) {
    return world::open_journal(
        {.file = file, .keep = 24h, .max_size = max_size, .readers = std::move(readers), .clock = &clock});
  }
  static void fill(Journal& journal, int count, WallTime wall) {
    Record record = world::attempt("x", wall);
    record.details["long"] = std::string(500, 'x');
    for (int i = 0; i < count; ++i) journal.commit(record).value();
  }
  // 0: for the moment there is none.
  std::uint64_t first_kept() {
    const auto kept = Reader::open(file)->after(0, 1).value();
    return kept.empty() ? 0 : kept.front().id.sequence;
  }
  // Pruning is the flusher's: give it 10 s.
  bool comes_to(const std::function<bool()>& state) {
    for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;
         std::this_thread::yield())
      if (state()) return true;
    return false;
  }

  const world::Scratch scratch;
  const std::filesystem::path file = scratch / "journal.db";
  world::FakeClock clock;
};

TEST_F(Bounded, what_is_too_old_goes_and_the_rest_is_still_proved) {
  auto journal = open({});
  fill(*journal, 200, clock.wall());
  clock.pass(25h);
  fill(*journal, 100, clock.wall());
  EXPECT_TRUE(comes_to([&] { return first_kept() == 201; })) << first_kept();
  const Proof proof = verify(file).value();
  EXPECT_FALSE(proof.broken);
  EXPECT_EQ(proof.first, 201U);
  EXPECT_EQ(proof.last, 300U);
}

TEST_F(Bounded, what_is_not_too_old_stays) {
  auto journal = open({});
  fill(*journal, 200, clock.wall());
  clock.pass(23h);
  fill(*journal, 200, clock.wall());
  journal.reset();
  EXPECT_EQ(first_kept(), 1U);
}

TEST_F(Bounded, the_file_stays_near_its_size) {
  auto journal = open({}, 512 * 1024);
  for (int i = 0; i < 10; ++i) fill(*journal, 500, clock.wall());
  EXPECT_TRUE(comes_to([&] { return journal->last() - first_kept() < 1000; })) << first_kept();
  journal.reset();
  EXPECT_LT(std::filesystem::file_size(file), 2 * 1024 * 1024U);
  EXPECT_FALSE(verify(file)->broken);
}

TEST_F(Bounded, the_slowest_output_holds_its_records_and_is_named_once) {
  auto journal = open({"store", "cloud"}, 128 * 1024);
  journal->move_cursor("store", 1000);
  journal->move_cursor("cloud", 40);
  fill(*journal, 1000, clock.wall());
  EXPECT_TRUE(comes_to([&] { return first_kept() == 41; })) << first_kept();
  fill(*journal, 300, clock.wall());
  EXPECT_EQ(first_kept(), 41U);
  std::vector<Record> alarms;
  ASSERT_TRUE(comes_to([&] {
    alarms.clear();
    const auto records = Reader::open(file)->after(0, 10'000).value();
    std::ranges::copy_if(records, std::back_inserter(alarms), [](auto& r) { return r.kind == RecordKind::alarm; });
    return !alarms.empty();
  }));
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].reason, "journal_held_back");
  EXPECT_EQ(alarms[0].details.at("output"), "cloud");

  journal->move_cursor("cloud", 900);
  fill(*journal, 64, clock.wall());
  EXPECT_TRUE(comes_to([&] { return first_kept() > 41; }));
}

TEST_F(Bounded, an_output_that_is_gone_holds_nothing_and_a_new_one_begins_at_the_oldest) {
  open({"gone"});
  auto journal = open({});
  fill(*journal, 200, clock.wall());
  clock.pass(25h);
  fill(*journal, 100, clock.wall());
  ASSERT_TRUE(comes_to([&] { return first_kept() == 201; }));
  journal.reset();
  EXPECT_EQ(open({"new"})->standing("new").cursor.sequence, 200U);
}

TEST_F(Bounded, an_idle_journal_that_lost_all_its_records_goes_on_counting) {
  {
    auto journal = open({});
    fill(*journal, 64, clock.wall());
    clock.pass(25h);
    journal->post(world::attempt("fresh", clock.wall()));
    ASSERT_TRUE(comes_to([&] { return first_kept() == 65; }));
  }
  EXPECT_EQ(open({})->commit(world::attempt("x")).value().sequence, 66U);
}

// What a battery clock that fails may show. Nothing becomes old by a leap.
TEST_F(Bounded, a_leap_of_the_clock_makes_nothing_old) {
  auto journal = open({});
  const auto fill_now = [&](int count) {
    Record record = world::attempt("x", clock.wall());
    record.at = clock.now();
    for (int i = 0; i < count; ++i) journal->commit(record).value();
  };
  fill_now(100);
  clock.step(10 * 365 * 24h);
  fill_now(200);
  clock.step(-30 * 365 * 24h);
  fill_now(200);
  journal.reset();
  EXPECT_EQ(first_kept(), 1U);
  journal = open({});
  clock.pass(25h);
  fill_now(100);
  EXPECT_TRUE(comes_to([&] { return first_kept() > 500; })) << "true age counts all the same";
}

}  // namespace

// The journal under seeds. A failure prints the seed, the step, the invariant and how to replay it.
#include <gtest/gtest.h>

#include <chrono>

#include "simulation/journal/run.hpp"

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t fewest_seeds = 60;  // also where the machine is slow

// Seeds from 1 until the time is over.
Totals run_seeds(bool honest, std::chrono::seconds length) {
  Totals totals;
  std::uint64_t seed = 0;
  for (const auto end = std::chrono::steady_clock::now() + length;
       seed < fewest_seeds || std::chrono::steady_clock::now() < end;) {
    const auto failure = run(draw(++seed, honest), totals);
    if (!failure) continue;
    ADD_FAILURE() << *failure << "replay: gatepost-simulate-journal --seed " << seed << (honest ? "" : " --beyond")
                  << " --trace";
    break;
  }
  std::cout << seed << " seeds, " << totals.steps << " steps, " << totals.calls << " disk calls, "
            << totals.acknowledged << " Records acknowledged\n";
  return totals;
}

void expect_reached(const Totals& totals, const std::vector<std::string>& probes) {
  for (const auto& probe : probes) EXPECT_TRUE(totals.reached.contains(probe)) << "never reached: " << probe;
}

TEST(JournalSimulation, KeepsWhatItPromisedOnADiskThatFailsAndForgets) {
  expect_reached(run_seeds(true, 6s), {"power cut", "killed", "down again while opening", "forked and cut", "refused",
                                       "alarm journal_failed", "alarm journal_recovered", "pruned", "opened again",
                                       "all delivered", "fault sync fails", "fault disk full", "erased", "forgotten"});
}

TEST(JournalSimulation, NoticesWhatItCannotSurvive) {
  expect_reached(run_seeds(false, 6s),
                 {"a new epoch after a loss", "alarm journal_set_aside", "backlog delivered", "fault bit flip",
                  "fault folder put back", "fault all put back", "fault unlinked", "fault cut short", "fault exchanged",
                  "fault sync lies", "a Record that an output alone remembers"});
}

// A copy of the WAL that could not be removed was written over a later one; the end of a WAL that a start had found
// went with the commit after it.
TEST(JournalSimulation, StaysWellUnderSeedsThatItOnceFailed) {
  Totals totals;
  for (const std::uint64_t seed : {5114U, 5264U, 5880U}) {
    const auto failure = run(draw(seed, true), totals);
    EXPECT_FALSE(failure) << *failure;
  }
}

// Each call of the disk in turn; then a second cut within the start that follows.
void cut_everywhere(const Config& config, const std::string& what) {
  Totals totals;
  std::uint64_t calls = 0;
  {
    World whole(config);
    ASSERT_NO_THROW(whole.run()) << what;
    calls = whole.calls();
  }
  for (std::uint64_t at = 1; at <= calls; ++at)
    for (const std::uint64_t again : {std::uint64_t{0}, Seed(config.seed).stream("again", at).between(1, 60)}) {
      Config cut = config;
      cut.cuts = {at};
      if (again > 0) cut.cuts.push_back(at + again);
      const auto failure = run(cut, totals);
      ASSERT_FALSE(failure) << what << ", cut at call " << at << " and " << again << " calls later:\n" << *failure;
    }
  EXPECT_GT(totals.reached["power cut"], calls / 2);
}

TEST(JournalSimulation, SurvivesAPowerCutAtEachOperationOfAShortRun) {
  for (const std::uint64_t seed : {3U, 4U}) cut_everywhere({.seed = seed, .steps = 10}, "seed " + std::to_string(seed));
}

TEST(JournalSimulation, SurvivesAPowerCutAtEachOperationOfAQuarantine) {
  for (const Fault fault : {Fault::unlink, Fault::exchange})
    cut_everywhere({.seed = 5, .steps = 8, .faults = {fault}, .meddle_at = 5}, std::string(to_word(fault)));
}

TEST(JournalSimulation, OneSeedIsOneRun) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto hash = [&] {
      World world(draw(seed, seed % 2 == 0));
      world.run();
      return world.hash();
    };
    const auto first = hash();
    ASSERT_EQ(first, hash()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace gatepost::simulation

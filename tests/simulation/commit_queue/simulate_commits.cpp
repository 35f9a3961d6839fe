// gatepost-simulate-commits: the commit queue under seeds; see README.md of the simulation.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "commit_queue/world.hpp"

namespace gatepost::simulation {
namespace {

struct Totals {
  std::uint64_t steps = 0, answered = 0;
  std::map<std::string, std::uint64_t, std::less<>> probes{};
};

std::optional<Broken> run(std::uint64_t seed, core::Mutant mutant, bool trace, Totals& totals) {
  CommitWorld world(seed, mutant, trace);
  std::optional<Broken> broken;
  try {
    world.run();
  } catch (const Broken& found) {
    broken = found;
  }
  totals.steps += world.steps();
  totals.answered += world.answered();
  for (const auto& [probe, count] : world.hooks().coverage.probes) totals.probes[probe] += count;
  return broken;
}

int tell(std::uint64_t seed, const Broken& broken) {
  std::printf("FAILED  seed %llu  invariant %s\n  %s\nreplay: gatepost-simulate-commits --seed %llu --trace\n",
              static_cast<unsigned long long>(seed), broken.invariant.c_str(), broken.what.c_str(),
              static_cast<unsigned long long>(seed));
  return 1;
}

bool is_the_same_twice(std::uint64_t seed) {
  const auto hash = [&] {
    CommitWorld world(seed, core::Mutant::none, false);
    world.run();
    return world.hash();
  };
  return hash() == hash();
}

int run_seeds(std::uint64_t first, std::uint64_t count, core::Mutant mutant, bool trace) {
  Totals totals;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (const auto broken = run(seed, mutant, trace, totals)) return tell(seed, *broken);
    if (seed % 20 == 0 && mutant == core::Mutant::none && !is_the_same_twice(seed))
      return tell(seed, {"one seed is one run", "two runs differ"});
  }
  std::printf("%llu seeds, %llu steps, %llu commits answered\n", static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(totals.steps), static_cast<unsigned long long>(totals.answered));
  for (const auto& [probe, times] : totals.probes)
    std::printf("  %llu x %s\n", static_cast<unsigned long long>(times), probe.c_str());
  constexpr const char* probes[] = {"a batch was not kept",    "a batch went to the next file",
                                    "a commit was late",       "a commit behind a backlog was refused",
                                    "a slow disk was told of", "dropped Records were told of"};
  int missing = 0;
  for (const char* probe : probes)
    if (count >= 500 && !totals.probes.contains(probe)) missing += std::printf("never reached: %s\n", probe);
  return missing > 0 ? 1 : 0;
}

// Each guard out in turn is missed within so many seeds, by two rows of them.
int run_mutants(std::uint64_t most) {
  int unfound = 0;
  for (const core::Mutant mutant : mutants_of(Room::commit_queue)) {
    std::printf("%s", std::string(to_word(mutant)).c_str());
    for (const std::uint64_t first : {1U, 500'001U, 1'000'001U}) {
      Totals totals;
      std::optional<Broken> broken;
      std::uint64_t seeds = 0;
      while (!broken && seeds < most) broken = run(first + seeds++, mutant, false, totals);
      std::printf(" | %s", broken ? (std::to_string(seeds) + " " + broken->invariant).c_str() : "NOT FOUND");
      unfound += broken ? 0 : 1;
    }
    std::printf("\n");
  }
  return unfound > 0 ? 1 : 0;
}

int usage() {
  std::fprintf(stderr,
               "usage: gatepost-simulate-commits [--first N] [--seeds N] [--seed N] [--mutant NAME] [--trace]\n"
               "       gatepost-simulate-commits --mutants N\n");
  return 2;
}

int main_of(int count, char** words) {
  std::uint64_t first = 1, seeds = 1000;
  core::Mutant mutant = core::Mutant::none;
  bool trace = false;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const char* value = i + 1 < count ? words[i + 1] : nullptr;
    if (word == "--trace") {
      trace = true;
      continue;
    }
    if (value == nullptr) return usage();
    ++i;
    if (word == "--mutants") return run_mutants(std::strtoull(value, nullptr, 10));
    if (word == "--first")
      first = std::strtoull(value, nullptr, std::string(value).size() >= 40 ? 16 : 10) % 1'000'000'000;
    if (word == "--seeds") seeds = std::strtoull(value, nullptr, 10);
    if (word == "--seed") first = std::strtoull(value, nullptr, 10), seeds = 1;
    if (word == "--mutant" && (mutant = mutant_of(value)) == core::Mutant::none) return usage();
  }
  return run_seeds(first, seeds, mutant, trace);
}

}  // namespace
}  // namespace gatepost::simulation

int main(int count, char** words) { return gatepost::simulation::main_of(count, words); }

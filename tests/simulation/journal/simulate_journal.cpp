// gatepost-simulate-journal: replays one seed of the journal's simulation, or runs many.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "simulation/hooks.hpp"
#include "simulation/journal/run.hpp"

namespace {

int usage() {
  std::cerr << "usage: gatepost-simulate-journal [--seed N | --from N --count N] [--beyond] [--mutant NAME] [--trace]\n"
               "       gatepost-simulate-journal --mutants N   each guard out in turn is missed within N seeds\n"
               "  --beyond  faults that no journal survives unharmed: lying syncs, files put back, unlinked, spoilt\n";
  return 2;
}

// Missed where an output is taking as the file is set aside: tests/unit/engine/journal/set_aside_test.cpp.
bool is_for_unit_tests(gatepost::core::Mutant mutant) {
  return mutant == gatepost::core::Mutant::cursor_of_another_epoch;
}

// Seeds of both kinds in turn, beyond and honest.
int run_mutants(std::uint64_t most) {
  using namespace gatepost::simulation;
  int unfound = 0;
  for (const auto mutant : mutants_of(Room::journal)) {
    if (is_for_unit_tests(mutant)) continue;
    std::optional<std::string> failure;
    std::uint64_t seeds = 0;
    while (!failure && seeds < most) {
      ++seeds;
      Config config = draw(seeds, seeds % 2 == 0);
      config.mutant = mutant;
      Totals totals;
      failure = run(config, totals);
    }
    std::cout << "| " << to_word(mutant) << " | " << (failure ? failure->substr(0, failure->find('\n')) : "NOT FOUND")
              << " | " << seeds << " |\n";
    unfound += failure ? 0 : 1;
  }
  return unfound > 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace gatepost::simulation;
  std::uint64_t from = 1, seeds = 200;
  bool beyond = false, trace = false;
  auto mutant = gatepost::core::Mutant::none;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const bool has_value = i + 1 < count;
    if (argument == "--beyond") {
      beyond = true;
    } else if (argument == "--trace") {
      trace = true;
    } else if (has_value && argument == "--mutants") {
      return run_mutants(std::strtoull(arguments[++i], nullptr, 10));
    } else if (has_value && argument == "--mutant") {
      mutant = mutant_of(arguments[++i]);
      if (mutant == gatepost::core::Mutant::none) return usage();
    } else if (has_value && argument == "--seed") {
      from = std::strtoull(arguments[++i], nullptr, 10);
      seeds = 1;
    } else if (has_value && argument == "--from") {
      from = std::strtoull(arguments[++i], nullptr, 10);
    } else if (has_value && argument == "--count") {
      seeds = std::strtoull(arguments[++i], nullptr, 10);
    } else {
      return usage();
    }
  }
  Totals totals;
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
    Config config = draw(seed, !beyond);
    config.trace = trace;
    config.mutant = mutant;
    if (const auto failure = run(config, totals)) {
      std::cerr << *failure << "replay: gatepost-simulate-journal --seed " << seed << (beyond ? " --beyond" : "")
                << " --trace\n";
      return 1;
    }
  }
  std::cout << seeds << " seeds, " << totals.steps << " steps, " << totals.calls << " disk calls, "
            << totals.acknowledged << " Records acknowledged\n";
  for (const auto& [probe, times] : totals.reached) std::cout << "  " << times << " × " << probe << "\n";
  return 0;
}

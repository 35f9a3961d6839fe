// gatepost-interleave: runs the engine's shell in many orders of its threads. README.md tells of it.
#include <charconv>
#include <csignal>
#include <ctime>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "report.hpp"
#include "scenario.hpp"
#include "scheduler.hpp"

namespace gatepost::interleaving {
namespace {

struct Options {
  std::string scenario{}, mutant{};
  std::uint64_t first = 1, seeds = 1, mutants = 0;
  bool is_traced = false;
};

struct Outcome {
  std::optional<Failure> failure{};
  std::uint64_t steps = 0, hash = 0;
};

Outcome run(const Scenario& scenario, std::uint64_t seed, bool is_traced = false) {
  Scheduler scheduler(seed);
  scheduler.is_traced = is_traced;
  Outcome outcome{.failure = scheduler.run(scenario.run)};
  if (is_traced && !outcome.failure) print(std::cout, scheduler.last());
  outcome.steps = scheduler.steps();
  outcome.hash = scheduler.hash();
  return outcome;
}

void fail_by(const char* what) {
  if (running() == nullptr) std::_Exit(3);
  running()->fail(what);
}

// What breaks in a run is a failure of its seed.
void catch_crashes() {
  std::set_terminate([] { fail_by("ends by std::terminate"); });
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    std::signal(number, [](int signal) { fail_by(signal == SIGABRT ? "aborts" : "crashes"); });
}

// True: nothing was wrong. One seed in twenty runs twice, and takes the same way.
bool run_seeds(const Scenario& scenario, const Options& options) {
  const std::clock_t begin = std::clock();
  std::uint64_t steps = 0, ways = 0;
  for (std::uint64_t seed = options.first; seed < options.first + options.seeds; ++seed) {
    const Outcome outcome = run(scenario, seed, options.is_traced);
    if (outcome.failure) return report(std::cout, *outcome.failure, scenario.name, seed, options.mutant), false;
    if ((seed % 20 == 0 || options.seeds == 1) && run(scenario, seed).hash != outcome.hash) {
      std::cout << "FAILED " << scenario.name << ", seed " << seed << ": took another way when it ran again\n";
      return false;
    }
    steps += outcome.steps;
    ways = (ways ^ outcome.hash) * 0x100000001b3;
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::cout << scenario.name << ": " << options.seeds << " seeds from " << options.first << ", "
            << steps / options.seeds << " steps each, " << seconds << " s, decisions " << std::hex << ways << std::dec
            << std::endl;
  return true;
}

// How many seeds until it is missed; none: it was not.
std::optional<std::uint64_t> find(const Mutant& mutant, std::uint64_t first, std::uint64_t seeds, std::string& what) {
  take_out(mutant.name);
  std::optional<std::uint64_t> found;
  for (std::uint64_t count = 1; count <= seeds && !found; ++count)
    if (const auto outcome = run(mutant.scenario, first + count - 1); outcome.failure) {
      what = outcome.failure->what;
      found = count;
    }
  take_out({});
  return found;
}

// Three rows of seeds each.
bool run_mutants(const Options& options) {
  bool is_sharp = true;
  for (const Mutant& mutant : mutants()) {
    if (!options.mutant.empty() && mutant.name != options.mutant) continue;
    std::cout << "| " << mutant.name << " | " << mutant.scenario.name << " |";
    std::string what;
    for (const std::uint64_t first : {1'000'000U, 2'000'000U, 3'000'000U}) {
      const auto found = find(mutant, first, options.mutants, what);
      is_sharp = is_sharp && found;
      std::cout << ' ' << (found ? std::to_string(*found) : "NOT FOUND");
    }
    std::cout << " | " << what << " |" << std::endl;
  }
  return is_sharp;
}

std::optional<Options> read(int count, char** words) {
  Options options;
  const auto number = [](std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--trace") {
      options.is_traced = true;
      continue;
    }
    if (++i == count) return {};
    const std::string_view value = words[i];
    if (word == "--scenario")
      options.scenario = value;
    else if (word == "--mutant")
      options.mutant = value;
    else if (word == "--seed" || word == "--first")
      options.first = number(value);
    else if (word == "--seeds")
      options.seeds = number(value);
    else if (word == "--mutants")
      options.mutants = number(value);
    else
      return {};
  }
  if (options.seeds == 0) return {};
  return options;
}

int main_of(const Options& options) {
  catch_crashes();
  if (options.mutants > 0) return run_mutants(options) ? 0 : 1;
  take_out(options.mutant);
  bool is_known = false, is_well = true;
  for (const Scenario& scenario : scenarios()) {
    if (!options.scenario.empty() && scenario.name != options.scenario) continue;
    is_known = true;
    is_well = run_seeds(scenario, options) && is_well;
  }
  return is_known && is_well ? 0 : 1;
}

}  // namespace
}  // namespace gatepost::interleaving

int main(int count, char** words) {
  const auto options = gatepost::interleaving::read(count, words);
  if (options) return gatepost::interleaving::main_of(*options);
  std::cerr << "gatepost-interleave [--scenario NAME] [--seed N | --first N --seeds N] [--mutant NAME] [--trace]\n"
               "gatepost-interleave --mutants SEEDS [--mutant NAME]\n";
  return 2;
}

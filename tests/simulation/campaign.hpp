// Many runs: by seed, by plan, twice, and ever smaller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "world.hpp"

namespace gatepost::simulation {

/// One run; where it fails, again with its last lines kept.
Outcome run(const Plan& plan, Options options);

/// The step after which two runs of one plan differ; none: they do not.
std::optional<std::uint64_t> first_difference(const Plan& plan, const Options& options);

/// A smaller plan that breaks the same invariant in the same way.
Plan shrink(Plan plan, const Violation& violation, const Options& options, Duration patience);

struct Campaign {
  std::uint64_t first_seed = 1, seeds = 0;  ///< at least so many
  Duration at_least{};                      ///< and so long, by the machine's clock
  core::Mutant mutant = core::Mutant::none;
  bool canary = false;  ///< one seed in a hundred fails
  bool shrinks = true;
  bool lanes_alone = false;  ///< without outputs, and with the model of the journal: many more runs
  bool until_found = false;  ///< stop at the first failure
  unsigned most_failures = 3;
};

struct Diagnostics {
  std::uint64_t runs = 0, twice = 0, steps = 0, effects = 0, scans = 0, openings = 0;
  Duration time{}, took{};
  Coverage coverage{};
  Faults::Counts injected{}, noticed{};
  unsigned failures = 0;
  std::uint64_t found_after = 0;  ///< runs until the first failure
  std::string invariant{};        ///< of the first failure
};

Diagnostics run(const Campaign& campaign);

/// Tells what was reached; false when something that must be was not.
bool report(const Diagnostics& findings, bool all_must_be_reached);

/// The machines' state tables as Markdown: what was seen to follow on each event in each state.
void print_states(const Coverage& coverage);

}  // namespace gatepost::simulation

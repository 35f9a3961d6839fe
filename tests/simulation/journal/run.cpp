#include "simulation/journal/run.hpp"

#include "simulation/hooks.hpp"

namespace gatepost::simulation {

std::optional<std::string> run(const Config& config, Totals& totals) {
  HookState state(config.seed, config.mutant);
  state.stop_buggify();
  const HooksOf hooks(state);
  World world(config);
  std::optional<std::string> failure;
  try {
    world.run();
  } catch (const Violation& violation) {
    failure = "seed " + std::to_string(config.seed) + ", step " + std::to_string(world.step()) + ", disk call " +
              std::to_string(world.calls()) + ": invariant " + violation.invariant + ": " + violation.what + "\n";
    for (const auto& event : world.events()) *failure += "  " + event + "\n";
  }
  totals.steps += world.step();
  totals.calls += world.calls();
  totals.acknowledged += world.acknowledged();
  for (const auto& [probe, times] : world.reached()) totals.reached[probe] += times;
  return failure;
}

}  // namespace gatepost::simulation

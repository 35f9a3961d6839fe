#include "scenario.hpp"

#include <array>

#include "mutants.hpp"
#include "scheduler.hpp"

namespace gatepost::interleaving {
namespace {

// Global: the copies of the product's sources ask for it where a guard stands.
constinit std::string_view taken_out;

constexpr std::array all_scenarios{
    Scenario{"commits", commits},
    Scenario{"machine_runner", machine_runner},
    Scenario{"gate", gate},
    Scenario{"lane", lane},
    Scenario{"watchdog", watchdog},
    Scenario{"worker", worker},
    Scenario{"shared_policy", shared_policy},
    Scenario{"policy_replay", policy_replay},
    Scenario{"subscribers", subscribers},
    Scenario{"output", output},
    Scenario{"input_feedback", input_feedback},
    Scenario{"input_runner", input_runner},
    Scenario{"reloader", reloader},
    Scenario{"fire_alarm", fire_alarm},
    Scenario{"screen", screen},
    Scenario{"sensors", sensors},
    Scenario{"lights", lights},
};

constexpr std::array all_mutants{
#include "mutants.inc"
};

}  // namespace

std::span<const Scenario> scenarios() { return all_scenarios; }
std::span<const Mutant> mutants() { return all_mutants; }
void take_out(std::string_view mutant) { taken_out = mutant; }
bool is_out(std::string_view mutant) { return taken_out == mutant; }

void require(bool holds, std::string_view what) {
  if (holds) return;
  running()->fail("finds: " + std::string(what));
}

std::uint64_t draw(std::uint64_t n) { return running()->draw(n); }

std::chrono::nanoseconds time_passed() { return std::chrono::nanoseconds(running()->now()); }

void before_time_passes(std::function<std::string(std::chrono::nanoseconds)> wrong) {
  running()->before_time_passes(
      [wrong = std::move(wrong)](Time until) { return wrong(std::chrono::nanoseconds(until)); });
}

}  // namespace gatepost::interleaving

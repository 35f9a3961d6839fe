// What scenarios stand on. Each runs once for a seed, as the first thread; what it asks of the engine's shell holds in
// whatever order its threads take turns.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace gatepost::interleaving {

struct Scenario {
  std::string_view name;
  void (*run)();
};
std::span<const Scenario> scenarios();

/// A guard that is taken out (mutants.cmake), and the scenario that has to miss it.
struct Mutant {
  std::string_view name;
  Scenario scenario;
};
std::span<const Mutant> mutants();
void take_out(std::string_view mutant);

/// Ends the run where it does not hold.
void require(bool holds, std::string_view what);
/// 0 … n - 1, by the seed.
std::uint64_t draw(std::uint64_t n);
/// Since the run began; SystemClock shows it, too.
std::chrono::nanoseconds time_passed();
/// `wrong` says what is wrong with it that time passes, while nobody can run, up to so long after the beginning; empty:
/// nothing. It is asked between steps, so it may look at what threads share.
void before_time_passes(std::function<std::string(std::chrono::nanoseconds)> wrong);

void commits();
void machine_runner();
void gate();
void lane();
void watchdog();
void worker();
void shared_policy();
void policy_replay();
void subscribers();
void output();
void input_feedback();
void input_runner();
void reloader();
void fire_alarm();
void screen();
void sensors();
void lights();

}  // namespace gatepost::interleaving

#include "campaign.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace gatepost::simulation {

namespace {

using Stopwatch = std::chrono::steady_clock;

void tell_failure(const Plan& plan, const Outcome& outcome, const Campaign& campaign) {
  std::printf("\nFAILED  seed %llu  step %llu  invariant %s\n  %s\n", static_cast<unsigned long long>(plan.seed),
              static_cast<unsigned long long>(outcome.steps), outcome.violation->invariant.c_str(),
              outcome.violation->what.c_str());
  for (const std::string& line : outcome.last) std::printf("  | %s\n", line.c_str());
  const std::string mutant =
      campaign.mutant == core::Mutant::none ? "" : " --mutant " + std::string(to_word(campaign.mutant));
  std::printf("replay: tools/simulate --seed %llu --trace%s\n", static_cast<unsigned long long>(plan.seed),
              mutant.c_str());
}

void add(Diagnostics& findings, const Outcome& outcome) {
  ++findings.runs;
  findings.steps += outcome.steps;
  findings.effects += outcome.effects;
  findings.scans += outcome.scans;
  findings.openings += outcome.openings;
  findings.time += outcome.time;
  findings.coverage.add(outcome.coverage);
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    findings.injected[i] += outcome.injected[i];
    findings.noticed[i] += outcome.noticed[i];
  }
}

}  // namespace

Outcome run(const Plan& plan, Options options) {
  Outcome outcome = World(plan, options).run();
  if (!outcome.violation || options.trace) return outcome;
  options.remember = true;
  return World(plan, options).run();
}

std::optional<std::uint64_t> first_difference(const Plan& plan, const Options& options) {
  const auto one = World(plan, options).run(true).hashes;
  const auto other = World(plan, options).run(true).hashes;
  const auto [differs, there] = std::ranges::mismatch(one, other);
  if (differs == one.end() && there == other.end()) return {};
  return static_cast<std::uint64_t>(differs - one.begin());
}

namespace {

Plan plan_of(const Campaign& campaign, std::uint64_t seed) {
  Plan plan = draw_plan(seed);
  if (!campaign.lanes_alone) return plan;
  plan.disk = false;
  plan.outputs.clear();
  std::erase_if(plan.faults, [](const Fault& fault) { return is_of_output(fault.kind); });
  return plan;
}

}  // namespace

Diagnostics run(const Campaign& campaign) {
  Diagnostics findings;
  const auto began = Stopwatch::now();
  const auto goes_on = [&](std::uint64_t done) {
    findings.took = Stopwatch::now() - began;
    if (findings.failures >= campaign.most_failures || (campaign.until_found && findings.failures > 0)) return false;
    return done < campaign.seeds || findings.took < campaign.at_least;
  };
  const Options options{.mutant = campaign.mutant};
  for (std::uint64_t done = 0; goes_on(done); ++done) {
    const Plan plan = plan_of(campaign, campaign.first_seed + done);
    Outcome outcome = run(plan, options);
    if (campaign.canary && Stream(plan.seed, "canary").one_in(100) && !outcome.violation)
      outcome.violation = Violation{"canary", "this seed is told to fail, to see that a failure is told"};
    add(findings, outcome);
    if (outcome.violation) {
      if (findings.failures++ == 0) {
        findings.found_after = done + 1;
        findings.invariant = outcome.violation->invariant;
      }
      if (campaign.until_found) continue;
      tell_failure(plan, outcome, campaign);
      if (campaign.shrinks && !campaign.canary)
        std::printf("the plan, made smaller:\n%s",
                    to_text(shrink(plan, *outcome.violation, options, std::chrono::seconds(10))).c_str());
      continue;
    }
    if (!Stream(plan.seed, "twice").one_in(20)) continue;
    ++findings.twice;
    if (const auto step = first_difference(plan, options)) {
      ++findings.failures;
      std::printf("\nFAILED  seed %llu  two runs differ after step %llu\n", static_cast<unsigned long long>(plan.seed),
                  static_cast<unsigned long long>(*step));
    }
  }
  return findings;
}

}  // namespace gatepost::simulation

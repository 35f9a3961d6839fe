// gatepost-simulation: runs the engine's machines in a world of its own. README.md tells how.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "campaign.hpp"

namespace gatepost::simulation {
namespace {

constexpr const char* usage =
    "gatepost-simulation --seed N [--until STEP] [--trace] [--mutant NAME] [--print]   one run\n"
    "gatepost-simulation --plan FILE [--until STEP] [--trace] [--mutant NAME]   one run by a plan\n"
    "gatepost-simulation --kept FOLDER-FILE...   each plan, and that its mutant is found\n"
    "gatepost-simulation --seeds N [--seconds S] [--first SEED|COMMIT] [--canary] [--mutant NAME] [--probe-all] "
    "[--states]\n"
    "gatepost-simulation --mutants N   each mutant is found within N seeds\n";

struct Arguments {
  std::optional<std::uint64_t> seed{}, mutants{};
  std::string plan{};
  std::vector<std::string> kept{};
  Campaign campaign{};
  Options options{};
  bool campaign_asked = false, print = false, all_probes = false, states = false, good = true;
};

// A commit's hash counts by its first digits.
std::uint64_t number_of(const std::string& text) {
  std::uint64_t number = 0;
  const bool is_commit = text.size() >= 40;
  const std::string digits = is_commit ? text.substr(0, 15) : text;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, is_commit ? 16 : 10);
  return number;
}

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto value = [&] {
      if (i + 1 < words.size()) return words[++i];
      arguments.good = false;
      return std::string();
    };
    if (word == "--seed") {
      arguments.seed = number_of(value());
    } else if (word == "--until") {
      arguments.options.until = number_of(value());
    } else if (word == "--trace") {
      arguments.options.trace = true;
    } else if (word == "--print") {
      arguments.print = true;
    } else if (word == "--plan") {
      arguments.plan = value();
    } else if (word == "--kept") {
      while (i + 1 < words.size()) arguments.kept.push_back(words[++i]);
      arguments.good = arguments.good && !arguments.kept.empty();
    } else if (word == "--seeds") {
      arguments.campaign_asked = true;
      arguments.campaign.seeds = number_of(value());
    } else if (word == "--seconds") {
      arguments.campaign_asked = true;
      arguments.campaign.at_least = std::chrono::seconds(number_of(value()));
    } else if (word == "--first") {
      arguments.campaign.first_seed = number_of(value());
    } else if (word == "--canary") {
      arguments.campaign.canary = true;
      arguments.campaign.lanes_alone = true;  // it is quick, and the alarm chain is the same
      arguments.campaign.most_failures = 1000;
    } else if (word == "--states") {
      arguments.states = true;
    } else if (word == "--probe-all") {
      arguments.all_probes = true;
    } else if (word == "--mutants") {
      arguments.mutants = number_of(value());
    } else if (word == "--mutant") {
      arguments.options.mutant = arguments.campaign.mutant = mutant_of(value());
      if (arguments.options.mutant == core::Mutant::none) arguments.good = false;
    } else {
      arguments.good = false;
    }
  }
  return arguments;
}

std::optional<Plan> read_plan(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  auto plan = parse_plan(text.str(), file);
  if (plan) return *plan;
  std::cerr << to_line(plan.error()) << '\n';
  return {};
}

int run_one(const Plan& plan, const Options& options) {
  const Outcome outcome = run(plan, options);
  for (const std::string& line : outcome.last) std::printf("  | %s\n", line.c_str());
  if (outcome.violation) {
    std::printf("FAILED  step %llu  invariant %s\n  %s\n", static_cast<unsigned long long>(outcome.steps),
                outcome.violation->invariant.c_str(), outcome.violation->what.c_str());
    return 1;
  }
  std::printf("good: %llu steps, %llu effects, %llu scans, %llu openings, %.1f hours\n",
              static_cast<unsigned long long>(outcome.steps), static_cast<unsigned long long>(outcome.effects),
              static_cast<unsigned long long>(outcome.scans), static_cast<unsigned long long>(outcome.openings),
              std::chrono::duration<double, std::ratio<3600>>(outcome.time).count());
  return 0;
}

// Green as it is, and red by the invariant that is meant once the guard is out.
int run_kept(const std::vector<std::string>& files) {
  int bad = 0;
  for (const std::string& file : files) {
    const auto plan = read_plan(file);
    if (!plan) return 2;
    std::printf("%s: %s\n", file.c_str(), plan->why.c_str());
    bad += run_one(*plan, {});
    if (plan->mutant.empty()) continue;
    Options options;
    options.mutant = mutant_of(plan->mutant);
    const Outcome red = World(*plan, options).run();
    const bool found =
        red.violation && red.violation->invariant.substr(0, red.violation->invariant.find(' ')) == plan->invariant;
    if (!found) ++bad;
    std::printf("%s: without `%s`: %s\n", found ? "good" : "FAILED", plan->mutant.c_str(),
                red.violation ? (red.violation->invariant + ", " + red.violation->what).c_str() : "nothing is found");
  }
  return bad == 0 ? 0 : 1;
}

// Found by its plan every time, and by seeds seldom: those are not asked.
bool is_rare(core::Mutant mutant) {
  return mutant == core::Mutant::no_look_after_start || mutant == core::Mutant::second_alarm_untold ||
         mutant == core::Mutant::failed_hold_trusted || mutant == core::Mutant::held_by_belief ||
         mutant == core::Mutant::held_copy_forgotten || mutant == core::Mutant::dead_guard_is_settled ||
         mutant == core::Mutant::frozen_board_is_settled || mutant == core::Mutant::opened_line_is_silent ||
         mutant == core::Mutant::outlook_taken_back || mutant == core::Mutant::reset_is_close ||
         mutant == core::Mutant::given_up_is_settled || mutant == core::Mutant::wal_copy_believed ||
         mutant == core::Mutant::rewrite_forgotten || mutant == core::Mutant::earlier_runs_forgotten;
}

bool is_found(Room room, core::Mutant mutant, std::uint64_t most, std::uint64_t first_seed) {
  Campaign campaign;
  campaign.mutant = mutant;
  campaign.until_found = true;
  campaign.lanes_alone = room == Room::lane_and_gate || room == Room::boards;
  campaign.seeds = most;
  campaign.first_seed = first_seed;
  const Diagnostics findings = run(campaign);
  std::printf("| %s | %s | %llu |\n", std::string(to_word(mutant)).c_str(),
              findings.failures == 0 ? "NOT FOUND" : findings.invariant.c_str(),
              static_cast<unsigned long long>(findings.failures == 0 ? most : findings.found_after));
  std::fflush(stdout);
  return findings.failures > 0;
}

int run_mutants(std::uint64_t most, std::uint64_t first_seed) {
  int missed = 0;
  for (const Room room : {Room::lane_and_gate, Room::output, Room::boards, Room::real_journal})
    for (const core::Mutant mutant : mutants_of(room))
      if (!is_rare(mutant) && !is_found(room, mutant, most, first_seed)) ++missed;
  return missed == 0 ? 0 : 1;
}

int run_campaign(const Arguments& arguments) {
  const Diagnostics findings = run(arguments.campaign);
  if (arguments.states) return print_states(findings.coverage), findings.failures == 0 ? 0 : 1;
  const bool reached = report(findings, arguments.all_probes);
  if (!arguments.campaign.canary) return findings.failures == 0 && reached ? 0 : 1;
  // One in a hundred.
  const bool told = findings.failures * 400 > findings.runs && findings.failures * 25 < findings.runs;
  std::printf("canary: %u of %llu runs\n", findings.failures, static_cast<unsigned long long>(findings.runs));
  return told ? 0 : 1;
}

int perform(const Arguments& arguments) {
  if (arguments.seed && arguments.good) {
    const Plan plan = draw_plan(*arguments.seed);
    if (arguments.print) return std::printf("%s", to_text(plan).c_str()), 0;
    return run_one(plan, arguments.options);
  }
  if (!arguments.plan.empty() && arguments.good) {
    const auto plan = read_plan(arguments.plan);
    return plan ? run_one(*plan, arguments.options) : 2;
  }
  if (!arguments.kept.empty() && arguments.good) return run_kept(arguments.kept);
  if (arguments.mutants && arguments.good) return run_mutants(*arguments.mutants, arguments.campaign.first_seed);
  if (arguments.campaign_asked && arguments.good) return run_campaign(arguments);
  std::fputs(usage, stderr);
  return 2;
}

}  // namespace
}  // namespace gatepost::simulation

int main(int count, char** words) {
  return gatepost::simulation::perform(gatepost::simulation::parse({words + 1, words + count}));
}

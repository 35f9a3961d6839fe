// What the runs have reached, as numbers.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "campaign.hpp"

namespace gatepost::simulation {
namespace {

constexpr std::array lane_step_words{"idle", "decoding", "deciding", "committing", "releasing"};
constexpr std::array events_of_lane{"Scanned",     "Pressed", "Decoded", "Decided", "Committed", "Released", "GateIs",
                                    "PassageOver", "Tick",    "Pause",   "Resume",  "Configure", "Stop"};
constexpr std::array gate_state_words{"unknown", "at_rest", "moving", "open", "held_open"};
constexpr std::array gate_event_words{"Release",  "FireOn", "FireOff", "Look",      "Rested", "Opened",
                                      "HeldOpen", "Passed", "Looked",  "Configure", "Tick",   "Stop"};

constexpr std::array output_step_words{"looking",    "idle",    "gathering",  "asking",  "comparing", "reading",
                                       "delivering", "keeping", "confirming", "waiting", "probing"};
constexpr std::array events_of_output{"Found", "Rows",         "Delivered", "Probed", "Newest",
                                      "Kept",  "Acknowledged", "Kick",      "Tick",   "Stop"};

// What a campaign must reach: r in a thousand runs, n in twenty thousand; . seldom or never; - is never to be.
constexpr std::array<std::string_view, lane_steps> lane_pairs{
    "rrrrr-rrrrrrr",  // idle
    "rrrnn-rnrr.nr",  // decoding
    "rn.r.-nnrr..r",  // deciding
    "rrrrr-rrrr.nr",  // committing
    "rn.r.r..rr..n",  // releasing
};
constexpr std::array<std::string_view, gate_states> gate_pairs{
    ".r.rrrrr..rr",  // unknown
    "rr.rr---r.rr",  // at_rest
    "-r.n-r---.rn",  // moving
    "-r.r---r-.rr",  // open
    "............",  // held_open: only what has stopped is
};
constexpr std::array<std::string_view, gate_states> fire_pairs{
    ".nrnr.r...rr",  // unknown
    "n.r.n-r-...n",  // at_rest
    "-...-r---...",  // moving
    "-.n.---r-...",  // open
    "..rrn.r...rr",  // held_open
};
constexpr std::array<std::string_view, output_steps> output_pairs{
    "r-----..r.",  // looking
    "r-----rrrr",  // idle
    "------rrrr",  // gathering
    "----r-.rrr",  // asking
    "-r----....",  // comparing
    "-r----rr..",  // reading
    "--r---rrrr",  // delivering
    "-----r....",  // keeping
    "------r.r.",  // confirming
    "------.rrr",  // waiting
    "---r--....",  // probing
};
constexpr std::array probes{"a Record came late",
                            "a Record was not kept",
                            "a gate was held open beside a call that hung",
                            "a grant at a gate that was held open",
                            "a grant for a gate that was busy",
                            "a grant for a gate that was not ready",
                            "a passage failed",
                            "a passage hung",
                            "a policy's answer was dropped",
                            "a release failed",
                            "a rest came late",
                            "a rest failed",
                            "a look failed",
                            "a look found another state",
                            "somebody passed whom nobody had let through",
                            "a scan from before the machine slept",
                            "a scan was too old when it was decided",
                            "an alarm, and both hands hang",
                            "an attempt was repeated",
                            "a direction was known before the code",
                            "a direction's code was repeated",
                            "a question ended unanswered",
                            "a question ended with another code",
                            "a question was answered",
                            "a Record became a dead letter",
                            "a Record was written again under a new number",
                            "a backlog was delivered",
                            "a command went over a wire",
                            "a driver reset its connection",
                            "a driver's ghost was unwound",
                            "a board kept its last place for a connection that was no more",
                            "a board opened by what it had taken while it was frozen",
                            "a guard was killed",
                            "a guard stood still",
                            "a guard put to rest what a dead engine left open",
                            "a guard shut a gate by itself",
                            "an old segment arrived after its connection's end",
                            "a dead letter was taken",
                            "Records were sent and not confirmed",
                            "Records were acknowledged",
                            "what nobody confirmed is sent again",
                            "a carrier forgot what was on its way",
                            "a delivery was begun anew",
                            "a journal was put back",
                            "a journal was set aside",
                            "a kick ended a wait",
                            "a receiver asked to be left alone",
                            "a receiver dropped a Record under a number that came twice",
                            "an output hung",
                            "an output refused everything",
                            "somebody was there again",
                            "the machine was put back",
                            "the power was cut",
                            "an opening came late",
                            "an opening failed",
                            "an opening failed late",
                            "the journal hung, and an attempt was posted",
                            "what was posted was kept after all"};

template <class Rows, class Pairs, class States, class Events>
bool are_reached(std::uint64_t runs, const Rows& rows, const Pairs& pairs, const States& states, const Events& events) {
  bool good = true;
  const auto say = [&](const char* what, std::size_t state, std::size_t event) {
    std::printf("FAILED  %s: %s in %s\n", what, events[event], states[state]);
    good = false;
  };
  for (std::size_t state = 0; state < states.size(); ++state)
    for (std::size_t event = 0; event < events.size(); ++event) {
      const char must = pairs[state][event];
      const bool asked = (must == 'r' && runs >= 1000) || (must == 'n' && runs >= 20000);
      if (asked && rows[state][event] == 0) say("not reached", state, event);
      if (must == '-' && rows[state][event] > 0) say("cannot be, and was", state, event);
    }
  return good;
}

// Those of the commit queue are asked for by its own simulation (simulate_commits.cpp).
constexpr std::array commit_queue_probes{"a batch went to the next file",
                                         "a batch was not kept",
                                         "a commit behind a backlog was refused",
                                         "a commit was late",
                                         "a slow disk was told of",
                                         "dropped Records were told of"};

bool is_asked_for(const std::string& probe) {
  return std::ranges::find(probes, probe) != probes.end() || probe.starts_with("a format's answer") ||
         std::ranges::find(commit_queue_probes, probe) != commit_queue_probes.end();
}

bool probes_are_reached(const Diagnostics& findings) {
  bool good = true;
  for (const char* probe : probes)
    if (findings.runs >= 1000 && !findings.coverage.probes.contains(probe)) {
      std::printf("FAILED  not reached: %s\n", probe);
      good = false;
    }
  for (const auto& [probe, count] : findings.coverage.probes)
    if (!is_asked_for(probe)) {
      std::printf("FAILED  a probe that nobody asks for: %s\n", probe.c_str());
      good = false;
    }
  return good;
}

void tell(const char* what, std::uint64_t count) {
  std::printf("%-40s %llu\n", what, static_cast<unsigned long long>(count));
}

template <class Rows, class States, class Events>
void tell_matrix(const char* name, const Rows& rows, const States& states, const Events& events) {
  std::printf("\n%s\n%-12s", name, "");
  for (const auto* event : events) std::printf(" %11s", event);
  for (std::size_t state = 0; state < states.size(); ++state) {
    std::printf("\n%-12s", states[state]);
    for (std::size_t event = 0; event < events.size(); ++event)
      std::printf(" %11llu", static_cast<unsigned long long>(rows[state][event]));
  }
  std::printf("\n");
}

// A state where it stays so, several where it depends; empty where it was never seen.
template <class Bits, std::size_t Events, std::size_t States, class StateWords, class EventWords>
void print_table(const char* name, const std::array<std::array<Bits, Events>, States>& after, const StateWords& states,
                 const EventWords& events) {
  std::printf("| %s |", name);
  for (const char* state : states) std::printf(" %s |", state);
  std::printf("\n|---|");
  for (std::size_t state = 0; state < States; ++state) std::printf("---|");
  std::printf("\n");
  for (std::size_t event = 0; event < Events; ++event) {
    std::printf("| %s |", events[event]);
    for (std::size_t state = 0; state < States; ++state) {
      const unsigned seen = after[state][event];
      const char* between = " ";
      for (std::size_t next = 0; next < States; ++next) {
        if ((seen >> next & 1U) == 0) continue;
        std::printf("%s%s", between, next == state ? "·" : states[next]);
        between = ", ";
      }
      std::printf(" |");
    }
    std::printf("\n");
  }
  std::printf("\n");
}

}  // namespace

void print_states(const Coverage& coverage) {
  print_table("lane", coverage.lane_after, lane_step_words, events_of_lane);
  print_table("gate", coverage.gate_after[0], gate_state_words, gate_event_words);
  print_table("output", coverage.output_after, output_step_words, events_of_output);
  print_table("gate, in an alarm", coverage.gate_after[1], gate_state_words, gate_event_words);
}

bool report(const Diagnostics& findings, bool all_must_be_reached) {
  const double seconds = std::chrono::duration<double>(findings.took).count();
  const double days = std::chrono::duration<double>(findings.time).count() / 86400;
  std::printf("\n%llu runs (%llu of them twice) in %.1f s: %.0f site days, %llu scans, %llu openings\n",
              static_cast<unsigned long long>(findings.runs), static_cast<unsigned long long>(findings.twice), seconds,
              days, static_cast<unsigned long long>(findings.scans),
              static_cast<unsigned long long>(findings.openings));
  std::printf("%.2f million steps, %.2f million effects, %.0f steps a second\n",
              static_cast<double>(findings.steps) / 1e6, static_cast<double>(findings.effects) / 1e6,
              static_cast<double>(findings.steps) / seconds);
  tell_matrix("lane", findings.coverage.lane, lane_step_words, events_of_lane);
  tell_matrix("gate", findings.coverage.gate[0], gate_state_words, gate_event_words);
  tell_matrix("gate, during an alarm", findings.coverage.gate[1], gate_state_words, gate_event_words);
  tell_matrix("output", findings.coverage.output, output_step_words, events_of_output);
  std::printf("\n%-40s %10s %10s\n", "fault", "injected", "noticed");
  bool good = true;
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    std::printf("%-40s %10llu %10llu\n", std::string(to_word(static_cast<FaultKind>(i))).c_str(),
                static_cast<unsigned long long>(findings.injected[i]),
                static_cast<unsigned long long>(findings.noticed[i]));
    if (all_must_be_reached && findings.injected[i] == 0) good = false;
  }
  std::printf("\n");
  for (const auto& [probe, count] : findings.coverage.probes) tell(probe.c_str(), count);
  if (all_must_be_reached) {
    const Coverage& coverage = findings.coverage;
    good = are_reached(findings.runs, coverage.lane, lane_pairs, lane_step_words, events_of_lane) && good;
    good = are_reached(findings.runs, coverage.gate[0], gate_pairs, gate_state_words, gate_event_words) && good;
    good = are_reached(findings.runs, coverage.gate[1], fire_pairs, gate_state_words, gate_event_words) && good;
    good = are_reached(findings.runs, coverage.output, output_pairs, output_step_words, events_of_output) && good;
    good = probes_are_reached(findings) && good;
  }
  std::fflush(stdout);
  return good;
}

}  // namespace gatepost::simulation

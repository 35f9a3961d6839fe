#include "hooks.hpp"

#include <algorithm>

#include "driver_hooks.hpp"

namespace gatepost::simulation {
namespace {

thread_local HookState* present = nullptr;

constexpr std::array mutant_words{"none",
                                  "lane_gives_up_release",
                                  "pressed_when_handled",
                                  "sleep_before_scan_ignored",
                                  "configured_under_way",
                                  "call_id_ignored",
                                  "clock_unset_accepted",
                                  "expired_accepted",
                                  "refused_accepted",
                                  "deny_not_recorded_late",
                                  "release_before_durable",
                                  "late_record_untold",
                                  "open_though_commit_failed",
                                  "unrecorded_grant_posted",
                                  "open_though_commit_slow",
                                  "deadline_after_commit",
                                  "failed_opening_remembered",
                                  "answered_twice",
                                  "policy_failure_grants",
                                  "repeated_through_sleep",
                                  "denied_keeps_reservation",
                                  "reservations_ignored",
                                  "rules_know_one_life",
                                  "question_never_over",
                                  "question_through_sleep",
                                  "question_takes_time",
                                  "said_for_everybody",
                                  "replaced_unrecorded",
                                  "no_look_after_start",
                                  "trusted_at_start",
                                  "calls_overlap",
                                  "gate_deadline_not_asked",
                                  "released_not_at_rest",
                                  "fire_off_rests_nothing",
                                  "late_rest_trusted",
                                  "failed_rest_trusted",
                                  "rest_not_tried_again",
                                  "late_opening_trusted",
                                  "doubt_ignored",
                                  "second_alarm_untold",
                                  "failed_hold_trusted",
                                  "hold_not_repeated",
                                  "failed_passage_trusted",
                                  "cancelled_passage_trusted",
                                  "rest_during_alarm",
                                  "no_spare_hand",
                                  "stopped_without_rest",
                                  "alarm_lets_passage_be",
                                  "held_by_belief",
                                  "no_settling",
                                  "overdue_opening_untold",
                                  "hung_passage_unrecorded",
                                  "passage_over_untold",
                                  "never_looked_at",
                                  "unasked_passage_untold",
                                  "failed_look_ignored",
                                  "other_state_ignored",
                                  "late_written",
                                  "failure_untold",
                                  "posted_lost",
                                  "put_back_behind",
                                  "posts_unbounded",
                                  "drops_untold",
                                  "promised_in_doubt",
                                  "damaged_for_ever",
                                  "leader_never_answered",
                                  "turn_free_while_handed",
                                  "exclusive_starves",
                                  "lanes_starve",
                                  "flusher_not_woken",
                                  "slow_untold",
                                  "trouble_told_again",
                                  "written_after_all_again",
                                  "mark_not_written",
                                  "files_not_looked_at",
                                  "wal_not_looked_at",
                                  "wal_not_written_over",
                                  "end_not_examined",
                                  "cursor_of_another_epoch",
                                  "pruned_past_outputs",
                                  "erased_in_word_only",
                                  "erased_apart",
                                  "commit_not_synced",
                                  "wal_copy_believed",
                                  "backlog_forgotten",
                                  "rewrite_forgotten",
                                  "earlier_runs_forgotten",
                                  "newest_not_asked",
                                  "newest_error_ignored",
                                  "held_hash_not_compared",
                                  "held_less_is_put_back",
                                  "hang_untold",
                                  "backlog_last",
                                  "backlog_passed_over",
                                  "cursor_before_taken",
                                  "cursor_before_confirmed",
                                  "acknowledged_unsent",
                                  "unconfirmed_not_sent_again",
                                  "on_their_way_unbounded",
                                  "parked_at_once",
                                  "parks_everything",
                                  "put_off_unbounded",
                                  "put_off_forgotten",
                                  "outlook_taken_back",
                                  "kick_forgotten",
                                  "no_nudge",
                                  "reset_is_close",
                                  "opening_sent_again",
                                  "last_look_left_out",
                                  "given_up_is_settled",
                                  "held_copy_forgotten",
                                  "dead_guard_is_settled",
                                  "frozen_board_is_settled",
                                  "opened_line_is_silent"};
static_assert(mutant_words.size() == static_cast<std::size_t>(core::Mutant::opened_line_is_silent) + 1);

}  // namespace

void Coverage::add(const Coverage& other) {
  for (const auto& [probe, count] : other.probes) probes[probe] += count;
  for (std::size_t state = 0; state < lane_steps; ++state)
    for (std::size_t event = 0; event < lane_events; ++event) {
      lane[state][event] += other.lane[state][event];
      lane_after[state][event] |= other.lane_after[state][event];
    }
  for (std::size_t state = 0; state < output_steps; ++state)
    for (std::size_t event = 0; event < output_events; ++event) {
      output[state][event] += other.output[state][event];
      output_after[state][event] |= other.output_after[state][event];
    }
  for (std::size_t fire = 0; fire < 2; ++fire)
    for (std::size_t state = 0; state < gate_states; ++state)
      for (std::size_t event = 0; event < gate_events; ++event) {
        gate[fire][state][event] += other.gate[fire][state][event];
        gate_after[fire][state][event] |= other.gate_after[fire][state][event];
      }
}

void HookState::reached(std::string_view probe) {
  const auto found = coverage.probes.find(probe);
  if (found != coverage.probes.end())
    ++found->second;
  else
    coverage.probes.emplace(probe, 1);
}

// A quarter of the places in a run, a quarter of the times there.
bool HookState::buggify(std::string_view place) {
  return buggifies_ && seed_ % 8 > 1 && Stream(seed_, place).one_in(4) && fires_.one_in(4);
}

HooksOf::HooksOf(HookState& state) { present = &state; }
HooksOf::~HooksOf() { present = nullptr; }

core::Mutant mutant_of(std::string_view word) {
  const auto found = std::ranges::find(mutant_words, word);
  return found == mutant_words.end() ? core::Mutant::none : static_cast<core::Mutant>(found - mutant_words.begin());
}
std::string_view to_word(core::Mutant mutant) { return mutant_words.at(static_cast<std::size_t>(mutant)); }

std::vector<core::Mutant> mutants_of(Room room) {
  using core::Mutant;
  static constexpr std::array ranges{std::pair(Mutant::lane_gives_up_release, Mutant::other_state_ignored),
                                     std::pair(Mutant::newest_not_asked, Mutant::no_nudge),
                                     std::pair(Mutant::late_written, Mutant::written_after_all_again),
                                     std::pair(Mutant::mark_not_written, Mutant::commit_not_synced),
                                     std::pair(Mutant::reset_is_close, Mutant::opened_line_is_silent),
                                     std::pair(Mutant::commit_not_synced, Mutant::earlier_runs_forgotten)};
  const auto [first, last] = ranges.at(static_cast<std::size_t>(room));
  std::vector<Mutant> mutants;
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i)
    mutants.push_back(static_cast<Mutant>(i));
  return mutants;
}

}  // namespace gatepost::simulation

namespace gatepost::core {

void reached(std::string_view probe) {
  if (simulation::present != nullptr) simulation::present->reached(probe);
}
bool mutant(Mutant which) { return simulation::present != nullptr && simulation::present->mutant(which); }
bool buggify(std::string_view place) { return simulation::present != nullptr && simulation::present->buggify(place); }

}  // namespace gatepost::core

namespace gatepost::hal {

// In the order of core's list.
bool mutant(Mutant which) {
  constexpr auto first = static_cast<int>(core::Mutant::opening_sent_again);
  static_assert(static_cast<int>(core::Mutant::opened_line_is_silent) - first ==
                static_cast<int>(Mutant::opened_line_is_silent));
  return core::mutant(static_cast<core::Mutant>(first + static_cast<int>(which)));
}

}  // namespace gatepost::hal

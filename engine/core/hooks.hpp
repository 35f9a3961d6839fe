// What the simulation hangs into the machines: places to reach, guards to take out, rare turns to take often.
//
// In the product each of these is a constant, and the compiler leaves nothing of it.
#pragma once

#include <string_view>

namespace gatepost::core {

/// A guard that the simulation takes out, to see that it is missed. tests/simulation/README.md tells by what.
enum class Mutant {
  none,
  // The lane.
  lane_gives_up_release,
  pressed_when_handled,
  sleep_before_scan_ignored,
  configured_under_way,
  call_id_ignored,
  clock_unset_accepted,
  expired_accepted,
  refused_accepted,
  deny_not_recorded_late,
  release_before_durable,
  late_record_untold,
  open_though_commit_failed,
  unrecorded_grant_posted,
  open_though_commit_slow,
  deadline_after_commit,
  failed_opening_remembered,
  answered_twice,
  policy_failure_grants,
  repeated_through_sleep,
  denied_keeps_reservation,
  reservations_ignored,
  rules_know_one_life,
  question_never_over,
  question_through_sleep,
  question_takes_time,
  said_for_everybody,
  replaced_unrecorded,
  // The gate.
  no_look_after_start,
  trusted_at_start,
  calls_overlap,
  gate_deadline_not_asked,
  released_not_at_rest,
  fire_off_rests_nothing,
  late_rest_trusted,
  failed_rest_trusted,
  rest_not_tried_again,
  late_opening_trusted,
  doubt_ignored,
  second_alarm_untold,
  failed_hold_trusted,
  hold_not_repeated,
  failed_passage_trusted,
  cancelled_passage_trusted,
  rest_during_alarm,
  no_spare_hand,
  stopped_without_rest,
  alarm_lets_passage_be,
  held_by_belief,
  no_settling,
  overdue_opening_untold,
  hung_passage_unrecorded,
  passage_over_untold,
  never_looked_at,
  unasked_passage_untold,
  failed_look_ignored,
  other_state_ignored,
  // The commit queue.
  late_written,
  failure_untold,
  posted_lost,
  put_back_behind,
  posts_unbounded,
  drops_untold,
  promised_in_doubt,
  damaged_for_ever,
  leader_never_answered,
  turn_free_while_handed,
  exclusive_starves,
  lanes_starve,
  flusher_not_woken,
  slow_untold,
  trouble_told_again,
  written_after_all_again,
  // The journal on its disk.
  mark_not_written,
  files_not_looked_at,
  wal_not_looked_at,
  wal_not_written_over,
  end_not_examined,
  cursor_of_another_epoch,
  pruned_past_outputs,
  erased_in_word_only,
  erased_apart,
  commit_not_synced,
  wal_copy_believed,
  backlog_forgotten,
  rewrite_forgotten,
  earlier_runs_forgotten,
  // The output.
  newest_not_asked,
  newest_error_ignored,
  held_hash_not_compared,
  held_less_is_put_back,
  hang_untold,
  backlog_last,
  backlog_passed_over,
  cursor_before_taken,
  cursor_before_confirmed,
  acknowledged_unsent,
  unconfirmed_not_sent_again,
  on_their_way_unbounded,
  parked_at_once,
  parks_everything,
  put_off_unbounded,
  put_off_forgotten,
  outlook_taken_back,
  kick_forgotten,
  no_nudge,
  // The boards' drivers and their connections.
  reset_is_close,
  opening_sent_again,
  last_look_left_out,
  given_up_is_settled,
  held_copy_forgotten,
  dead_guard_is_settled,
  frozen_board_is_settled,
  opened_line_is_silent,
};

#ifdef GATEPOST_SIMULATION

/// Counts that this place was reached.
void reached(std::string_view probe);
/// True in a run that has this guard taken out.
bool mutant(Mutant which);
/// True now and then, in some runs: the rare turn is taken.
bool buggify(std::string_view place);

#else

constexpr void reached(std::string_view) {}
constexpr bool mutant(Mutant) { return false; }
constexpr bool buggify(std::string_view) { return false; }

#endif

}  // namespace gatepost::core

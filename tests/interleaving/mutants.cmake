# Copies of the shell's sources in which a guard can be taken out while the program runs.
#
# gatepost_mutant(NAME SCENARIO FILE GUARDED TAKEN_OUT): where FILE has GUARDED, which it has once, the copy does TAKEN_OUT
# in runs that have NAME taken out. OUT in either text stands for the question whether this is such a run. A FILE that has
# changed so that GUARDED is not in it any more ends the configuration: tell here what stands for it now.
set(copies ${CMAKE_CURRENT_BINARY_DIR}/engine)
set(shell journal/archived_backlog.cpp journal/commits.cpp journal/cursors.cpp runtime/gate.cpp runtime/lane.cpp
  runtime/machine_runner.hpp runtime/network_monitor.cpp runtime/output.cpp runtime/policy_replay.cpp runtime/shared_policy.cpp
  runtime/subscribers.cpp runtime/watchdog.cpp runtime/worker.cpp observe/screen.cpp
  supervisor/teller.cpp)
set(mutant_list "")

foreach(file ${shell})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/${file})
  file(READ ${PROJECT_SOURCE_DIR}/engine/${file} text_${file})
endforeach()

function(gatepost_mutant name scenario file guarded taken_out)
  set(text "${text_${file}}")
  string(FIND "${text}" "${guarded}" first)
  string(FIND "${text}" "${guarded}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "tests/interleaving/mutants.cmake, ${name}: engine/${file} has this not once:\n${guarded}")
  endif()
  string(REPLACE "OUT" "gatepost::interleaving::is_out(\"${name}\")" taken_out "${taken_out}")
  string(REPLACE "${guarded}" "${taken_out}" text "${text}")
  set(text_${file} "${text}" PARENT_SCOPE)
  set(mutant_list "${mutant_list}    Mutant{\"${name}\", {\"${scenario}\", ${scenario}}},\n" PARENT_SCOPE)
endfunction()

# ---- The mutants

set(file journal/commits.cpp)
gatepost_mutant(answer_looked_at_before_woken commits ${file}
  "if (own.leads) return call;"
  "if (own.leads || (OUT && own.answer)) return call;")
gatepost_mutant(answer_looked_at_with_lock commits ${file}
  "if (own.leads || ("
  "const auto is_answered = [&] { const Lock lock(mutex_); return own.answer.has_value(); }; if (own.leads || (OUT && is_answered()) || (")
gatepost_mutant(woken_before_answered commits ${file}
  "waiting->answer = std::move(answer->result);"
  "if (OUT && waiting != own) waiting->woken.release(); waiting->answer = std::move(answer->result);")
gatepost_mutant(brought_without_lock commits ${file}
  "const Lock lock(mutex_);\n    if (own"
  "Lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    if (own")
gatepost_mutant(flusher_not_notified commits ${file}
  "if (told.flusher) wake"
  "if (told.flusher && !OUT) wake")
gatepost_mutant(watch_not_notified commits ${file}
  "if (told.watch) wake"
  "if (told.watch && !OUT) wake")
gatepost_mutant(plan_not_compared commits ${file}
  "return (queue_.*due)() != planned;"
  "return !OUT && (queue_.*due)() != planned;")
gatepost_mutant(batches_without_lock commits ${file}
  "const std::scoped_lock lock(mutex_);\n  return queue_.batches();"
  "Lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  return queue_.batches();")

set(file runtime/shared_policy.cpp)
gatepost_mutant(learns_while_decided shared_policy ${file}
  "return deciding_ == 0;"
  "return OUT || deciding_ == 0;")
gatepost_mutant(decides_while_learning shared_policy ${file}
  "!shared.learning_ &&"
  "(OUT || !shared.learning_) &&")
gatepost_mutant(expected_not_asked shared_policy ${file}
  "shared.learned_ >= expected;"
  "(OUT || shared.learned_ >= expected);")
gatepost_mutant(decided_not_notified shared_policy ${file}
  "shared_->changed_.notify_all();"
  "if (!OUT) shared_->changed_.notify_all();")
gatepost_mutant(learned_not_notified shared_policy ${file}
  "  }\n  changed_.notify_all();"
  "  }\n  if (!OUT) changed_.notify_all();")

set(file runtime/policy_replay.cpp)
gatepost_mutant(begun_without_lock policy_replay ${file}
  "const std::scoped_lock lock(mutex_);  // the site may be stopped by now"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();")
gatepost_mutant(record_not_notified policy_replay ${file}
  "wake_.notify_one();"
  "if (!OUT) wake_.notify_one();")
gatepost_mutant(ended_not_notified policy_replay ${file}
  "    ended_ = true;\n    wake_.notify_all();"
  "    ended_ = true;\n    if (!OUT) wake_.notify_all();")
gatepost_mutant(told_before_read policy_replay ${file}
  "  for (const auto& follower : added) {\n    if (auto learned = follower->catch_up(); !learned) {"
  "  for (const auto& follower : added) {\n    if (auto learned = OUT ? Result<void>() : follower->catch_up(); !learned) {")

set(file runtime/machine_runner.hpp)
gatepost_mutant(posted_without_lock machine_runner ${file}
  "    std::unique_lock lock(mutex_);\n    inbox_"
  "    std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    inbox_")
gatepost_mutant(run_by_two machine_runner ${file}
  "if (running_) return;"
  "if (running_ && !OUT) return;")
gatepost_mutant(performed_with_lock machine_runner ${file}
  "for (Effect& effect : effects_) perform_(std::move(effect), self);"
  "if (OUT) lock.lock();\n      for (Effect& effect : effects_) perform_(std::move(effect), self);\n      if (OUT) lock.unlock();")
gatepost_mutant(due_set_after_looked_at machine_runner ${file}
  "    Watchdog::set_due(*this, due);"
  "    if (OUT) { watchdog_.look_by(due); mutex_.unlock(); mutex_.lock(); } Watchdog::set_due(*this, due); if (OUT) return {};")
gatepost_mutant(change_not_notified machine_runner ${file}
  "    changed_.notify_all();"
  "    if (!OUT) changed_.notify_all();")
gatepost_mutant(watchdog_not_told machine_runner ${file}
  "      watchdog_.look_by(due);  // before"
  "      if (!OUT) watchdog_.look_by(due);  // before")
gatepost_mutant(touched_when_done machine_runner ${file}
  "    running_ = false;"
  "    running_ = false;\n    if (OUT) { changed_.notify_all(); lock.unlock(); now_of(clock_); return; }")
gatepost_mutant(read_without_lock machine_runner ${file}
  "const std::scoped_lock lock(mutex_);\n    return f(machine_);"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    return f(machine_);")

set(file runtime/gate.cpp)
gatepost_mutant(lane_not_abandoned gate ${file}
  "opened_by_->abandon();"
  "(OUT ? &board_ : opened_by_)->abandon();")
gatepost_mutant(lane_calls_board gate ${file}
  "if (self != nullptr && &self->worker() == &board_)"
  "if (self != nullptr && (OUT || &self->worker() == &board_))")

set(file runtime/lane.cpp)
gatepost_mutant(exchanged_under_way lane ${file}
  "return lane.is_idle(); })) return Pause"
  "return OUT || lane.is_idle(); })) return Pause")
gatepost_mutant(gate_read_without_lock lane ${file}
  "const std::scoped_lock lock(mutex_);\n  return gate_;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  return gate_;")
gatepost_mutant(gate_dropped_open lane ${file}
  "if (dropped) dropped->close();"
  "if (dropped && !OUT) dropped->close();")

set(file runtime/watchdog.cpp)
gatepost_mutant(look_asked_without_lock watchdog ${file}
  "const std::scoped_lock lock(mutex_);\n    look_ = true;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    look_ = true;")
gatepost_mutant(look_not_notified watchdog ${file}
  "  changed_.notify_one();"
  "  if (!OUT) changed_.notify_one();")
gatepost_mutant(next_look_not_cleared watchdog ${file}
  "next_look_ = none;"
  "if (!OUT) next_look_ = none;")
gatepost_mutant(removed_while_ticked watchdog ${file}
  "return telling_ != &watched;"
  "return OUT || telling_ != &watched;")
gatepost_mutant(told_not_notified watchdog ${file}
  "told_.notify_all();"
  "if (!OUT) told_.notify_all();")
gatepost_mutant(due_cleared_after_tick watchdog ${file}
  "watched->due_ = none;  // whoever is ticked says anew when he is due\n      lock.unlock();\n      watched->tick();"
  "if (!OUT) watched->due_ = none;\n      lock.unlock();\n      watched->tick(); if (OUT) watched->due_ = none;")

set(file runtime/worker.cpp)
gatepost_mutant(task_not_notified worker ${file}
  "start();\n  }\n  changed_.notify_all();"
  "start();\n  }\n  if (!OUT) changed_.notify_all();")
gatepost_mutant(stop_not_notified worker ${file}
  "stopping_ = true;\n  }\n  changed_.notify_all();"
  "stopping_ = true;\n  }\n  if (!OUT) changed_.notify_all();")
gatepost_mutant(stop_without_lock worker ${file}
  "const std::scoped_lock lock(mutex_);\n    stopping_ = true;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    stopping_ = true;")
gatepost_mutant(no_successor worker ${file}
  "|| threads_.back().abandoned) start();"
  "|| (threads_.back().abandoned && !OUT)) start();")
gatepost_mutant(abandoned_goes_on worker ${file}
  "if (self.abandoned || tasks_.empty()) break;"
  "if ((self.abandoned && !OUT) || tasks_.empty()) break;")
gatepost_mutant(joined_before_ended worker ${file}
  "ended_.wait(lock, [&] { return all_ended(); });"
  "ended_.wait(lock, [&] { return OUT || all_ended(); });")
gatepost_mutant(end_not_notified worker ${file}
  "ended_.notify_all();"
  "if (!OUT) ended_.notify_all();")

set(file runtime/subscribers.cpp)
gatepost_mutant(news_not_notified subscribers ${file}
  "wake_.notify_one();"
  "if (!OUT) wake_.notify_one();")
gatepost_mutant(news_added_without_lock subscribers ${file}
  "const std::scoped_lock lock(mutex_);\n    if (waiting_.size()"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    if (waiting_.size()")
gatepost_mutant(drained_not_notified subscribers ${file}
  "if (waiting_.empty()) drained_"
  "if (waiting_.empty() && !OUT) drained_")
gatepost_mutant(telling_not_asked subscribers ${file}
  "return waiting_.empty() && !telling_;"
  "return waiting_.empty() && (OUT || !telling_);")

set(file runtime/output.cpp)
gatepost_mutant(place_not_given_way output ${file}
  "if (!has_given_way_) move();"
  "if (OUT || !has_given_way_) move();")
gatepost_mutant(gives_way_without_lock output ${file}
  "const std::scoped_lock lock(place_);\n  has_given_way_"
  "std::unique_lock lock(place_, std::defer_lock); if (!OUT) lock.lock();\n  has_given_way_")
gatepost_mutant(cancelled_by_whoever_asks output ${file}
  "  if (!canceller_) canceller_"
  "  if (OUT) return static_cast<void>(under_way_.request_stop());\n  if (!canceller_) canceller_")
gatepost_mutant(not_cancelled output ${file}
  "{ source.request_stop(); }"
  "{ if (!OUT) source.request_stop(); }")
gatepost_mutant(stop_of_the_call_before output ${file}
  "  under_way_ = std::stop_source();"
  "  if (!OUT) under_way_ = std::stop_source();")
gatepost_mutant(sink_may_throw output ${file}
  "  } catch (...) {"
  "  } catch (...) {\n    if (OUT) throw;")

set(file journal/cursors.cpp)
gatepost_mutant(durable_not_notified output ${file}
  "    last_ = last;\n  }\n  wake_.notify_all();"
  "    last_ = last;\n  }\n  if (!OUT) wake_.notify_all();")
gatepost_mutant(durable_without_lock output ${file}
  "const std::scoped_lock lock(mutex_);\n    last_ = last;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    last_ = last;")
gatepost_mutant(letters_not_notified output ${file}
  "    letters_ = std::move(all);\n  }\n  wake_.notify_all();"
  "    letters_ = std::move(all);\n  }\n  if (!OUT) wake_.notify_all();")

set(file journal/archived_backlog.cpp)
gatepost_mutant(arrear_moved_without_lock output ${file}
  "const std::scoped_lock lock(mutex_);\n  auto& all"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  auto& all")

set(file runtime/network_monitor.cpp)
gatepost_mutant(monitor_not_woken output ${file}
  "  static_cast<void>(::eventfd_write"
  "  if (!OUT) static_cast<void>(::eventfd_write")
gatepost_mutant(output_leaves_without_lock output ${file}
  "const std::scoped_lock lock(mutex_);\n  std::erase"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  std::erase")

set(file supervisor/teller.cpp)
gatepost_mutant(word_added_without_lock teller ${file}
  "const std::scoped_lock lock(mutex_);\n    if (closed_) return;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    if (closed_) return;")
gatepost_mutant(end_of_telling_not_notified teller ${file}
  "at_work_ = false;\n  wake_.notify_all();"
  "at_work_ = false;\n  if (!OUT) wake_.notify_all();")
gatepost_mutant(device_gone_while_told teller ${file}
  "return !at_work_;"
  "return OUT || !at_work_;")

set(file observe/screen.cpp)
gatepost_mutant(line_not_notified screen ${file}
  "wake_.notify_one();"
  "if (!OUT) wake_.notify_one();")
gatepost_mutant(writing_not_asked screen ${file}
  "return waiting_.empty() && !writing_;"
  "return waiting_.empty() && (OUT || !writing_);")
gatepost_mutant(written_not_notified screen ${file}
  "if (waiting_.empty()) drained_"
  "if (waiting_.empty() && !OUT) drained_")

# ---- The copies

foreach(file ${shell})
  # Reports name the product's file and line, for no mutant adds a line.
  set(head "#include \"interleaving/mutants.hpp\"\n#line 1 \"engine/${file}\"\n")
  if(file MATCHES "hpp$")  # the guard against a second inclusion comes before all else
    string(REPLACE "\n#pragma once\n" "\n\n" text_${file} "${text_${file}}")
    string(PREPEND head "#pragma once\n")
  endif()
  file(CONFIGURE OUTPUT ${copies}/${file} CONTENT "${head}${text_${file}}" @ONLY)
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/mutants.inc CONTENT "${mutant_list}" @ONLY)

# Guards of engine/runtime; ../mutants.cmake tells what they are made of.

set(file runtime/shared_policy.cpp)
gatepost_mutant(learns_while_decided shared_policy ${file}
  "changed_.wait(lock, [&] { return !shared.taken_; });"
  "changed_.wait(lock, [&] { return OUT || !shared.taken_; });")
gatepost_mutant(decides_while_taken shared_policy ${file}
  "return !shared.taken_ && shared"
  "return (OUT || !shared.taken_) && shared")
gatepost_mutant(expected_not_asked shared_policy ${file}
  "shared.learned_ >= shared.expected_;"
  "(OUT || shared.learned_ >= shared.expected_);")
gatepost_mutant(turn_end_not_notified shared_policy ${file}
  "shared_->changed_.notify_all();"
  "if (!OUT) shared_->changed_.notify_all();")
gatepost_mutant(reserved_too_late shared_policy ${file}
  "decided.held = reserve(attempt);"
  "{ if (OUT) const auto ends = std::move(turn); decided.held = reserve(attempt); }")

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
gatepost_mutant(lane_calls_board gate ${file}
  "if (self != nullptr && &self->worker() == this)"
  "if (self != nullptr && (OUT || &self->worker() == this))")
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

set(file runtime/drop_oldest_queue.hpp)
gatepost_mutant(news_not_notified subscribers ${file}
  "wake_.notify_one();"
  "if (!OUT) wake_.notify_one();")
gatepost_mutant(news_added_without_lock subscribers ${file}
  "const std::scoped_lock lock(mutex_);\n      if (waiting_.size()"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n      if (waiting_.size()")
gatepost_mutant(drained_not_notified screen ${file}
  "if (waiting_.empty()) drained_"
  "if (waiting_.empty() && !OUT) drained_")
gatepost_mutant(telling_not_asked subscribers ${file}
  "return waiting_.empty() && !taking_;"
  "return waiting_.empty() && (OUT || !taking_);")

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

set(file runtime/network_monitor.cpp)
gatepost_mutant(monitor_not_woken output ${file}
  "  static_cast<void>(::eventfd_write"
  "  if (!OUT) static_cast<void>(::eventfd_write")
gatepost_mutant(output_leaves_without_lock output ${file}
  "const std::scoped_lock lock(mutex_);\n  std::erase"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  std::erase")

set(file runtime/fire_alarm.cpp)
gatepost_mutant(sounds_without_lock fire_alarm ${file}
  "const std::scoped_lock lock(mutex_);\n  const bool news"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  const bool news")
gatepost_mutant(lanes_told_after_unlocked fire_alarm ${file}
  "  if (news) tell_all();"
  "  if (news && OUT) { const auto lanes = lanes_; const bool is_on = !sounding_.empty(); mutex_.unlock(); for (Lane* lane : lanes) lane->hold_open(is_on); mutex_.lock(); }\n  if (news && !OUT) tell_all();")
gatepost_mutant(new_lanes_not_told fire_alarm ${file}
  "  lanes_ = std::move(lanes);\n  tell_all();"
  "  lanes_ = std::move(lanes);\n  if (!OUT) tell_all();")

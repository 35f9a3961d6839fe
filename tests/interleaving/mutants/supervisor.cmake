# Guards of engine/supervisor; ../mutants.cmake tells what they are made of.

set(file supervisor/input_feedback.cpp)
gatepost_mutant(word_added_without_lock input_feedback ${file}
  "const std::scoped_lock lock(mutex_);\n    if (closed_) return;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n    if (closed_) return;")
gatepost_mutant(end_of_telling_not_notified input_feedback ${file}
  "at_work_ = false;\n  wake_.notify_all();"
  "at_work_ = false;\n  if (!OUT) wake_.notify_all();")
gatepost_mutant(device_gone_while_told input_feedback ${file}
  "return !at_work_;"
  "return OUT || !at_work_;")

set(file supervisor/input_runner.cpp)
gatepost_mutant(bell_of_one_that_is_gone input_runner ${file}
  "  if (detached_) return;\n  if (signal"
  "  if (detached_ && !OUT) return;\n  if (signal")
gatepost_mutant(detached_in_two_steps input_runner ${file}
  "  lane_ = nullptr;\n  detached_"
  "  if (OUT) { mutex_.unlock(); mutex_.lock(); }\n  lane_ = nullptr;\n  detached_")
gatepost_mutant(emitted_without_lock input_runner ${file}
  "const std::scoped_lock lock(mutex_);  // so that detach knows that nobody is in the lane"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();")
gatepost_mutant(call_not_notified input_runner ${file}
  "    hurry_ = true;\n  }\n  wake_"
  "    hurry_ = true;\n  }\n  if (!OUT) wake_")
gatepost_mutant(call_forgotten input_runner ${file}
  "  Lock lock(mutex_);\n  return wake_.wait_for(lock, stop, length"
  "  Lock lock(mutex_); if (OUT) hurry_ = false;\n  return wake_.wait_for(lock, stop, length")
gatepost_mutant(settled_not_notified input_runner ${file}
  "    settled_ = how;\n  }\n  wake_"
  "    settled_ = how;\n  }\n  if (!OUT) wake_")
gatepost_mutant(end_of_work_not_notified input_runner ${file}
  "  at_work_ = false;\n  wake_"
  "  at_work_ = false;\n  if (!OUT) wake_")
gatepost_mutant(let_go_while_told input_runner ${file}
  "return !feedback_ || feedback_"
  "return OUT || !feedback_ || feedback_")

set(file supervisor/flight_recorder.cpp)
gatepost_mutant(tape_read_without_lock input_runner ${file}
  "const std::scoped_lock lock(mutex_);\n  return now_;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  return now_;")

set(file supervisor/reloader.cpp)
gatepost_mutant(ask_not_notified reloader ${file}
  "    return asked_.notify_all();"
  "    if (!OUT) asked_.notify_all(); return;")
gatepost_mutant(asked_when_ended reloader ${file}
  "  if (!ended_) {"
  "  if (OUT || !ended_) {")
gatepost_mutant(end_of_reloads_not_notified reloader ${file}
  "  ended_ = true;\n  asked_"
  "  ended_ = true;\n  if (!OUT) asked_")
gatepost_mutant(askers_taken_when_read reloader ${file}
  "    for (const Told& answer : askers)"
  "    if (OUT) { lock.lock(); for (auto& more : waiting_) const_cast<std::vector<Told>&>(askers).push_back(std::move(more)); waiting_.clear(); lock.unlock(); }\n    for (const Told& answer : askers)")

# Guards of engine/journal; ../mutants.cmake tells what they are made of.

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

# Guards of plugins; ../mutants.cmake tells what they are made of.

set(file plugins/output/lamp/lights.cpp)
gatepost_mutant(wish_not_notified lights ${file}
  "  changed_.notify_all();"
  "  if (!OUT) changed_.notify_all();")
gatepost_mutant(wish_forgotten lights ${file}
  "    news_ = false;\n    const auto done = switch_all(lock, now());"
  "    if (!OUT) news_ = false;\n    const auto done = switch_all(lock, now()); if (OUT) news_ = false;")
gatepost_mutant(switched_with_lock lights ${file}
  "if (done) done = board_->set(channel, lit);\n    lock.lock();"
  "if (OUT) lock.lock(); if (done) done = board_->set(channel, lit);\n    if (!OUT) lock.lock();")
gatepost_mutant(trouble_read_without_lock lights ${file}
  "const std::scoped_lock lock(mutex_);\n  return trouble_;"
  "std::unique_lock lock(mutex_, std::defer_lock); if (!OUT) lock.lock();\n  return trouble_;")

set(file plugins/output/turnstile_relay/sensors.cpp)
gatepost_mutant(looked_at_in_a_passage sensors ${file}
  "!sensor->serves)"
  "OUT || !sensor->serves)")
gatepost_mutant(freed_without_lock sensors ${file}
  "const std::scoped_lock look(sensor->mutex);\n  sensor->serves"
  "std::unique_lock look(sensor->mutex, std::defer_lock); if (!OUT) look.lock();\n  sensor->serves")
gatepost_mutant(refused_while_looked_at sensors ${file}
  "const std::scoped_lock look(sensor.mutex);  // waits for whoever looks whether it is there, but for no passage"
  "std::unique_lock look(sensor.mutex, std::defer_lock); if (!OUT) look.lock(); else if (!look.try_lock()) return Error{};")

// Standard output or standard error, for a process that must not wait for whoever reads it.
#pragma once

#include <gatepost/time.hpp>
#include <string>
#include <utility>

#include "runtime/drop_oldest_queue.hpp"

namespace gatepost::observe {

/// Writes lines on a thread of its own. A pipe that is full or a terminal that is stopped (Ctrl-S) holds that thread
/// and nobody else: the oldest lines are left out then, and a line says how many. Thread-safe. Its end waits for the
/// write under way; call drained() before.
class Screen {
 public:
  /// `descriptor` stays open as long as it lives.
  explicit Screen(int descriptor);

  /// Without a line end; one is added.
  void print(std::string line) { lines_.add(std::move(line)); }
  /// Whether all has been written within `patience`.
  bool drained(Duration patience) { return lines_.drained(patience); }

 private:
  runtime::DropOldestQueue<std::string> lines_;
};

}  // namespace gatepost::observe

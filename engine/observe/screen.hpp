// Standard output or standard error, for a process that must not wait for whoever reads it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <gatepost/time.hpp>
#include <mutex>
#include <string>
#include <thread>

namespace gatepost::observe {

/// Writes lines on a thread of its own. A pipe that is full or a terminal that is stopped (Ctrl-S) holds that thread
/// and nobody else: at most `most_waiting` lines wait, then the oldest are left out, and a line says how many.
/// Thread-safe.
class Screen {
 public:
  static constexpr std::size_t most_waiting = 1024;

  /// `descriptor` stays open as long as it lives.
  explicit Screen(int descriptor);
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  /// Waits for the write under way; call drained() before.
  ~Screen() = default;

  /// Without a line end; one is added.
  void print(std::string line);
  /// Whether all has been written within `patience`.
  bool drained(Duration patience);

 private:
  void work(const std::stop_token& stop);

  const int descriptor_;
  std::mutex mutex_;
  std::condition_variable_any wake_, drained_;
  std::deque<std::string> waiting_;
  std::size_t left_out_ = 0;
  bool writing_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::observe

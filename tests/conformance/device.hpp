// The device at the other end of a line: a program of the plugin's author plays it (conformance.device), and this
// stands between the two, so that what is sent is seen and what is answered can be held back.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>

#include "world/pty.hpp"

namespace gatepost::conformance {

class Device {
 public:
  using Clock = std::chrono::steady_clock;

  /// Runs `program` by the shell, with what the driver sends as its input and what it prints as the answer.
  explicit Device(const std::string& program);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// What stands for it in an address: /dev/pts/7.
  const std::string& name() const { return line_.name(); }

  /// From now on it hears nothing and says nothing; what is sent meanwhile is lost.
  void freeze(bool frozen) { frozen_ = frozen; }

  /// Bytes that the driver has sent, and when the last of them came.
  std::size_t sent() const { return sent_; }
  Clock::time_point sent_at() const { return Clock::time_point(Clock::duration(sent_at_)); }

 private:
  void pump(const std::stop_token& stop);

  world::Pty line_;
  pid_t player_ = -1;
  int to_player_ = -1, from_player_ = -1;
  std::atomic<bool> frozen_ = false;
  std::atomic<std::size_t> sent_ = 0;
  std::atomic<Clock::rep> sent_at_{};
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::conformance

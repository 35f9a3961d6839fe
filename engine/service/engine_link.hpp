// The engine, as the service's program has it: at the other end of its standard input.
#pragma once

#include <atomic>
#include <chrono>

#include "plugin/service_message.hpp"

namespace gatepost::service {

/// Thread-safe.
class EngineLink {
 public:
  explicit EngineLink(int socket) : socket_(socket) {}

  /// The one message that the engine begins with.
  Result<plugin::ServiceStart> read_start() const;

  /// Waits at most a second: an engine that does not listen is told nothing, and holds nobody up.
  void say(const plugin::ServiceNews& news) const;
  /// At most once in half a second, whoever calls.
  void say_alive();

  /// Returns once the engine has hung up: it wants the service to stop, or has ended.
  void wait_for_the_end() const;
  /// From another thread: it returns now.
  void stop_waiting() const;

 private:
  const int socket_;
  std::atomic<std::chrono::steady_clock::rep> said_alive_ = 0;
};

}  // namespace gatepost::service

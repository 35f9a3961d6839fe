// Ctrl-C as a stop token.
#pragma once

#include <pthread.h>

#include <csignal>
#include <stop_token>
#include <thread>

namespace gatepost::devices {

/// While it lives SIGINT and SIGTERM do not end the process but ask its token to stop. Made before any other thread.
class Interrupt {
 public:
  Interrupt() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    listener_ = std::jthread([this](const std::stop_token& over) {
      const timespec look{0, 100'000'000};  // for the end of this object; a signal comes at once
      while (!over.stop_requested())
        if (sigtimedwait(&signals_, nullptr, &look) > 0) source_.request_stop();
    });
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token stop() const { return source_.get_token(); }

 private:
  sigset_t signals_{};
  std::stop_source source_;
  std::jthread listener_;
};

}  // namespace gatepost::devices

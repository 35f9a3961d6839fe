// Hears from the kernel that the machine's network has changed.
#pragma once

#include <gatepost/result.hpp>

namespace gatepost::delivery {

/// A socket of the kernel's routing messages (rtnetlink(7)): links, addresses and routes that came or went, in the
/// network namespace of the thread that opened it. It needs no privilege.
class NetworkEvents {
 public:
  static Result<NetworkEvents> open();
  NetworkEvents(NetworkEvents&& other) noexcept;
  NetworkEvents& operator=(NetworkEvents&& other) noexcept;
  ~NetworkEvents();

  /// To wait on for reading.
  int descriptor() const { return socket_; }

  /// Reads what has come, without waiting; true where it may have changed what can be reached.
  bool changed() const;

 private:
  explicit NetworkEvents(int socket) : socket_(socket) {}
  int socket_;
};

}  // namespace gatepost::delivery

// Hears from the kernel that the machine's network has changed.
#pragma once

#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <utility>

namespace gatepost::runtime {

/// A socket of the kernel's routing messages (rtnetlink(7)): links, addresses and routes that came or went, in the
/// network namespace of the thread that opened it. It needs no privilege.
class NetworkEvents {
 public:
  static Result<NetworkEvents> open();

  /// To wait on for reading.
  int descriptor() const { return socket_.number(); }

  /// Reads what has come, without waiting; true where it may have changed what can be reached.
  bool changed() const;

 private:
  explicit NetworkEvents(FileDescriptor socket) : socket_(std::move(socket)) {}
  FileDescriptor socket_;
};

}  // namespace gatepost::runtime

// In place of what the kernel tells of its network: a scenario says when it changes.
#pragma once

#include <sys/eventfd.h>

#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>

namespace gatepost::runtime {

/// What a run's NetworkEvents hear; a scenario makes one before them.
class Network {
 public:
  Network() { present() = this; }
  ~Network() { present() = nullptr; }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  void changes() const { static_cast<void>(::eventfd_write(news_.number(), 1)); }
  int descriptor() const { return news_.number(); }

  static Network*& present() {
    static Network* network = nullptr;
    return network;
  }

 private:
  const FileDescriptor news_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

class NetworkEvents {
 public:
  static Result<NetworkEvents> open() { return NetworkEvents(); }
  static int descriptor() { return Network::present()->descriptor(); }
  static bool changed() {
    eventfd_t count = 0;
    return ::eventfd_read(descriptor(), &count) == 0;
  }
};

}  // namespace gatepost::runtime

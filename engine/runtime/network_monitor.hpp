// Tells the outputs of a site when the machine's network has changed.
#pragma once

#include <gatepost/file_descriptor.hpp>
#include <gatepost/time.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "runtime/network_events.hpp"

namespace gatepost::runtime {

class Output;

/// Its thread hears of the network as the thread does that makes it. Outputs come and go while it works.
class NetworkMonitor {
 public:
  static constexpr Duration default_gather = std::chrono::seconds(1);

  /// `gather`: a link that comes up is many messages: one kick first, one after that time.
  explicit NetworkMonitor(Duration gather = default_gather);
  ~NetworkMonitor();
  NetworkMonitor(const NetworkMonitor&) = delete;
  NetworkMonitor& operator=(const NetworkMonitor&) = delete;

  /// Called by the Output itself.
  void joins(Output& output);
  void leaves(Output& output);

  /// Why changes of the network are not heard, where they are not.
  std::optional<Error> deaf() const;

 private:
  void work(const std::stop_token& stop);
  void wait_for_change() const;
  void wait(Duration length) const;
  void kick_all();

  const Duration gather_;
  const Result<NetworkEvents> events_;
  const FileDescriptor wake_;
  std::mutex mutex_;
  std::vector<Output*> outputs_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::runtime

// Hands the metrics to whoever fetches them on this machine.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <gatepost/result.hpp>
#include <memory>
#include <string>
#include <thread>

#include "config/metrics_place.hpp"

namespace gatepost::observe {

/// HTTP/1.1 (RFC 9112): GET or HEAD of /metrics, nothing else. At most 8 connections, 4 KiB of request, 10 s for a
/// request to be whole, 75 s between two.
class MetricsServer {
 public:
  static constexpr std::size_t most_clients = 8;
  /// The whole exposition; called on the server's thread.
  using Text = std::function<std::string()>;

  /// A Unix socket may be opened by its owner and group.
  static Result<std::unique_ptr<MetricsServer>> start(const config::MetricsPlace& place, Text text);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  class Listener;

 private:
  explicit MetricsServer(config::MetricsPlace place);

  const config::MetricsPlace place_;
  boost::asio::io_context context_{1};
  std::unique_ptr<Listener> listener_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::observe

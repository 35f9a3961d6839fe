// A site's services at work: each has its process, and a socket that answers what this service may ask and no more.
#pragma once

#include <functional>
#include <gatepost/host.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/server.hpp"
#include "plugin/catalogue.hpp"
#include "supervisor/service_runner.hpp"

namespace gatepost::api {

class Services {
 public:
  /// The engine's Host for the service of that name.
  using Hosts = std::function<std::shared_ptr<Host>(const config::PluginUse& service)>;

  /// The catalogue, and what the verbs use, outlive it. `journal`: where the site keeps its Records.
  Services(const plugin::Catalogue& catalogue, std::filesystem::path journal, Verbs verbs, Hosts hosts,
           supervisor::ServicePatience patience = {});
  /// Waits till every process has ended: the patience of stopping and a moment at most.
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  /// Starts what the site names and does not run, stops what it does not name any more, exchanges what has changed;
  /// what stays the same goes on. Takes as long as one service takes to stop. From one thread at a time.
  void follow(const config::Site& site);

  /// Asks all of them to stop, and answers none of them any more. Waits for an answer that is being made, not for them.
  void request_stop();

  std::vector<supervisor::ServiceRunner::Vitals> vitals() const;

 private:
  struct Running {
    config::PluginUse use;
    std::shared_ptr<Host> host;      ///< where it cannot be started at all
    std::unique_ptr<Server> server;  ///< outlives the runner
    std::unique_ptr<supervisor::ServiceRunner> runner;
  };
  std::unique_ptr<Running> start(const config::PluginUse& use) const;
  std::vector<std::unique_ptr<Running>> take_out(const config::Site& site);

  const plugin::Catalogue& catalogue_;
  const std::filesystem::path journal_;
  const Verbs verbs_;
  const Hosts hosts_;
  const supervisor::ServicePatience patience_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Running>> running_;  ///< in the order of the site file, but for a moment
  bool stopping_ = false;
};

}  // namespace gatepost::api

// A running site's API at work: its own socket, its services and theirs, and the threads that answer.
#pragma once

#include <memory>

#include "api/followers.hpp"
#include "api/server.hpp"
#include "api/services.hpp"
#include "api/site_verbs.hpp"
#include "api/worker.hpp"

namespace gatepost::api {

class SiteApi {
 public:
  /// All of it outlives the SiteApi.
  struct Of {
    supervisor::RunningSite& running;
    supervisor::Reloader& reloader;
    const plugin::Catalogue& catalogue;
    Status& status;
    const SiteMetrics& metrics;
    observe::Traces& traces;
    const Clock& clock;
  };
  explicit SiteApi(const Of& of);
  SiteApi(const SiteApi&) = delete;
  SiteApi& operator=(const SiteApi&) = delete;
  /// After close(). Waits till every service has ended, the patience of stopping at most.
  ~SiteApi() = default;

  /// Listens beside the site's journal and starts the site's services. An Error where nobody can listen: the gates and
  /// the services work all the same.
  Result<void> open();

  /// The site's services are those of this Site from now on.
  void follow(const config::Site& site) { services_.follow(site); }

  /// From now on nobody is answered, and nothing of the running site is asked; services are told to stop. False where
  /// an answer that is under way does not end within `patience`: then nothing may be destroyed.
  bool close(Duration patience);

 private:
  supervisor::RunningSite& running_;
  Worker worker_;
  Followers followers_;
  const Verbs verbs_;
  Services services_;
  std::unique_ptr<Server> server_;
};

}  // namespace gatepost::api

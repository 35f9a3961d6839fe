#include "api/site_api.hpp"

#include "api/client.hpp"

namespace gatepost::api {

SiteApi::SiteApi(const Of& of)
    : running_(of.running),
      followers_(of.running.site()->journal.file, [&running = of.running] { return running.last(); }),
      verbs_(verbs_of({of.running, of.reloader, of.status, of.metrics, of.traces, followers_, worker_, of.clock})),
      services_(of.catalogue, of.running.site()->journal.file, verbs_,
                [&running = of.running](const config::PluginUse& service) { return running.host(service); }) {
  of.running.when_durable([this] { followers_.news(); });
  of.status.tell_of(services_);
}

Result<void> SiteApi::open() {
  const auto site = running_.site();
  services_.follow(*site);
  auto server = Server::start(socket_of(site->journal.file), verbs_);
  if (!server) return server.error();
  server_ = std::move(*server);
  return {};
}

bool SiteApi::close(Duration patience) {
  server_.reset();
  services_.request_stop();
  followers_.stop();
  return worker_.stop(patience);
}

}  // namespace gatepost::api

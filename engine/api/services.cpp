#include "api/services.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "config/difference.hpp"

namespace gatepost::api {
namespace {

constexpr Pace pace_of_a_service{.a_second = 50, .at_once = 100};

// What every service may ask, as every plugin object may by its Host.
constexpr std::array<const char*, 1> asked_by_all{"pseudonym"};

}  // namespace

Services::Services(const plugin::Catalogue& catalogue, std::filesystem::path journal, Verbs verbs, Hosts hosts,
                   supervisor::ServicePatience patience)
    : catalogue_(catalogue),
      journal_(std::move(journal)),
      verbs_(std::move(verbs)),
      hosts_(std::move(hosts)),
      patience_(patience) {}

Services::~Services() { request_stop(); }

std::unique_ptr<Services::Running> Services::start(const config::PluginUse& use) const {
  auto running = std::make_unique<Running>(Running{use, hosts_(use), {}, {}});
  const plugin::Plugin* plugin = catalogue_.find(use.plugin->name);
  std::vector<const char*> asked(use.plugin->asks, use.plugin->asks + use.plugin->asks_count);
  asked.insert(asked.end(), asked_by_all.begin(), asked_by_all.end());
  const std::filesystem::path socket = journal_.string() + ".service-" + use.instance.name;
  auto server = Server::start(socket, verbs_.only(asked, use.service.allow), pace_of_a_service);
  if (!server || plugin == nullptr) {
    running->host->alarm_begins("service_failing",
                                server ? Error{"its plugin is gone", use.instance.name, "restart"} : server.error());
    return running;
  }
  running->server = std::move(*server);
  running->runner = std::make_unique<supervisor::ServiceRunner>(
      *plugin, use, socket, [hosts = hosts_, use] { return hosts(use); }, patience_);
  return running;
}

std::vector<std::unique_ptr<Services::Running>> Services::take_out(const config::Site& site) {
  const auto stays = [&](const std::unique_ptr<Running>& one) {
    return std::ranges::any_of(site.services, [&](const auto& use) { return config::same(use, one->use); });
  };
  std::vector<std::unique_ptr<Running>> leaving;
  const std::scoped_lock lock(mutex_);
  const auto first = std::stable_partition(running_.begin(), running_.end(), stays);
  std::move(first, running_.end(), std::back_inserter(leaving));
  running_.erase(first, running_.end());
  return leaving;
}

void Services::follow(const config::Site& site) {
  {
    auto leaving = take_out(site);
    for (const auto& one : leaving)
      if (one->runner) one->runner->request_stop();
  }  // they are gone by now: ports and folders are free
  for (const auto& use : site.services) {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return;
    const auto runs = [&](const auto& one) { return one->use.instance.name == use.instance.name; };
    if (std::ranges::none_of(running_, runs)) running_.push_back(start(use));
  }
}

void Services::request_stop() {
  std::vector<std::unique_ptr<Server>> servers;  // end without the mutex: what they answer may need it
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  for (const auto& one : running_) {
    if (one->runner) one->runner->request_stop();
    servers.push_back(std::move(one->server));
  }
}

std::vector<supervisor::ServiceRunner::Vitals> Services::vitals() const {
  std::vector<supervisor::ServiceRunner::Vitals> all;
  const std::scoped_lock lock(mutex_);
  for (const auto& one : running_)
    all.push_back(one->runner ? one->runner->vitals()
                              : supervisor::ServiceRunner::Vitals{.name = one->use.instance.name,
                                                                  .plugin = one->use.plugin->name,
                                                                  .state = supervisor::ServiceRunner::State::waiting});
  return all;
}

}  // namespace gatepost::api

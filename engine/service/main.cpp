// gatepost-service PLUGIN NAME: runs one service of a site for the engine, which is at the other end of its standard
// input and has left the plugin's bytes in descriptor 3. It ends when the engine does.
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "plugin/load.hpp"
#include "service/bounds.hpp"
#include "service/engine_link.hpp"
#include "service/remote_host.hpp"

namespace {

using namespace gatepost;
using plugin::ServiceNews;

constexpr int engine_descriptor = STDIN_FILENO;
constexpr int plugin_bytes = 3;

bool is_started_by_the_engine() {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(engine_descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

Result<std::unique_ptr<Service>> build(const plugin::ServiceStart& start, const std::shared_ptr<Host>& host) {
  const auto path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(plugin_bytes);
  const auto loaded = plugin::load(path, start.name);
  if (!loaded) return loaded.error();
  const Descriptor& descriptor = *loaded->descriptor;
  if (descriptor.kind != PluginKind::service)
    return Error{"is of another kind", descriptor.name, "name a plugin of kind service"};
  return descriptor.make.service(start.values, Instance{start.name, start.directory, host});
}

Result<void> run(service::EngineLink& link, const plugin::ServiceStart& start) {
  const auto host = std::make_shared<service::RemoteHost>(start.socket, start.data, link);
  auto object = build(start, host);
  if (!object) return object.error();
  if (start.socket.empty()) return {};  // it was only to be seen whether it can be built
  link.say({.kind = ServiceNews::Kind::up});
  std::stop_source stop;
  const std::jthread listener([&link, &stop] {
    link.wait_for_the_end();
    stop.request_stop();
  });
  auto ran = (*object)->run(*host, stop.get_token());
  link.stop_waiting();
  return ran;
}

}  // namespace

int main() {
  if (!is_started_by_the_engine()) {
    std::fputs("gatepost-service: the engine starts it, nobody else\n", stderr);
    return 2;
  }
  for (const int signal : {SIGINT, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  service::EngineLink link(engine_descriptor);
  const auto start = link.read_start();
  if (!start) return 1;
  service::bound_this_process(start->memory);
  const auto ran = run(link, *start);
  ServiceNews end{.kind = ServiceNews::Kind::ended};
  if (!ran) end.error = ran.error();
  link.say(end);
  std::_Exit(ran ? 0 : 1);  // threads that the service has left running are not waited for
}

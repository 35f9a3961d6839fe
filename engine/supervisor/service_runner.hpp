// A service with the thread that watches its process, and starts it again when it ends.
#pragma once

#include <condition_variable>
#include <functional>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/host.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "config/site.hpp"
#include "core/backoff.hpp"
#include "plugin/catalogue.hpp"
#include "plugin/service_process.hpp"

namespace gatepost::supervisor {

/// How long a service gets to stop, and how long is waited before it is run again: doubling, back to the first once it
/// has run for the longest.
struct ServicePatience {
  Duration stop = std::chrono::seconds(1);
  Duration first = std::chrono::milliseconds(500);
  Duration longest = std::chrono::minutes(1);
  Duration steady = std::chrono::seconds(2);  ///< at least; the wait before it, where that was longer
};

/// Nothing here waits for a service but its own thread. What the service logs, and its alarms, are its Host's; that it
/// fails is an alarm too, `service_failing`, till it runs steadily.
class ServiceRunner {
 public:
  /// Makes the engine's Host of this service: one for the runner, and one for each run, whose alarms end with it.
  using Hosts = std::function<std::shared_ptr<Host>()>;

  /// The plugin outlives it. `socket`: where the service finds the API. The process is started at once.
  ServiceRunner(const plugin::Plugin& plugin, const config::PluginUse& use, std::filesystem::path socket,
                const Hosts& hosts, ServicePatience patience = {});
  /// Waits till the process has ended, the patience of stopping and a moment at most.
  ~ServiceRunner();
  ServiceRunner(const ServiceRunner&) = delete;
  ServiceRunner& operator=(const ServiceRunner&) = delete;

  enum class State : std::uint8_t { starting, up, waiting };
  struct Vitals {
    std::string name, plugin;
    State state = State::starting;
    pid_t pid = 0;           ///< 0: none
    MonotonicTime since{};   ///< of the state
    std::uint64_t runs = 0;  ///< that were begun
    std::optional<Error> trouble{};
  };
  Vitals vitals() const;
  const std::string& name() const { return use_.instance.name; }

  /// Asks it to stop; who does not within the patience is killed. Returns at once.
  void request_stop();

 private:
  enum class End : std::uint8_t { stopped, failed };

  void work(const std::stop_token& stop);
  End run_once(const std::stop_token& stop);
  Error watch(plugin::ServiceProcess& process, Host& host, const std::stop_token& stop);
  void see_off(plugin::ServiceProcess& process);
  std::optional<Error> heed(const plugin::ServiceNews& news, Host& host);
  void turn(State state, pid_t pid);
  void fails(const Error& error);
  void recovers_if_steady();
  int next_wake_ms() const;

  const plugin::Plugin& plugin_;
  const config::PluginUse use_;
  const std::filesystem::path socket_;
  const Hosts hosts_;
  const ServicePatience patience_;
  const std::shared_ptr<Host> host_;
  const FileDescriptor stop_event_;

  mutable std::mutex mutex_;  ///< of vitals_
  Vitals vitals_;
  // Of the thread.
  core::Backoff backoff_;
  Duration waited_{};         ///< before this run
  MonotonicTime alive_at_{};  ///< when it has said so last
  bool failing_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::supervisor

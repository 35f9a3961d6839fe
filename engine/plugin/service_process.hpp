// A service's process, from the engine's side: started with the very bytes that were examined, spoken to over one
// socket, seen off.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>

#include "plugin/catalogue.hpp"
#include "plugin/service_message.hpp"

namespace gatepost::plugin {

/// gatepost-service: what the variable GATEPOST_SERVICE names, or the one installed beside this program. An Error where
/// it cannot be run.
Result<std::filesystem::path> service_program();

/// Killed, with all that it has started, when it goes out of scope. Of one thread, which must live as long as it does:
/// the kernel kills the process when that thread ends (PR_SET_PDEATHSIG, prctl(2)).
class ServiceProcess {
 public:
  /// Starts gatepost-service with a session of its own, /dev/null for its output, and of this process's descriptors
  /// none but its end of the socket and the plugin's bytes. Of the environment it gets PATH, HOME, TMPDIR, TZ and the
  /// language. It bounds itself by `start` before it loads anything.
  static Result<ServiceProcess> start(const Plugin& plugin, const ServiceStart& start);

  ServiceProcess(ServiceProcess&&) = default;
  ServiceProcess& operator=(ServiceProcess&&) = delete;
  ~ServiceProcess();

  pid_t pid() const { return pid_; }
  /// To wait for: what it says, and its end.
  int socket() const { return socket_.number(); }
  int handle() const { return handle_.number(); }

  /// The next thing that it has said; nothing where it has said nothing, or has hung up. Does not wait.
  std::optional<Result<ServiceNews>> news() const;

  /// Asks it to stop, by hanging up.
  void request_stop();
  /// Its session's processes, all of them.
  void kill() const;

  /// How it ended, for people; nothing while it runs. Waits for it at most so long.
  std::optional<std::string> ended_within(Duration patience);

 private:
  ServiceProcess(pid_t pid, FileDescriptor handle, FileDescriptor socket)
      : pid_(pid), handle_(std::move(handle)), socket_(std::move(socket)) {}

  pid_t pid_;
  FileDescriptor handle_;  ///< a pidfd; none where the process is no longer ours to wait for
  FileDescriptor socket_;
};

/// Has an object of the plugin built in such a process and let go of: its Error, where there is one. Nothing of the
/// service's code runs in this process. `host` is told of the alarms that it begins meanwhile.
Result<void> try_service(const Plugin& plugin, ServiceStart start, Host& host);

}  // namespace gatepost::plugin

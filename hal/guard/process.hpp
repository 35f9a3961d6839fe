// A guard process, from the engine's side: started, spoken to over one descriptor, seen off.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <string>

namespace gatepost::hal::guard {

class Process {
 public:
  /// `board`: shown by ps behind the program's name. The process has a session of its own, /dev/null for its output,
  /// and of this process's descriptors none but its end of the socket.
  /// `plugin`: the shared object of the board's driver, which the guard finds as its descriptor 3; -1: it needs none.
  static Result<Process> start(const std::string& board, int plugin = -1);

  Process(Process&&) = default;
  Process& operator=(Process&&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.number(); }

  /// Waits for its end: it has been told to leave. One that is still there after `patience` is killed.
  void see_off(Duration patience);

 private:
  Process(pid_t pid, FileDescriptor handle, FileDescriptor socket)
      : pid_(pid), handle_(std::move(handle)), socket_(std::move(socket)) {}
  bool ends_within(Duration patience) const;

  pid_t pid_;
  FileDescriptor handle_;  ///< a pidfd; none where the process is no longer ours to wait for
  FileDescriptor socket_;
};

}  // namespace gatepost::hal::guard

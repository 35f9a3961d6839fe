// A guard process, from the engine's side: started, spoken to over one descriptor, seen off.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <string>
#include <utility>

namespace gatepost::hal::guard {

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  int get() const { return number_; }

 private:
  int number_;
};

class Process {
 public:
  /// `board`: shown by ps behind the program's name. The process has a session of its own, /dev/null for its output,
  /// and of this process's descriptors none but its end of the socket.
  static Result<Process> start(const std::string& board);

  Process(Process&&) = default;
  Process& operator=(Process&&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }

  /// Waits for its end: it has been told to leave. One that is still there after `patience` is killed.
  void see_off(Duration patience);

 private:
  Process(pid_t pid, Descriptor handle, Descriptor socket)
      : pid_(pid), handle_(std::move(handle)), socket_(std::move(socket)) {}
  bool ends_within(Duration patience) const;

  pid_t pid_;
  Descriptor handle_;  ///< a pidfd; none where the process is no longer ours to wait for
  Descriptor socket_;
};

}  // namespace gatepost::hal::guard

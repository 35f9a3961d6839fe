// The gatepost command as a process of its own.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::world {

/// Runs a program with its output in a file. Killed when it goes out of scope.
class Process {
 public:
  Process(std::vector<std::string> words, const std::filesystem::path& output) : output_(output) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    // Here, or says() may find what an earlier program has said, before this one has begun.
    if (std::filesystem::is_regular_file(output)) std::filesystem::resize_file(output, 0);
    pid_ = ::fork();
    if (pid_ == 0) become(arguments.data(), output.c_str());
  }
  ~Process() {
    if (pid_ > 0) {
      send(SIGKILL);
      wait();
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void send(int signal) const { ::kill(pid_, signal); }

  /// Its exit status, or minus the signal that ended it.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  /// Its exit status when it ends within `patience`, or minus the signal; nothing when it goes on.
  std::optional<int> ends(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    pollfd watched{handle, POLLIN, 0};
    const bool ended = ::poll(&watched, 1, static_cast<int>(patience.count())) == 1;
    ::close(handle);
    if (!ended) return {};
    return wait();
  }

  std::string output() const {
    std::ifstream file(output_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Waits until `text` stands in its output; false when it has ended or `patience` is over before.
  bool says(const std::string& text, std::chrono::milliseconds patience = std::chrono::seconds(10)) const {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      if (output().find(text) != std::string::npos) return true;
      siginfo_t ended{};
      if (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == pid_)
        return output().find(text) != std::string::npos;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));  // a file has nothing to wait on
    }
    return false;
  }

 private:
  // Between fork and exec: only calls that are safe there. A test that is killed takes its program with it, else that
  // would sit on the next test's pseudo-terminal, which has the same name.
  [[noreturn]] static void become(char** arguments, const char* output) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    const int out = ::open(output, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0600);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::execv(arguments[0], arguments);
    ::_exit(127);
  }

  pid_t pid_ = -1;
  std::filesystem::path output_;
};

}  // namespace gatepost::world

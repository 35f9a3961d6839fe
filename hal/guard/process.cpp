#include "guard/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <gatepost/hal/guarded_relay.hpp>

#include "guard/service.hpp"

namespace gatepost::hal::guard {
namespace {

using namespace std::chrono_literals;

Error failure(const char* what, int code) {
  return {std::string(what) + ": " + std::strerror(code), "gatepost-guard", "raise this user's limits, or free memory"};
}

// What posix_spawn is told; each has an end of its own.
struct Actions {
  Actions() { ::posix_spawn_file_actions_init(&all); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&all); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t all{};
};
struct Attributes {
  Attributes() { ::posix_spawnattr_init(&all); }
  ~Attributes() { ::posix_spawnattr_destroy(&all); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t all{};
};

// A session of its own, so that no terminal's Ctrl-C reaches it; the signals as a fresh program has them.
void set_apart(posix_spawnattr_t& attributes) {
  sigset_t all, none;
  ::sigfillset(&all);
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

// The socket is its standard input, and behind the standard ones comes the driver's plugin; nothing else comes along.
void hand_over(posix_spawn_file_actions_t& actions, int socket, int plugin) {
  ::posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  if (plugin >= 0) ::posix_spawn_file_actions_adddup2(&actions, plugin, plugin_at);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, plugin >= 0 ? plugin_at + 1 : plugin_at);
}

}  // namespace

Result<Process> Process::start(const std::string& board, int plugin) {
  auto program = guard_program();
  if (!program) return program.error();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return failure("no socket", errno);
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  Actions actions;
  Attributes attributes;
  hand_over(actions.all, theirs.number(), plugin);
  set_apart(attributes.all);
  std::string name = "gatepost-guard", path = program->string(), shown = board;
  std::array<char*, 3> words{name.data(), shown.data(), nullptr};
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, path.c_str(), &actions.all, &attributes.all, words.data(), environ);
  if (failed != 0) return failure("cannot be started", failed);
  return Process(pid, FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))), std::move(ours));
}

bool Process::ends_within(Duration patience) const {
  const auto end = std::chrono::steady_clock::now() + patience;
  pollfd watched{handle_.number(), POLLIN, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const int count = ::poll(&watched, 1, static_cast<int>(std::max(left, 0ms).count()));
    if (count < 0 && errno == EINTR) continue;
    return count == 1;
  }
}

void Process::see_off(Duration patience) {
  if (handle_.number() < 0) return;
  if (!ends_within(patience)) {
    ::kill(pid_, SIGKILL);
    static_cast<void>(ends_within(1s));  // the kernel may hold it in a driver; it is not waited for without end
  }
  ::waitpid(pid_, nullptr, WNOHANG);
  handle_ = FileDescriptor();
}

Process::~Process() { see_off(0s); }

}  // namespace gatepost::hal::guard

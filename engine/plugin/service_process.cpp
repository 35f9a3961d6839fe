#include "plugin/service_process.hpp"

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
#include <cstdlib>
#include <cstring>

namespace gatepost::plugin {
namespace {

using namespace std::chrono_literals;

constexpr int plugin_descriptor = 3;  // as gatepost-service knows it
constexpr Duration check_patience = 10s;

Error service_failure(const char* what, int code) {
  return {std::string(what) + ": " + std::strerror(code), "gatepost-service",
          "raise this user's limits, or free memory"};
}

struct SpawnActions {
  SpawnActions() { ::posix_spawn_file_actions_init(&all); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&all); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t all{};
};
struct SpawnAttributes {
  SpawnAttributes() { ::posix_spawnattr_init(&all); }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&all); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  posix_spawnattr_t all{};
};

// No terminal's Ctrl-C reaches it, and all that it starts can be ended with it; the signals as a fresh program has
// them.
void in_a_session_of_its_own(posix_spawnattr_t& attributes) {
  sigset_t all, none;
  ::sigfillset(&all);
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

void hand_over_descriptors(posix_spawn_file_actions_t& actions, int socket, int bytes) {
  ::posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, bytes, plugin_descriptor);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, plugin_descriptor + 1);
}

// The engine's own may hold a secret of another plugin's (`!env NAME`).
std::vector<std::string> bare_environment() {
  std::vector<std::string> all;
  for (const char* name : {"PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE"})
    if (const char* value = std::getenv(name)) all.push_back(std::string(name) + "=" + value);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::string how_it_ended(const siginfo_t& ended) {
  if (ended.si_code == CLD_EXITED) return "ended with status " + std::to_string(ended.si_status);
  const char* name = ::sigdescr_np(ended.si_status);
  return "was ended by signal " + std::to_string(ended.si_status) +
         (name == nullptr ? "" : std::string(" (") + name + ")");
}

}  // namespace

Result<std::filesystem::path> service_program() {
  namespace fs = std::filesystem;
  const char* named = std::getenv("GATEPOST_SERVICE");
  std::error_code failure;
  const fs::path here = fs::read_symlink("/proc/self/exe", failure).parent_path();
  fs::path program = named != nullptr ? fs::path(named) : (here / GATEPOST_SERVICE_FROM_BIN).lexically_normal();
  if (named == nullptr && fs::exists(here / "gatepost-service", failure)) program = here / "gatepost-service";
  if (::access(program.c_str(), X_OK) == 0) return program;
  return Error{std::string("the program that services run in cannot be run: ") + std::strerror(errno), program.string(),
               "install Gatepost whole, or name the program in the variable GATEPOST_SERVICE"};
}

Result<ServiceProcess> ServiceProcess::start(const Plugin& plugin, const ServiceStart& start) {
  const std::string message = to_text(start);
  if (message.size() > longest_service_message)
    return Error{"the settings are longer than 128 KiB together", start.name, "put the long ones into a file"};
  auto program = service_program();
  if (!program) return program.error();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return service_failure("no socket", errno);
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  SpawnActions actions;
  SpawnAttributes attributes;
  hand_over_descriptors(actions.all, theirs.number(), plugin.copy);
  in_a_session_of_its_own(attributes.all);
  std::vector<std::string> words{"gatepost-service", plugin.descriptor->name, start.name},
      variables = bare_environment();
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, program->c_str(), &actions.all, &attributes.all, pointers_to(words).data(),
                                   pointers_to(variables).data());
  if (failed != 0) return service_failure("cannot be started", failed);
  FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  ServiceProcess process(pid, std::move(handle), std::move(ours));
  if (!process.handle_.is_open()) return service_failure("cannot be watched", errno);
  if (::send(process.socket(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return service_failure("cannot be told what to run", errno);
  return process;
}

std::optional<Result<ServiceNews>> ServiceProcess::news() const {
  std::vector<char> buffer(longest_service_message + 1);
  const auto size = ::recv(socket(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0) return {};
  return parse_service_news({buffer.data(), static_cast<std::size_t>(size)});
}

void ServiceProcess::request_stop() { ::shutdown(socket(), SHUT_WR); }

// Before it is waited for its number is nobody else's.
void ServiceProcess::kill() const {
  if (!handle_.is_open()) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // it may not have got its session yet
}

std::optional<std::string> ServiceProcess::ended_within(Duration patience) {
  if (!handle_.is_open()) return "has ended";
  const auto end = std::chrono::steady_clock::now() + patience;
  pollfd watched{handle(), POLLIN, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const int count = ::poll(&watched, 1, static_cast<int>(std::max(left, 0ms).count()));
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) return {};
    break;
  }
  siginfo_t ended{};
  ::waitid(P_PIDFD, static_cast<id_t>(handle()), &ended, WEXITED | WNOWAIT);
  ::kill(-pid_, SIGKILL);  // what it has started does not outlive it
  ::waitpid(pid_, nullptr, WNOHANG);
  handle_ = FileDescriptor();
  return how_it_ended(ended);
}

// The kernel may hold it in a driver; it is not waited for without end.
ServiceProcess::~ServiceProcess() {
  if (!handle_.is_open()) return;
  kill();
  static_cast<void>(ended_within(1s));
}

Result<void> try_service(const Plugin& plugin, ServiceStart start, Host& host) {
  start.data.clear();
  start.socket.clear();
  auto process = ServiceProcess::start(plugin, start);
  if (!process) return process.error();
  const auto end = std::chrono::steady_clock::now() + check_patience;
  std::optional<std::string> ended;
  while (!ended && std::chrono::steady_clock::now() < end) {
    pollfd watched{process->socket(), POLLIN, 0};
    ::poll(&watched, 1, 100);
    for (auto news = process->news(); news; news = process->news()) {
      if (!*news) return news->error();
      if ((*news)->kind == ServiceNews::Kind::alarm_begins)
        host.alarm_begins((*news)->name, (*news)->error.value_or(Error{}));
      if ((*news)->kind != ServiceNews::Kind::ended) continue;
      if ((*news)->error) return *(*news)->error;
      return {};
    }
    if ((watched.revents & POLLHUP) != 0) ended = process->ended_within(1s);
  }
  return Error{ended ? "its object cannot be built: the process " + *ended : "its object is not built within 10 s",
               start.name, "report this to the plugin's author"};
}

}  // namespace gatepost::plugin

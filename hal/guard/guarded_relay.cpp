#include <gatepost/hal/guarded_relay.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "guard/client.hpp"
#include "guard/process.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
using guard::Request;
using guard::Verb;

// Until there is an answer, the guard is gone, or the time is over.
bool readable(int socket, Duration patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  pollfd watched{socket, POLLIN, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const int count = ::poll(&watched, 1, static_cast<int>(std::max(left, 0ms).count()));
    if (count < 0 && errno == EINTR) continue;
    return count == 1;
  }
}

class ProcessLine final : public guard::Line {
 public:
  explicit ProcessLine(guard::Process process) : process_(std::move(process)) {}

  Heard exchange(const std::string& request, Duration patience, std::string& answer) override {
    if (::send(process_.socket(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return Heard::gone;
    if (!readable(process_.socket(), patience)) return Heard::nothing;
    std::array<char, guard::largest_message> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): is filled
    const auto size = ::recv(process_.socket(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return Heard::gone;
    answer.assign(buffer.data(), static_cast<std::size_t>(size));
    return Heard::answer;
  }
  void part(const std::string& request, Duration patience) override {
    const bool told = ::send(process_.socket(), request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
    process_.see_off(told ? patience : 0s);
  }
  BootTime now() const override { return BootClock::now(); }
  std::string name() const override { return "gatepost-guard (process " + std::to_string(process_.pid()) + ")"; }

 private:
  guard::Process process_;
};

// -1: hal has the driver itself, and so has the guard.
Result<int> plugin_file(const Address& address, const FindBoard& find) {
  const auto found = find_driver(address, find);
  if (!found) return found.error();
  if (found->file < 0 && !is_own_scheme(address.scheme))
    return Error{"the board's driver is in no file that a guard process could load", address.scheme,
                 "put its plugin into the plugin folder"};
  return found->file;
}

}  // namespace

Duration guard_releases_within(const RelayShape& board, std::size_t channels) {
  return guard::a_busy_machine + static_cast<Duration::rep>(channels + 1) * board.command;  // one may be under way
}

Result<std::filesystem::path> guard_program() {
  namespace fs = std::filesystem;
  const char* named = std::getenv("GATEPOST_GUARD");
  std::error_code failure;
  const fs::path here = fs::read_symlink("/proc/self/exe", failure).parent_path();
  const fs::path program = named != nullptr ? fs::path(named) : (here / GATEPOST_GUARD_FROM_BIN).lexically_normal();
  if (::access(program.c_str(), X_OK) == 0) return program;
  return Error{std::string("the guard program cannot be run: ") + std::strerror(errno), program.string(),
               "install Gatepost whole, or name the program in the variable GATEPOST_GUARD"};
}

Result<std::unique_ptr<Relay>> open_guarded_relay(const Address& address, const GuardTerms& terms,
                                                  const FindBoard& find) {
  const auto shape = relay_shape(address, find);
  if (!shape) return shape.error();
  const auto plugin = plugin_file(address, find);
  if (!plugin) return plugin.error();
  const std::string where = address.scheme + ":" + address.target;
  auto process = guard::Process::start(where, *plugin);
  if (!process) return process.error();
  Request take{.verb = Verb::take,
               .on = terms.on_at_rest,
               .length = terms.longest,
               .address = address.text(),
               .directory = address.directory.string()};
  for (const int channel : terms.channels) take.channels.push_back(static_cast<std::uint8_t>(channel));
  return guard::take_board(std::make_unique<ProcessLine>(std::move(*process)), take, where, *shape);
}

}  // namespace gatepost::hal

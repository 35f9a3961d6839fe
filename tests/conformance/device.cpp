#include "device.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace gatepost::conformance {
namespace {

constexpr int look_again_ms = 5;  // whether it is to stop

std::array<int, 2> new_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

// What there is now; empty: nothing.
std::string take(int from) {
  std::array<char, 4096> buffer{};
  const auto size = ::read(from, buffer.data(), buffer.size());
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

void give(int to, const std::string& bytes) { static_cast<void>(::write(to, bytes.data(), bytes.size()) < 0); }

}  // namespace

Device::Device(const std::string& program) {
  const auto input = new_pipe(), output = new_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::string shell = "sh", option = "-c", line = "exec " + program;
  std::array<char*, 4> words{shell.data(), option.data(), line.data(), nullptr};
  const int failed = ::posix_spawn(&player_, "/bin/sh", &actions, nullptr, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(input[0]);
  ::close(output[1]);
  to_player_ = input[1];
  from_player_ = output[0];
  if (failed != 0) throw std::runtime_error("cannot run " + program);
  ::signal(SIGPIPE, SIG_IGN);  // a player that ends is seen by its silence
  thread_ = std::jthread([this](const std::stop_token& stop) { pump(stop); });
}

Device::~Device() {
  thread_ = {};
  ::close(to_player_);
  ::close(from_player_);
  ::kill(player_, SIGTERM);
  ::waitpid(player_, nullptr, 0);
}

void Device::pump(const std::stop_token& stop) {
  std::array<pollfd, 2> watched{pollfd{line_.master(), POLLIN, 0}, pollfd{from_player_, POLLIN, 0}};
  while (!stop.stop_requested()) {
    if (::poll(watched.data(), watched.size(), look_again_ms) <= 0) continue;
    if ((watched[0].revents & POLLIN) != 0) {
      const std::string bytes = take(line_.master());
      sent_at_ = Clock::now().time_since_epoch().count();
      sent_ += bytes.size();
      if (!frozen_) give(to_player_, bytes);
    }
    if ((watched[1].revents & POLLIN) != 0) {
      const std::string bytes = take(from_player_);
      if (!frozen_) give(line_.master(), bytes);
    }
    if ((watched[1].revents & (POLLHUP | POLLERR)) != 0) watched[1].fd = -1;  // the player has ended
  }
}

}  // namespace gatepost::conformance

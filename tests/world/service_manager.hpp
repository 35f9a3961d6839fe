// systemd's end of sd_notify(3): a socket on which a service tells how it is.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace gatepost::world {

class ServiceManager {
 public:
  explicit ServiceManager(std::filesystem::path socket)
      : path_(std::move(socket)), ear_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.native().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(ear_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
  }
  ~ServiceManager() { ::close(ear_); }
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// For the service's environment.
  std::string variable() const { return "NOTIFY_SOCKET=" + path_.string(); }

  /// What is told within that time, or the first that begins with `text`, which ends the waiting.
  std::string hears(const std::string& text, std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto end = std::chrono::steady_clock::now() + patience;
    for (auto left = patience; left.count() > 0;
         left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now())) {
      pollfd watched{ear_, POLLIN, 0};
      if (::poll(&watched, 1, static_cast<int>(left.count())) != 1) break;
      std::array<char, 4096> message{};
      const auto size = ::recv(ear_, message.data(), message.size(), 0);
      heard_.emplace_back(message.data(), static_cast<std::size_t>(size < 0 ? 0 : size));
      if (heard_.back().starts_with(text)) return heard_.back();
    }
    return {};
  }
  /// Waits that long, and counts what begins so.
  std::size_t counts(const std::string& text, std::chrono::milliseconds time) {
    const std::size_t before = heard_.size();
    hears("\n", time);
    std::size_t count = 0;
    for (std::size_t i = before; i < heard_.size(); ++i) count += heard_[i].starts_with(text) ? 1U : 0U;
    return count;
  }
  const std::vector<std::string>& heard() const { return heard_; }

 private:
  const std::filesystem::path path_;
  const int ear_;
  std::vector<std::string> heard_;
};

}  // namespace gatepost::world

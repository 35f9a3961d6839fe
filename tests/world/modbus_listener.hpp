// A relay board on Modbus TCP that serves several clients, as real ones do, and remembers each command that reached it.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::world {

/// Sixteen coils, and Waveshare's flash command, whose end is not played. It is asked FC01 and FC05.
class ModbusListener {
 public:
  struct Switched {
    int channel = 0;
    bool on = false;
    std::chrono::steady_clock::time_point at{};
  };

  explicit ModbusListener(std::uint16_t port = 0) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    good_ =
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0 && ::listen(listener_, 4) == 0;
    socklen_t size = sizeof place;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size);
    port_ = ntohs(place.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  ~ModbusListener() {
    thread_ = {};
    for (const auto& client : clients_) ::close(client.socket);
    ::close(listener_);
  }

  bool good() const { return good_; }
  int port() const { return port_; }
  bool coil(int channel) const { return coils_.at(static_cast<std::size_t>(channel - 1)); }
  std::vector<Switched> history() {
    const std::scoped_lock lock(mutex_);
    return history_;
  }
  /// Takes what it is asked, and neither acts nor answers.
  void is_frozen(bool frozen) { frozen_ = frozen; }
  /// Acts on the next request and does not answer it.
  void mutes_next() { mute_ = true; }
  /// Hangs up on everybody after the next request, before it is acted upon.
  void resets_next() { resets_ = true; }

 private:
  struct Client {
    int socket;
    std::string bytes{};
  };

  void work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<pollfd> watched{{listener_, POLLIN, 0}};
      for (const auto& client : clients_) watched.push_back({client.socket, POLLIN, 0});
      if (::poll(watched.data(), watched.size(), 20) <= 0) continue;
      for (std::size_t i = clients_.size(); i > 0; --i)
        if (watched[i].revents != 0 && !serve(clients_[i - 1])) {
          ::close(clients_[i - 1].socket);
          clients_.erase(clients_.begin() + static_cast<long>(i - 1));
        }
      if (watched[0].revents != 0) clients_.push_back({::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)});
    }
  }

  bool serve(Client& client) {
    std::array<char, 512> buffer;
    const auto size = ::recv(client.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return false;
    client.bytes.append(buffer.data(), static_cast<std::size_t>(size));
    for (; client.bytes.size() >= 12; client.bytes.erase(0, 12)) {
      if (resets_.exchange(false)) return reset(client);
      if (!frozen_) answer(client, client.bytes.substr(0, 12));
    }
    return true;
  }

  static bool reset(const Client& client) {
    const linger now{1, 0};
    ::setsockopt(client.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return false;
  }

  void answer(const Client& client, const std::string& request) {
    const auto coil = static_cast<std::size_t>(request[9]) % coils_.size();
    if (request[7] == 5) {
      const bool on = request[10] != 0 || request[8] == 2;  // Waveshare's flash command has its time there
      coils_.at(coil) = on;
      const std::scoped_lock lock(mutex_);
      history_.push_back({static_cast<int>(coil) + 1, on, std::chrono::steady_clock::now()});
    }
    std::string said = request;
    if (request[7] == 1)
      said =
          request.substr(0, 5) + std::string{4} + request.substr(6, 2) + std::string{1, coils_.at(coil) ? '\1' : '\0'};
    if (mute_.exchange(false)) return;
    ::send(client.socket, said.data(), said.size(), MSG_NOSIGNAL);
  }

  int listener_ = -1, port_ = 0;
  bool good_ = false;
  std::array<std::atomic<bool>, 16> coils_{};
  std::atomic<bool> resets_ = false, frozen_ = false, mute_ = false;
  std::vector<Client> clients_;
  std::mutex mutex_;
  std::vector<Switched> history_;
  std::jthread thread_;
};

}  // namespace gatepost::world

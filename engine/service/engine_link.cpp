#include "service/engine_link.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace gatepost::service {
namespace {

constexpr int say_patience_ms = 1000;
constexpr std::chrono::milliseconds between_signs{500};

}  // namespace

Result<plugin::ServiceStart> EngineLink::read_start() const {
  std::vector<char> buffer(plugin::longest_service_message + 1);
  ssize_t size = 0;
  do size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  while (size < 0 && errno == EINTR);
  return plugin::parse_service_start({buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
}

void EngineLink::say(const plugin::ServiceNews& news) const {
  std::string text = plugin::to_text(news);
  if (text.size() > plugin::longest_service_message) return;
  while (::send(socket_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    pollfd room{socket_, POLLOUT, 0};
    if (errno != EINTR && (errno != EAGAIN || ::poll(&room, 1, say_patience_ms) <= 0)) return;
  }
}

void EngineLink::say_alive() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  auto said = said_alive_.load();
  if (now - std::chrono::steady_clock::duration(said) < between_signs) return;
  if (said_alive_.compare_exchange_strong(said, now.count())) say({.kind = plugin::ServiceNews::Kind::alive});
}

void EngineLink::wait_for_the_end() const {
  char byte = 0;
  for (;;) {
    const auto size = ::recv(socket_, &byte, 1, 0);
    if (size == 0 || (size < 0 && errno != EINTR)) return;
  }
}

void EngineLink::stop_waiting() const { ::shutdown(socket_, SHUT_RD); }

}  // namespace gatepost::service

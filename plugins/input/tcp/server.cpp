#include "server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace tcp {

using gatepost::Error;
using gatepost::MonotonicTime;
using gatepost::Result;
using namespace std::chrono_literals;

namespace {

MonotonicTime clock_now() { return std::chrono::steady_clock::now(); }

timespec until(MonotonicTime due, MonotonicTime now) {
  const auto left = std::max(due - now, gatepost::Duration::zero()).count();
  return {static_cast<std::time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
}

}  // namespace

Result<void> Server::listen(const Endpoint& place, const std::stop_token& stop) {
  auto listener = listen_on(place);
  if (!listener) return listener.error();
  listener_ = std::move(*listener);
  if (auto kept = keep_alive(listener_, terms_.keepalive); !kept) return kept;  // tried once, before anybody calls
  host_.opened("listening on " + endpoint_of(listener_).text());
  while (!stop.stop_requested()) {
    wait();
    read_lines();
    if (caller_waits_) let_in();
  }
  return {};
}

Result<void> Server::call(const Endpoint& place, gatepost::Duration patience, const std::stop_token& stop) {
  auto socket = connect_to(place, patience, bell_);
  if (!socket) return socket.error();
  if (!socket->is_open()) return {};
  if (auto kept = keep_alive(*socket, terms_.keepalive); !kept) return kept;
  now_ = clock_now();
  lines_.emplace_back(std::move(*socket), place.host, terms_.rules, now_);
  lines_.back().joins_midway(rests_.take(place.host));
  host_.opened(place.text());
  while (!stop.stop_requested()) {
    wait();
    read_lines();
    if (lines_.empty()) return Error{"gone: " + last_end_, place.text(), "check that it is on and its cable"};
  }
  return {};
}

void Server::wait() {
  std::vector<pollfd> watched{{bell_.number(), POLLIN, 0}};
  now_ = asked_ = clock_now();
  const bool hears = listener_.is_open() && now_ >= deaf_until_;
  watched.push_back({hears ? listener_.number() : -1, POLLIN, 0});
  MonotonicTime due = hears || !listener_.is_open() ? MonotonicTime::max() : deaf_until_;
  for (const auto& line : lines_) {
    watched.push_back({line.descriptor(), POLLIN, 0});
    due = std::min(due, line.due());
  }
  const timespec left = due == MonotonicTime::max() ? timespec{} : until(due, now_);
  const bool woken =
      ::ppoll(watched.data(), watched.size(), due == MonotonicTime::max() ? nullptr : &left, nullptr) > 0;
  now_ = clock_now();
  caller_waits_ = woken && watched[1].revents != 0;
  ready_.assign(lines_.size(), false);
  for (std::size_t i = 0; woken && i < lines_.size(); ++i) ready_[i] = watched[i + 2].revents != 0;
}

// One read a round for each: a scanner that floods keeps no other one waiting.
void Server::read_lines() {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (ready_[i])
      lines_[i].read(now_, readings_);
    else
      lines_[i].tick(asked_, readings_);
    hand_over(lines_[i]);
  }
  sweep();
}

void Server::sweep() {
  std::erase_if(lines_, [&](Connection& line) {
    if (line.open()) return false;
    line.drop(line.end(), readings_);
    hand_over(line);
    rests_.remember(line.peer(), line.rest());
    last_end_ = line.end();
    return true;
  });
}

// The Reading goes first: the scanner can wait for its answer, the person cannot.
void Server::hand_over(Connection& line) {
  for (auto& reading : readings_) {
    const bool good = reading.damage == gatepost::Damage::none;
    host_.emit(std::move(reading));
    line.answer(good ? terms_.answers.good : terms_.answers.damaged);
  }
  readings_.clear();
}

void Server::let_in() {
  for (int round = 0; round < 16; ++round) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    FileDescriptor socket(
        ::accept4(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.is_open()) {
      admit(std::move(socket), IpAddress::of(address));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      deaf_until_ = now_ + 1s;  // no descriptor or memory left: the call stays waiting, and the poll must not spin
      return;
    }
  }
}

void Server::admit(FileDescriptor socket, IpAddress peer) {
  if (!admits(terms_.allowed, peer)) return;
  const bool calls_again = std::ranges::any_of(lines_, [&](const Connection& line) { return line.peer() == peer; });
  const bool in_scan =
      std::ranges::any_of(lines_, [&](const Connection& line) { return line.peer() == peer && line.in_scan(); });
  if (lines_.size() >= terms_.max_lines && !make_room(peer)) return;
  if (!keep_alive(socket, terms_.keepalive)) return;
  // Its former connection is dead perhaps and nobody has noticed yet, or another scanner calls from the same address.
  const Rest seen = in_scan ? Rest::of_a_scan : calls_again ? Rest::perhaps : Rest::none;
  const Rest rest = std::max(rests_.take(peer), seen);
  lines_.emplace_back(std::move(socket), std::move(peer), terms_.rules, now_);
  if (rest != Rest::none) lines_.back().joins_midway(rest);
}

// A scanner that was switched off and on calls again while its former connection still seems to be there.
bool Server::make_room(const IpAddress& peer) {
  Connection* oldest = nullptr;
  for (auto& line : lines_)
    if (line.peer() == peer && (oldest == nullptr || line.last_heard() < oldest->last_heard())) oldest = &line;
  if (oldest == nullptr) return false;
  oldest->drop("the scanner called anew", readings_);
  sweep();
  return true;
}

}  // namespace tcp

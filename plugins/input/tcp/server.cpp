#include "server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

namespace tcp {

using gatepost::Error;
using gatepost::MonotonicTime;
using gatepost::Result;
using namespace std::chrono_literals;

namespace {

MonotonicTime clock_now() { return std::chrono::steady_clock::now(); }

constexpr std::size_t most_waiting = 64;
constexpr auto look_again = 10ms;  // for a place, while somebody waits for one

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
    let_waiting_in();
    if (caller_waits_) let_in();
    if (lines_.size() < terms_.max_lines) end_alarm();
  }
  return {};
}

Result<void> Server::call(const Endpoint& place, gatepost::Duration patience, const std::stop_token& stop) {
  auto socket = connect_to(place, patience, bell_);
  if (!socket) return socket.error();
  if (!socket->is_open()) return {};
  if (auto kept = keep_alive(*socket, terms_.keepalive); !kept) return kept;
  now_ = clock_now();
  add(std::move(*socket), place.host);
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
  if (!waiting_.empty()) {
    const Connection* line = who_gives_way(waiting_.front().peer);
    const auto silent = line == nullptr ? now_ + 1s : line->last_heard() + silent_after();
    due = std::min(due, std::clamp<MonotonicTime>(silent, now_ + look_again, now_ + 1s));
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
    line.read_the_rest(now_, readings_);
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
      answer({std::move(socket), IpAddress::of(address)});
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      deaf_until_ = now_ + 1s;  // no descriptor or memory left: the call stays waiting, and the poll must not spin
      return;
    }
  }
}

// Who may call, and finds all places taken, waits where one can become free; the kernel keeps what he sends meanwhile.
void Server::answer(Caller caller) {
  if (!admits(terms_.allowed, caller.peer)) return refuse(caller, "its address is not among those of `allow`");
  if (lines_.size() < terms_.max_lines) return admit(std::move(caller));
  if (waiting_.size() < most_waiting && who_gives_way(caller.peer) != nullptr) {
    waiting_.push_back(std::move(caller));
    return;
  }
  const std::string why = "all " + std::to_string(terms_.max_lines) + " places are taken";
  refuse(caller, why);
  alarmed_ = true;
  alarms_.alarm_begins("scanner_refused", {why + ": a scanner is not heard", caller.peer.text(),
                                           "raise max_clients, or end a connection"});
}

void Server::let_waiting_in() {
  for (std::size_t i = 0; i < waiting_.size();) {
    if (lines_.size() >= terms_.max_lines && !make_room(waiting_[i].peer)) {
      ++i;
      continue;
    }
    Caller caller = std::move(waiting_[i]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    admit(std::move(caller));
  }
}

void Server::admit(Caller caller) {
  FileDescriptor& socket = caller.socket;
  IpAddress& peer = caller.peer;
  const bool calls_again = std::ranges::any_of(lines_, [&](const Connection& line) { return line.peer() == peer; });
  const bool in_scan =
      std::ranges::any_of(lines_, [&](const Connection& line) { return line.peer() == peer && line.in_scan(); });
  if (auto kept = keep_alive(socket, terms_.keepalive); !kept) return refuse(caller, kept.error().what);
  // Its former connection is dead perhaps and nobody has noticed yet, or another scanner calls from the same address.
  const Rest seen = in_scan ? Rest::of_a_scan : calls_again ? Rest::perhaps : Rest::none;
  const Rest rest = std::max(rests_.take(peer), seen);
  add(std::move(socket), std::move(peer));
  if (rest != Rest::none) lines_.back().joins_midway(rest);
}

void Server::add(FileDescriptor socket, IpAddress peer) {
  lines_.emplace_back(
      std::move(socket), std::move(peer), terms_.rules, [this](std::string_view text) { return host_.ignores(text); },
      now_);
}

// Of the address itself: a scanner that was switched off and on calls again while its former connection still seems to
// be there. Else of the one that has most: its idle connections keep no other scanner out.
Connection* Server::who_gives_way(const IpAddress& peer) {
  const auto count = [&](const IpAddress& one) {
    return std::ranges::count_if(lines_, [&](const Connection& line) { return line.peer() == one; });
  };
  Connection* first = nullptr;
  const auto mine = count(peer);
  for (auto& line : lines_) {
    if (mine > 0 ? line.peer() != peer : count(line.peer()) < 2) continue;
    const bool has_more = first != nullptr && count(line.peer()) > count(first->peer());
    const bool as_many = first == nullptr || count(line.peer()) == count(first->peer());
    if (has_more || (as_many && (first == nullptr || line.last_heard() < first->last_heard()))) first = &line;
  }
  return first;
}

// Whoever has spoken a moment ago keeps his place: he goes on, or hangs up by himself.
bool Server::make_room(const IpAddress& peer) {
  Connection* line = who_gives_way(peer);
  if (line == nullptr) return false;
  line->read_the_rest(now_, readings_);
  const bool is_silent = now_ - line->last_heard() >= silent_after();
  if (line->open() && !is_silent) {
    hand_over(*line);
    return false;
  }
  if (line->open())
    host_.refused(line->peer().text(), "lost an idle connection: " + peer.text() + " called and all places were taken");
  line->drop("the scanner called anew", readings_);
  sweep();
  return true;
}

gatepost::Duration Server::silent_after() const { return std::min<gatepost::Duration>(terms_.rules.idle, 1s); }

void Server::refuse(const Caller& caller, const std::string& why) { host_.refused(caller.peer.text(), why); }

void Server::end_alarm() {
  if (std::exchange(alarmed_, false)) alarms_.alarm_ends("scanner_refused");
}

}  // namespace tcp

#include "connection.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace tcp {

using gatepost::MonotonicTime;
using gatepost::Reading;

MonotonicTime Connection::due() const { return framer_.awaits_silence() ? last_ + rules_.idle : MonotonicTime::max(); }

void Connection::name_peer(std::vector<Reading>& out, std::size_t from) const {
  for (; from < out.size(); ++from) out[from].device = peer_.text();
}

void Connection::read(MonotonicTime now, std::vector<Reading>& out) { read_once(now, out); }

void Connection::read_the_rest(MonotonicTime now, std::vector<Reading>& out) {
  for (int round = 0; round < 16 && !over_ && read_once(now, out); ++round)
    ;
}

// False: nothing is there, or it has ended.
bool Connection::read_once(MonotonicTime now, std::vector<Reading>& out) {
  std::array<char, 4096> buffer;
  const auto size = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  const std::size_t before = out.size();
  if (size > 0) {
    telnet_.sift(
        {buffer.data(), static_cast<std::size_t>(size)}, [&] { return framer_.in_frame(); },
        [&](std::string_view data) { framer_.feed(data, now, false, out); });
    last_ = now;
    name_peer(out, before);
    answer(telnet_.answers());
    return true;
  }
  if (size == 0) {
    closed(out);
  } else {
    drop(std::strerror(errno), out);
  }
  return false;
}

// A scanner that closes the connection after a whole scan has no rest of one to send.
void Connection::closed(std::vector<Reading>& out) {
  const std::size_t before = out.size();
  if (rules_.framing == gatepost::Framing::idle) framer_.silence(out);  // nothing more can come, and nothing was lost
  const bool whole = framer_.at_beginning();
  drop("the scanner closed the connection", out);
  if (whole) rest_ = Rest::none;
  name_peer(out, before);
}

// Silent for so long before anybody looked whether something is there: what has come since is not passed over.
void Connection::tick(MonotonicTime asked, std::vector<Reading>& out) {
  if (asked < due()) return;
  const std::size_t before = out.size();
  framer_.silence(out);
  name_peer(out, before);
}

void Connection::drop(const std::string& why, std::vector<Reading>& out) {
  if (over_) return;
  over_ = true;
  end_ = why;
  const std::size_t before = out.size();
  framer_.cut(why, out);
  rest_ = framer_.after_cut() ? Rest::of_a_scan : Rest::perhaps;
  name_peer(out, before);
}

void Connection::answer(const std::string& bytes) {
  if (bytes.empty() || !open()) return;
  const auto sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent != std::ssize(bytes)) end_ = "the scanner does not take its answers";
}

}  // namespace tcp

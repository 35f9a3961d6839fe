#include <gatepost/hal/tcp_stream.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

// After the others: linux/tcp.h has the newer fields of tcp_info, and netinet/tcp.h beside it would define them twice.
#include <linux/tcp.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <optional>

#include "linux/stream_clock.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

struct FreeAddresses {
  void operator()(addrinfo* all) const { ::freeaddrinfo(all); }
};

class TcpStream final : public ByteStream {
 public:
  TcpStream(TcpEndpoint place, Duration timeout) : place_(std::move(place)), timeout_(timeout) {}

  BootTime now() const override { return BootClock::now(); }
  void wait_until(BootTime time) override { wait_by_boot_clock(time); }
  Duration longest_in_flight() const override { return longest_tcp_in_flight(); }
  std::string identity() const override { return "tcp://" + place_.host + ":" + place_.service; }

  Result<void> connect(BootTime until) override {
    if (socket_.is_open()) return {};
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failed = ::getaddrinfo(place_.host.c_str(), place_.service.c_str(), &wanted, &found);
    if (failed != 0)
      return Error{std::string("has no address: ") + ::gai_strerror(failed), identity(),
                   "write the board's number instead of its name: a gate must not wait for a name server"};
    const std::unique_ptr<addrinfo, FreeAddresses> all(found);
    Result<void> last = not_connected(EADDRNOTAVAIL);
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next)
      if (last = connect_to(*one, until); last) return last;
    return last;
  }

  Result<void> flush() override {
    std::array<std::byte, 512> old;
    while (true) {
      const auto size = ::recv(socket_.number(), old.data(), old.size(), MSG_DONTWAIT);
      if (size > 0) continue;
      if (size < 0 && errno == EINTR) continue;
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {};
      return broken(size == 0 ? "the other end hung up" : std::strerror(errno));
    }
  }

  Result<void> write(std::span<const std::byte> bytes, BootTime until) override {
    while (!bytes.empty()) {
      const auto size = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (size > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(size));
        continue;
      }
      if (size < 0 && errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return broken(std::strerror(errno));
      if (!wait(POLLOUT, until)) return broken("does not take what is sent to it");
    }
    return {};
  }

  Result<std::size_t> read(std::span<std::byte> into, BootTime until) override {
    while (true) {
      const auto size = ::recv(socket_.number(), into.data(), into.size(), MSG_DONTWAIT);
      if (size > 0) return static_cast<std::size_t>(size);
      if (size < 0 && errno == EINTR) continue;
      if (size == 0) return broken("the other end hung up");
      if (errno != EAGAIN && errno != EWOULDBLOCK) return broken(std::strerror(errno));
      if (!wait(POLLIN, until)) return std::size_t{0};
    }
  }

  // The socket lingers for no time, so that closing it discards what is queued and resets the connection. So it is when
  // this process is killed.
  Duration reset() override {
    if (!socket_.is_open()) return {};
    const bool all_there = is_acknowledged();
    socket_ = FileDescriptor();
    return all_there ? Duration::zero() : longest_tcp_in_flight();
  }

  // A reset is sent once and may be lost, an end is sent until it is acknowledged: only so a board that serves few
  // clients is sure to have the place free again. It is safe where nothing else is left to be sent.
  void close() override {
    if (is_acknowledged()) {
      set(SOL_SOCKET, SO_LINGER, linger{0, 0});
      set(IPPROTO_TCP, TCP_USER_TIMEOUT, 0U);
    }
    socket_ = FileDescriptor();
  }

 private:
  Result<void> connect_to(const addrinfo& address, BootTime until) {
    const BootTime begun = BootClock::now();
    socket_ = FileDescriptor(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto patience = static_cast<unsigned>(std::chrono::ceil<std::chrono::milliseconds>(timeout_).count());
    if (!set(SOL_SOCKET, SO_LINGER, linger{1, 0}) || !set(IPPROTO_TCP, TCP_NODELAY, 1) ||
        !set(IPPROTO_TCP, TCP_USER_TIMEOUT, patience) || !asks_when_idle())
      return not_connected(errno);
    if (::connect(socket_.number(), address.ai_addr, address.ai_addrlen) == 0) return {};
    if (errno != EINPROGRESS) return not_connected(errno);
    if (!wait(POLLOUT, until)) return not_connected(ETIMEDOUT, begun);
    int code = 0;
    socklen_t size = sizeof code;
    if (::getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &code, &size) != 0 || code != 0)
      return not_connected(code, begun);
    return {};
  }

  // A board that was without power knows nothing of the connection and says nothing: whoever came next would be
  // refused.
  bool asks_when_idle() const {
    return set(SOL_SOCKET, SO_KEEPALIVE, 1) && set(IPPROTO_TCP, TCP_KEEPIDLE, 5) &&
           set(IPPROTO_TCP, TCP_KEEPINTVL, 1) && set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  }

  template <class T>
  bool set(int level, int option, const T& value) const {
    return ::setsockopt(socket_.number(), level, option, &value, sizeof value) == 0;
  }

  bool wait(short events, BootTime until) const {
    pollfd watched{socket_.number(), events, 0};
    while (true) {
      const auto left = left_until(until).count();
      const timespec time{static_cast<std::time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
      const int count = ::ppoll(&watched, 1, &time, nullptr);
      if (count > 0) return true;
      if (count == 0) return false;
      if (errno != EINTR) return true;  // what reads or writes next tells what it is
    }
  }

  // Whether the other end has all that was written: then nothing is on its way.
  bool is_acknowledged() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket_.number(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
    return info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0 &&
           (info.tcpi_state == TCP_ESTABLISHED || info.tcpi_state == TCP_CLOSE_WAIT);
  }

  Error broken(const std::string& why) const {
    return {"the connection broke: " + why, identity(), "check its power and its network"};
  }

  // No errno tells how long it was waited: whoever reads it wants to know whether the limit is too short.
  Error not_connected(int code, std::optional<BootTime> begun = {}) {
    socket_ = FileDescriptor();
    if (code == ECONNREFUSED)
      return {"refuses the connection", identity(),
              "check its port; a board that serves few clients refuses one more: look who else is connected"};
    if (begun && (code == ETIMEDOUT || code == EHOSTUNREACH)) {
      const auto waited = std::chrono::duration<double>(BootClock::now() - *begun).count();
      return {fmt::format("no answer in {:.1f} s", waited), identity(), "check its power, its address and its network"};
    }
    return {std::string("cannot be reached: ") + std::strerror(code), identity(),
            "check its address, and the network between"};
  }

  static constexpr std::uint8_t TCP_ESTABLISHED = 1, TCP_CLOSE_WAIT = 8;  // <netinet/tcp.h> has them

  const TcpEndpoint place_;
  const Duration timeout_;
  FileDescriptor socket_;
};

}  // namespace

Duration longest_tcp_in_flight() { return 3s + 1s; }

std::unique_ptr<ByteStream> tcp_stream(TcpEndpoint place, Duration timeout) {
  return std::make_unique<TcpStream>(std::move(place), timeout);
}

}  // namespace gatepost::hal

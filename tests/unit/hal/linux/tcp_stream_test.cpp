// What a TCP connection says of an address where nobody answers.
#include <gatepost/hal/tcp_stream.hpp>

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <gatepost/file_descriptor.hpp>

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

/// A port that listens and whose queue is full: the kernel drops whoever calls next.
class DeafPort {
 public:
  DeafPort() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* const address = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(::bind(listener_.number(), address, size), 0);
    EXPECT_EQ(::listen(listener_.number(), 0), 0);
    EXPECT_EQ(::getsockname(listener_.number(), address, &size), 0);
    EXPECT_EQ(::connect(first_.number(), address, size), 0);
  }
  TcpEndpoint place() const { return {"127.0.0.1", std::to_string(ntohs(address_.sin_port))}; }

 private:
  const FileDescriptor listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const FileDescriptor first_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address_{};
};

TEST(TcpStream, SaysForHowLongNobodyAnswered) {
  const DeafPort port;
  const auto stream = tcp_stream(port.place(), 5s);
  const auto connected = stream->connect(stream->now() + 300ms);
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().what, testing::MatchesRegex("no answer in [0-9]+[.][0-9] s"));
  EXPECT_THAT(connected.error().where, testing::HasSubstr("tcp://127.0.0.1:"));
}

}  // namespace
}  // namespace gatepost::hal

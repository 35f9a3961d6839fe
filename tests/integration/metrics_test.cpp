// Metrics, fetched from a real engine as Prometheus fetches them.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "integration/gun_site.hpp"
#include "world/exposition.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

int dial(const sockaddr* address, socklen_t size) {
  const int end = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval patience{5, 0};
  ::setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(::connect(end, address, size), 0) << std::strerror(errno);
  return end;
}

int dial_port(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return dial(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// One that nobody has now.
std::uint16_t free_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int end = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(end, reinterpret_cast<const sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(end, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(end);
  return ntohs(address.sin_port);
}

// What comes till the other side hangs up.
std::string ask(int end, const std::string& request) {
  static_cast<void>(::send(end, request.data(), request.size(), MSG_NOSIGNAL));
  std::string all;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::recv(end, buffer, sizeof buffer, 0)) > 0;)
    all.append(buffer, static_cast<std::size_t>(size));
  ::close(end);
  return all;
}

constexpr const char* fetch = "GET /metrics HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n";

std::string body(const std::string& response) {
  const auto end = response.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : response.substr(end + 4);
}

class Metrics : public testing::Test {
 protected:
  void observe(const std::string& settings) {
    std::ofstream(site_.file(), std::ios::app) << "observe: { " << settings << " }\n";
  }
  GunSite site_;
};

TEST_F(Metrics, CountEachScanAndSayHowTheSiteIs) {
  const auto port = free_port();
  observe("metrics: '127.0.0.1:" + std::to_string(port) + "'");
  site_.plug();
  auto engine = site_.run();
  site_.scan("E000001");
  site_.scan("E999999");
  site_.scan("rubbish");
  ASSERT_TRUE(engine->says("Unknown code")) << engine->output();
  const std::string response = ask(dial_port(port), fetch);
  EXPECT_THAT(response, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Content-Type: text/plain; version=0.0.4")));
  const auto exposed = world::ExpositionReader().read(body(response));
  EXPECT_THAT(exposed.faults, IsEmpty());
  EXPECT_EQ(exposed.at(R"(gatepost_scans_total{lane="entry",outcome="grant",reason="granted"})"), 1) << response;
  EXPECT_EQ(exposed.at(R"(gatepost_scans_total{lane="entry",outcome="deny",reason="not_listed"})"), 1);
  EXPECT_EQ(exposed.at(R"(gatepost_scans_total{lane="entry",outcome="deny",reason="unknown_code"})"), 1);
  EXPECT_EQ(exposed.at(R"(gatepost_stage_seconds_count{lane="entry",stage="record"})"), 3);
  EXPECT_GT(*exposed.at(R"(gatepost_scan_seconds_sum{lane="entry",outcome="deny"})"), 0);
  EXPECT_EQ(exposed.at(R"(gatepost_device_up{lane="entry",device="gun"})"), 1);
  EXPECT_GE(*exposed.at("gatepost_journal_last"), 4);
  EXPECT_TRUE(exposed.at(R"(gatepost_output_backlog{output="store"})"));
  EXPECT_GT(*exposed.at("gatepost_disk_free_bytes"), 0);
  EXPECT_THAT(response, AllOf(Not(HasSubstr("E000001")), Not(HasSubstr("Lan"))));
  EXPECT_LT(exposed.samples.size(), 250U) << "a lane's series are few";
}

TEST_F(Metrics, SeeADeviceGo) {
  observe("metrics: unix:m.sock");
  site_.plug();
  auto engine = site_.run();
  site_.unplug();
  ASSERT_TRUE(engine->says("gun down")) << engine->output();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (site_.disk() / "m.sock").string();
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const auto exposed = world::ExpositionReader().read(
      body(ask(dial(reinterpret_cast<const sockaddr*>(&address), sizeof address), fetch)));
  EXPECT_THAT(exposed.faults, IsEmpty());
  EXPECT_EQ(exposed.at(R"(gatepost_device_up{lane="entry",device="gun"})"), 0);
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Metrics, AnswerNothingButWhatTheyAreFor) {
  const auto port = free_port();
  observe("metrics: '127.0.0.1:" + std::to_string(port) + "'");
  site_.plug();
  auto engine = site_.run();
  const std::string end = " HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n";
  EXPECT_THAT(ask(dial_port(port), "GET /" + end), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(dial_port(port), "DELETE /metrics" + end), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(body(ask(dial_port(port), "HEAD /metrics" + end)), IsEmpty());
  EXPECT_EQ(ask(dial_port(port), "\x16\x03\x01 no HTTP\r\n\r\n"), "");
  EXPECT_EQ(ask(dial_port(port), "GET /" + std::string(10'000, 'x') + end), "") << "a head has its bounds";
  EXPECT_EQ(ask(dial_port(port), "POST /metrics HTTP/1.1\r\nHost: g\r\nContent-Length: 100000\r\n\r\nx"), "");
  EXPECT_THAT(ask(dial_port(port), fetch), StartsWith("HTTP/1.1 200 ")) << "and goes on";
}

TEST_F(Metrics, DoNotHoldTheSiteUpWhenItStops) {
  const auto port = free_port();
  observe("metrics: '127.0.0.1:" + std::to_string(port) + "'");
  site_.plug();
  auto engine = site_.run();
  std::vector<int> idle;
  for (int i = 0; i < 12; ++i) idle.push_back(dial_port(port));  // more than it takes
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0);
  for (const int end : idle) ::close(end);
}

TEST_F(Metrics, ThatCannotBeOfferedLeaveTheGateAtWork) {
  const auto port = free_port();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int taken = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(taken, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  observe("metrics: '127.0.0.1:" + std::to_string(port) + "'");
  site_.plug();
  auto engine = site_.run();
  EXPECT_THAT(engine->output(), HasSubstr("cannot offer metrics"));
  site_.scan("E000001");
  EXPECT_TRUE(engine->says("✔ GRANT"));
  ::close(taken);
}

TEST_F(Metrics, AreRefusedToOtherMachinesByTheSiteFile) {
  observe("metrics: '0.0.0.0:9464'");
  const auto said = site_.say("check");
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, AllOf(HasSubstr("is no place that only this machine can reach"), HasSubstr("127.0.0.1:9464")));
}

}  // namespace
}  // namespace gatepost

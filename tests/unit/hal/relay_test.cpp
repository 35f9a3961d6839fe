// Relay boards: the bytes on the line, and what happens when a board does not answer.
#include <gmock/gmock.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <gatepost/hal/contact.hpp>
#include <gatepost/hal/relay.hpp>
#include <thread>

#include "unit/hal/address.hpp"
#include "world/pty.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::unique_ptr<hal::Relay> opened(const std::string& text) {
  auto board = hal::open_relay(address(text));
  EXPECT_TRUE(board) << to_line(board.error());
  return board ? std::move(*board) : nullptr;
}

std::string relay_refusal(const std::string& text) {
  const auto board = hal::open_relay(address(text));
  return board ? "" : to_line(board.error());
}

std::string bytes(std::initializer_list<int> values) {
  std::string all;
  for (const int value : values) all += static_cast<char>(value);
  return all;
}

// The board at the other end of the line: reads a request of 8 bytes and answers with `answer`, or its echo.
std::jthread slave(world::Pty& pty, std::string& request, std::optional<std::string> answer = {}) {
  return std::jthread([&pty, &request, answer] {
    request = pty.read(1000, 8);
    pty.write(answer.value_or(request));
  });
}

// 01 05 00 00 FF 00 8C 3A, 01 05 02 00 00 05 0C 71 and 01 01 …: waveshare.com/wiki/Modbus_RTU_Relay.
TEST(ModbusRtu, SendsThePublishedFrames) {
  world::Pty pty;
  auto board = opened("modbus:rtu:" + pty.name() + "/unit/1?pulse=waveshare&timeout=1s");
  std::string request;
  {
    const auto other = slave(pty, request);
    EXPECT_TRUE(board->set(1, true));
  }
  EXPECT_EQ(request, bytes({0x01, 0x05, 0, 0, 0xFF, 0, 0x8C, 0x3A}));
  {
    const auto other = slave(pty, request);
    EXPECT_TRUE(board->pulse(1, 500ms));
  }
  EXPECT_EQ(request, bytes({0x01, 0x05, 0x02, 0, 0, 0x05, 0x0C, 0x71}));
}

TEST(ModbusRtu, BelievesNoPulseThatTheBoardDidNotConfirm) {
  world::Pty pty;
  auto board = opened("modbus:rtu:" + pty.name() + "/unit/1?pulse=waveshare&timeout=300ms");
  std::string request;
  {
    const auto other = slave(pty, request, bytes({0x01, 0x85, 0x02, 0xC3, 0x51}));  // illegal data address
    EXPECT_FALSE(board->pulse(1, 500ms));
  }
  {
    const auto other = slave(pty, request, bytes({0x01, 0x05, 0x02, 0, 0, 0x06, 0x4C, 0x70}));  // another time
    EXPECT_FALSE(board->pulse(1, 500ms));
  }
}

TEST(ModbusRtu, GivesUpOnADeadSlaveInTime) {
  world::Pty pty;
  auto board = opened("modbus:rtu:" + pty.name() + "/unit/1?timeout=100ms");
  const auto begin = std::chrono::steady_clock::now();
  const auto done = board->set(1, true);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 600ms);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().remedy, HasSubstr("unit number"));
}

TEST(ModbusRtu, HasTheLineForItself) {
  world::Pty pty;
  const auto board = opened("modbus:rtu:" + pty.name() + "/unit/1");
  std::string request;
  {
    const auto other = slave(pty, request);
    ASSERT_TRUE(board->set(1, true));
  }
  EXPECT_THAT(opened("modbus:rtu:" + pty.name() + "/unit/2")->set(1, true).error().what, HasSubstr("in use"));
}

// libmodbus as a board on TCP; one client at a time.
class Server {
 public:
  explicit Server(int port = 0) : bus_(modbus_new_tcp("127.0.0.1", port)), map_(modbus_mapping_new(8, 8, 0, 0)) {
    listener_ = modbus_tcp_listen(bus_, 1);
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &size), 0);
    port_ = ntohs(bound.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~Server() {
    thread_.request_stop();
    ::shutdown(listener_, SHUT_RDWR);
    if (const int client = client_; client >= 0) ::shutdown(client, SHUT_RDWR);
    thread_ = {};
    ::close(listener_);
    modbus_close(bus_);
    modbus_free(bus_);
    modbus_mapping_free(map_);
  }
  int port() const { return port_; }
  std::string at(const std::string& rest = "") const {
    return "modbus:tcp://127.0.0.1:" + std::to_string(port_) + "/unit/1" + rest;
  }
  bool coil(int n) const { return std::atomic_ref(map_->tab_bits[n]) != 0; }
  void closes(int n, bool closed) {
    std::atomic_ref(map_->tab_input_bits[n]) = static_cast<std::uint8_t>(closed ? 1 : 0);
  }
  void hangs_up() { ::shutdown(client_, SHUT_RDWR); }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      int listener = listener_;
      client_ = modbus_tcp_accept(bus_, &listener);
      std::uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
      while (client_ >= 0 && !stop.stop_requested()) {
        const int size = modbus_receive(bus_, query);
        if (size < 0) break;
        if (size > 0) modbus_reply(bus_, query, size, map_);
      }
      modbus_close(bus_);
      client_ = -1;
    }
  }

  modbus_t* bus_;
  modbus_mapping_t* map_;
  int listener_ = -1, port_ = 0;
  std::atomic<int> client_ = -1;
  std::jthread thread_;
};

TEST(ModbusTcp, SwitchesCoilsAndReadsThemBack) {
  Server server;
  auto board = opened(server.at("?channels=8"));
  ASSERT_TRUE(board->set(3, true));
  EXPECT_TRUE(server.coil(2));
  EXPECT_TRUE(board->read_back(3)->value());
  ASSERT_TRUE(board->set(3, false));
  EXPECT_FALSE(server.coil(2));
  EXPECT_FALSE(board->read_back(3)->value());
  EXPECT_FALSE(board->set(9, true));
  EXPECT_FALSE(board->pulse(1, 500ms));  // not said to have a timer
}

TEST(ModbusTcp, SurvivesAServerThatHangsUp) {
  Server server;
  auto board = opened(server.at());
  ASSERT_TRUE(board->set(1, true));
  server.hangs_up();
  EXPECT_TRUE(board->set(1, false));
  EXPECT_FALSE(server.coil(0));
}

TEST(ModbusTcp, FindsAServerThatWentAndReturned) {
  auto server = std::make_unique<Server>();
  const int port = server->port();
  auto board = opened(server->at());
  server = nullptr;
  EXPECT_FALSE(board->set(1, true));
  server = std::make_unique<Server>(port);
  EXPECT_TRUE(board->set(1, true));
  EXPECT_TRUE(server->coil(0));
}

TEST(ModbusAddress, RefusesWhatIsNone) {
  for (const char* text : {"modbus:tcp://127.0.0.1:502/unit/0", "modbus:tcp://127.0.0.1:502",
                           "modbus:tcp://:502/unit/1", "modbus:usb/unit/1", "modbus:tcp://127.0.0.1:502/unit/1x"})
    EXPECT_THAT(relay_refusal(text), HasSubstr("no address of a Modbus board")) << text;
}

}  // namespace

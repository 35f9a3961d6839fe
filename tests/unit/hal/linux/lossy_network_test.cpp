// A relay board behind a real network that loses packets: what was told to have failed must not act afterwards.
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <gatepost/hal/relay.hpp>
#include <optional>
#include <string>

#include "world/cable.hpp"
#include "world/modbus_listener.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

std::unique_ptr<hal::Relay> opened(const std::string& address) {
  auto board = hal::open_relay(*hal::Address::parse(address, "/"));
  EXPECT_TRUE(board) << to_line(board.error());
  return board ? std::move(*board) : nullptr;
}

BootTime in(Duration time) { return BootClock::now() + time; }

/// The board at the far end of a cable. Everything runs on a thread whose machine is Gatepost's.
class FarBoard {
 public:
  template <class F>
  static void with(F test) {
    std::string missing;
    std::jthread([&] {
      FarBoard far;
      if (missing = far.missing_; missing.empty()) test(far);
    }).join();
    if (!missing.empty()) GTEST_SKIP() << missing;
  }

  ~FarBoard() {
    if (cable_.there()) cable_.does([this] { board.reset(); });
  }
  std::unique_ptr<hal::Relay> relay() const { return opened("modbus:tcp://192.0.2.7:502/unit/1"); }
  world::Cable& cable() { return cable_; }

  std::unique_ptr<world::ModbusListener> board;

 private:
  FarBoard() {
    if (!cable_.there()) {
      missing_ = "no network namespaces here (they need the right to make them)";
      return;
    }
    cable_.plug_in();
    if (cable_.there()) cable_.does([this] { board = std::make_unique<world::ModbusListener>(502); });
    if (!cable_.there() || !board->good()) missing_ = "no veth pair or no `ip` here";
  }

  world::Cable cable_;
  std::string missing_;
};

// 3.3 s without a packet, and TCP sends again what was not acknowledged.
TEST(LossyNetwork, ACommandThatFailedIsNotSentAgainByItsConnection) {
  FarBoard::with([](FarBoard& far) {
    const auto relay = far.relay();
    ASSERT_TRUE(relay->set(1, false));
    far.cable().pull();
    const auto begun = Clock::now();
    const auto failed = relay->set(1, true, in(1s));
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().what, HasSubstr("no answer in 300 ms"));
    EXPECT_LT(Clock::now() - begun, 600ms);
    std::this_thread::sleep_until(begun + 3300ms);
    far.cable().put_back();
    const auto end = Clock::now() + 10s;
    while (!relay->set(1, false) && Clock::now() < end) std::this_thread::yield();
    std::this_thread::sleep_until(begun + 8s);  // the old connection would send again after 3.2 s and 6.4 s
    for (const auto& switched : far.board->history())
      EXPECT_FALSE(switched.on) << "after " << (switched.at - begun) / 1ms << " ms";
    EXPECT_FALSE(far.board->coil(1));
  });
}

// While the kernel asks for the board's hardware address it keeps the packet, and sends it when it knows it, even if
// its connection was reset meanwhile. That is what the time to settle is for.
TEST(LossyNetwork, WhatLeftBeforeTheResetArrivesOnlyWhileItIsUnsettled) {
  FarBoard::with([](FarBoard& far) {
    const auto relay = far.relay();
    ASSERT_TRUE(relay->set(1, false));
    far.cable().is_known(false);
    ASSERT_EQ(std::system("ip neigh flush dev gp0"), 0);
    ASSERT_FALSE(relay->set(1, true, in(1s)));
    const auto settled = Clock::now() + relay->unsettled();
    EXPECT_GT(relay->unsettled(), 3s);
    EXPECT_LE(relay->unsettled(), hal::relay_shape(*hal::Address::parse("modbus:tcp://a:1/unit/1", "/"))->settle);
    std::this_thread::sleep_for(1s);
    far.cable().is_known(true);
    while (Clock::now() < settled) {
      static_cast<void>(relay->set(1, false));
      std::this_thread::sleep_for(50ms);
    }
    const auto before = far.board->history().size();
    ASSERT_TRUE(relay->set(1, false));
    std::this_thread::sleep_for(1s);
    const auto history = far.board->history();
    const auto late = std::count_if(history.begin(), history.end(), [](const auto& one) { return one.on; });
    testing::Test::RecordProperty("on_after_the_error", static_cast<int>(late));
    std::printf("  %d \"on\" arrived after its error was told, before it was settled\n", static_cast<int>(late));
    EXPECT_EQ(history.size(), before + 1) << "something came after that time";
    EXPECT_FALSE(far.board->coil(1));
  });
}

// The server's kernel has it and its program is frozen: nothing is on its way, only the board is slow.
TEST(TcpBoard, WhatWasAcknowledgedIsSettledSoon) {
  world::ModbusListener board;
  const auto relay = opened("modbus:tcp://127.0.0.1:" + std::to_string(board.port()) + "/unit/1?timeout=100ms");
  ASSERT_TRUE(relay->set(1, true));
  board.is_frozen(true);
  ASSERT_FALSE(relay->set(1, true, in(1s)));
  EXPECT_LE(relay->unsettled(), 100ms);
  EXPECT_GT(relay->unsettled(), 50ms);
}

// Whatever became of it: it may have acted.
TEST(TcpBoard, WhatOpensIsNotSentAgainOnANewConnection) {
  world::ModbusListener board;
  const auto relay = opened("modbus:tcp://127.0.0.1:" + std::to_string(board.port()) + "/unit/1");
  ASSERT_TRUE(relay->set(1, false));
  board.resets_next();
  const auto opened = relay->set(1, true, in(1s));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().what, HasSubstr("Connection reset"));
  EXPECT_EQ(board.history().size(), 1U);
  board.resets_next();
  EXPECT_TRUE(relay->set(1, false)) << "the state that it must have may be said again";
}

/// In how many hundredths of a second the kernel asks the other end of the connection to this port; nothing: never.
std::optional<unsigned> asked_after(int port) {
  std::ifstream connections("/proc/self/net/tcp");
  for (std::string line; std::getline(connections, line);) {
    unsigned remote = 0, state = 0, timer = 0, when = 0;
    if (std::sscanf(line.c_str(), " %*u: %*x:%*x %*x:%x %x %*x:%*x %x:%x", &remote, &state, &timer, &when) != 4)
      continue;
    if (remote == static_cast<unsigned>(port) && state == 1 && timer == 2) return when;
  }
  return {};
}

// One that was without power has forgotten the connection and says nothing: the first person after it was refused.
TEST(TcpBoard, IsAskedWhileNothingIsSaid) {
  world::ModbusListener board;
  const auto relay = opened("modbus:tcp://127.0.0.1:" + std::to_string(board.port()) + "/unit/1");
  ASSERT_TRUE(relay->set(1, false));
  std::optional<unsigned> asked;
  for (const auto end = Clock::now() + 2s; !asked && Clock::now() < end; std::this_thread::yield())
    asked = asked_after(board.port());  // once what was said is acknowledged
  ASSERT_TRUE(asked);
  EXPECT_LE(*asked, 500U);
}

TEST(TcpBoard, SaysThatItIsRefused) {
  int port = 0;
  {
    const world::ModbusListener board;
    port = board.port();
  }
  const auto relay = opened("modbus:tcp://127.0.0.1:" + std::to_string(port) + "/unit/1");
  EXPECT_THAT(relay->set(1, true, in(1s)).error().what, HasSubstr("refuses the connection"));
  EXPECT_EQ(relay->unsettled(), 0s) << "nothing was sent";
}

}  // namespace

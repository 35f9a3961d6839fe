// Addresses of GPIO lines, and a contact on a line that is played.
#include "linux/gpio.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <deque>
#include <mutex>
#include <thread>

namespace gatepost::hal {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

Address address(const std::string& text) { return *Address::parse(text, "/"); }

std::string shape(const std::string& text) {
  const auto board = gpio_shape(address(text));
  return board ? std::to_string(board->channels) : to_line(board.error());
}

std::string contact(const std::string& text) {
  const auto checked = gpio_contact_needs(address(text));
  return checked ? "good" : to_line(checked.error());
}

TEST(GpioAddress, CountsItsLines) {
  EXPECT_EQ(shape("gpio:gpiochip0/17"), "1");
  EXPECT_EQ(shape("gpio:pinctrl-bcm2711/17,OPEN_A,4?active=low"), "3");
  EXPECT_EQ(shape("gpio:usb:10c4:ea90@1-1.2/0,1"), "2");
}

TEST(GpioAddress, RefusesWhatNamesNoLines) {
  for (const char* wrong :
       {"gpio:gpiochip0", "gpio:/17", "gpio:gpiochip0/", "gpio:gpiochip0/1,,2", "gpio:gpiochip0/1,1"})
    EXPECT_THAT(shape(wrong), AllOf(HasSubstr("is no address of GPIO lines"), HasSubstr("gpio:CHIP/LINE"))) << wrong;
  EXPECT_THAT(shape("gpio:gpiochip0/1?active=up"), HasSubstr("active=high or low"));
  EXPECT_THAT(shape("gpio:gpiochip0/1?debounce=5ms"), HasSubstr("no option 'debounce'"));
}

TEST(GpioAddress, OfAContactHasOneLine) {
  EXPECT_EQ(contact("gpio:gpiochip0/17?active=low&debounce=20ms&bias=up"), "good");
  EXPECT_THAT(contact("gpio:gpiochip0/17,18"), HasSubstr("is no address"));
  EXPECT_THAT(contact("gpio:gpiochip0/17?bias=sideways"), HasSubstr("bias=as_is or off or up or down"));
  EXPECT_THAT(contact("gpio:gpiochip0/17?debounce=1min"), HasSubstr("at most 10s"));
}

TEST(GpioAddress, SaysThatThereIsNoSuchChip) {
  const auto board = open_gpio_relay(address("gpio:gpiochip4711/1"));
  ASSERT_FALSE(board);
  EXPECT_THAT(to_line(board.error()), AllOf(HasSubstr("no such GPIO chip"), HasSubstr("gpiochip4711")));
  EXPECT_FALSE(open_gpio_contact(address("gpio:/dev/null/1")));
}

/// What the world does to a line, and the kernel tells of it.
struct World {
  World() { EXPECT_EQ(::pipe2(pipe, O_NONBLOCK | O_CLOEXEC), 0); }
  ~World() {
    ::close(pipe[0]);
    ::close(pipe[1]);
  }
  void becomes(bool active, MonotonicTime at) {
    const std::scoped_lock lock(mutex);
    level = active;
    if (!tells_edges) return;
    edges.push_back({active, at});
    EXPECT_EQ(::write(pipe[1], "e", 1), 1);
  }
  void becomes(bool active) { becomes(active, SystemClock().now()); }

  bool tells_edges = true;
  int pipe[2]{};
  std::mutex mutex;
  std::deque<GpioEdge> edges;
  bool level = false, gone = false;
};

class Played final : public GpioLine {
 public:
  explicit Played(World& world) : world_(world) {}
  Result<bool> get() override {
    const std::scoped_lock lock(world_.mutex);
    if (world_.gone) return gone();
    return world_.level;
  }
  Result<void> set(bool) override { return gone(); }
  int descriptor() const override { return world_.tells_edges ? world_.pipe[0] : -1; }
  Result<GpioEdge> edge() override {
    const std::scoped_lock lock(world_.mutex);
    char token = 0;
    if (::read(world_.pipe[0], &token, 1) != 1) return gone();
    const GpioEdge edge = world_.edges.front();
    world_.edges.pop_front();
    return edge;
  }
  Error gone() const override { return gpio_failure({"/dev/gpiochip0", "4"}, ENODEV); }

 private:
  World& world_;
};

class GpioContactTest : public testing::Test {
 protected:
  std::unique_ptr<Contact> with(Duration debounce) {
    return gpio_contact(std::make_unique<Played>(world), debounce, *StopEvent::make());
  }
  World world;
};

TEST_F(GpioContactTest, TellsWhenTheKernelSawItClose) {
  const auto sensor = with(0ns);
  ASSERT_TRUE(sensor->forget());
  const auto at = SystemClock().now() - 3ms;
  world.becomes(true, at);
  EXPECT_TRUE(sensor->wait_to_close(1s, {}).value());
  EXPECT_EQ(sensor->closed_at(), at);
  EXPECT_FALSE(sensor->wait_to_close(10ms, {}).value()) << "it has not opened since";
  world.becomes(false);
  world.becomes(true);
  EXPECT_TRUE(sensor->wait_to_close(1s, {}).value());
}

TEST_F(GpioContactTest, OneThatIsClosedMustOpenFirst) {
  world.level = true;
  const auto sensor = with(0ns);
  EXPECT_TRUE(sensor->closed().value());
  EXPECT_FALSE(sensor->wait_to_close(10ms, {}).value());
  world.becomes(false);
  EXPECT_FALSE(sensor->wait_to_close(10ms, {}).value());
  world.becomes(true);
  EXPECT_TRUE(sensor->wait_to_close(1s, {}).value());
}

// A gate is shut between two waits; whoever passes then has passed.
TEST_F(GpioContactTest, WhatClosedBetweenTwoWaitsCounts) {
  const auto sensor = with(2ms);
  EXPECT_FALSE(sensor->wait_to_close(1ms, {}).value());
  world.becomes(true);
  EXPECT_TRUE(sensor->wait_to_close(1s, {}).value());
}

TEST_F(GpioContactTest, ForgetsWhatCameBeforeAPassage) {
  const auto sensor = with(0ns);
  EXPECT_FALSE(sensor->wait_to_close(1ms, {}).value());
  world.becomes(true);
  world.becomes(false);
  ASSERT_TRUE(sensor->forget());
  EXPECT_FALSE(sensor->wait_to_close(10ms, {}).value());
}

TEST_F(GpioContactTest, ABounceIsOneClosingAndItsFirstEdgeIsWhenItWas) {
  const auto sensor = with(20ms);
  ASSERT_TRUE(sensor->forget());
  const auto first = SystemClock().now();
  for (int i = 0; i < 5; ++i) world.becomes(i % 2 == 0, first + i * 1ms);
  EXPECT_TRUE(sensor->wait_to_close(1s, {}).value());
  EXPECT_EQ(sensor->closed_at(), first);
  EXPECT_GE(SystemClock().now(), first + 24ms) << "believed before it was quiet";
  EXPECT_FALSE(sensor->wait_to_close(30ms, {}).value());
}

TEST_F(GpioContactTest, ADisturbanceIsNone) {
  const auto sensor = with(20ms);
  ASSERT_TRUE(sensor->forget());
  const auto at = SystemClock().now();
  world.becomes(true, at);
  world.becomes(false, at + 5ms);
  EXPECT_FALSE(sensor->wait_to_close(60ms, {}).value());
  EXPECT_FALSE(sensor->closed_at());
}

TEST_F(GpioContactTest, StopsAtOnce) {
  const auto sensor = with(5ms);
  std::stop_source stop;
  const auto begun = SystemClock().now();
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(sensor->wait_to_close(1min, stop.get_token()).value());
  EXPECT_LT(SystemClock().now() - begun, 400ms);
}

// Kernels before 6.6 let a sleeper sleep on.
TEST_F(GpioContactTest, NoticesAChipThatIsGoneWithoutAWord) {
  const auto sensor = with(5ms);
  ASSERT_TRUE(sensor->forget());
  world.gone = true;
  const auto begun = SystemClock().now();
  const auto waited = sensor->wait_to_close(1min, {});
  ASSERT_FALSE(waited);
  EXPECT_THAT(to_line(waited.error()), HasSubstr("the GPIO chip is gone"));
  EXPECT_LT(SystemClock().now() - begun, 2s);
}

/// A line that is looked at.
class LookedAt : public GpioContactTest {
 protected:
  LookedAt() { world.tells_edges = false; }
  /// Closes it and opens it again from another thread, for that long each.
  std::jthread walker(Duration closed, int times = 1) {
    return std::jthread([this, closed, times] {
      for (int i = 0; i < 2 * times; ++i) {
        std::this_thread::sleep_for(closed);
        world.becomes(i % 2 == 0);
      }
    });
  }
};

TEST_F(LookedAt, TellsThatItClosedAndWhenThatWasSeen) {
  const auto sensor = with(5ms);
  ASSERT_TRUE(sensor->forget());
  const auto begun = SystemClock().now();
  const auto person = walker(100ms);
  ASSERT_TRUE(sensor->wait_to_close(5s, {}).value());
  ASSERT_TRUE(sensor->closed_at());
  EXPECT_GE(*sensor->closed_at(), begun + 100ms);
  EXPECT_LE(*sensor->closed_at(), SystemClock().now() - 5ms);
  EXPECT_FALSE(sensor->wait_to_close(200ms, {}).value()) << "one closing was told twice";
}

TEST_F(LookedAt, CountsEachClosing) {
  const auto sensor = with(5ms);
  ASSERT_TRUE(sensor->forget());
  const auto person = walker(100ms, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(sensor->wait_to_close(5s, {}).value()) << i;
  EXPECT_FALSE(sensor->wait_to_close(200ms, {}).value());
}

TEST_F(LookedAt, MustOpenFirstAndMayCloseBetweenTwoWaits) {
  world.level = true;
  const auto sensor = with(0ns);
  EXPECT_FALSE(sensor->wait_to_close(50ms, {}).value());
  world.becomes(false);
  EXPECT_FALSE(sensor->wait_to_close(50ms, {}).value());
  world.becomes(true);
  EXPECT_TRUE(sensor->wait_to_close(1s, {}).value());
}

TEST_F(LookedAt, WhoseClosingDoesNotLastIsDisturbed) {
  const auto sensor = with(150ms);
  ASSERT_TRUE(sensor->forget());
  const auto person = walker(50ms);
  EXPECT_FALSE(sensor->wait_to_close(400ms, {}).value());
}

TEST_F(LookedAt, IsGoneAtOnce) {
  const auto sensor = with(5ms);
  ASSERT_TRUE(sensor->forget());
  world.gone = true;
  EXPECT_THAT(to_line(sensor->wait_to_close(1min, {}).error()), HasSubstr("the GPIO chip is gone"));
}

}  // namespace
}  // namespace gatepost::hal

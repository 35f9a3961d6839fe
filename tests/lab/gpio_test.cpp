// Relays and contacts on the pins of a CP2112, through hid-cp2112, the GPIO character device and libgpiod.
#include <gmock/gmock.h>

#include <gatepost/hal/contact.hpp>
#include <gatepost/hal/relay.hpp>

#include "devices/acm_serial.hpp"
#include "devices/cp2112.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

hal::Address address(const std::string& text) { return *hal::Address::parse(text, "/"); }

template <class T>
std::unique_ptr<T> kept(Result<std::unique_ptr<T>> opened) {
  EXPECT_TRUE(opened) << to_line(opened.error());
  return opened ? std::move(*opened) : nullptr;
}
std::unique_ptr<hal::Relay> relay(const std::string& text) { return kept(hal::open_relay(address(text))); }
std::unique_ptr<hal::Contact> contact(const std::string& text) { return kept(hal::open_contact(address(text))); }

class Gpio : public testing::Test {
 protected:
  Gpio() {
    pins.plug();
    chip = std::filesystem::path(pins.chip()).filename();
  }
  Cp2112 pins;
  std::string chip;
};

TEST_F(Gpio, RelaysFollowTheOrderOfTheirLines) {
  const auto board = relay("gpio:" + chip + "/5,2");
  ASSERT_TRUE(board);
  EXPECT_EQ(board->channels(), 2);
  ASSERT_TRUE(board->set(1, true));
  EXPECT_TRUE(pins.becomes(5, true));
  EXPECT_FALSE(pins.high(2));
  EXPECT_EQ(*board->read_back(1), std::optional(true));
  EXPECT_EQ(*board->read_back(2), std::optional(false));
  ASSERT_TRUE(board->set(1, false));
  EXPECT_TRUE(pins.becomes(5, false));
  EXPECT_FALSE(board->set(3, true));
}

TEST_F(Gpio, ActiveLowTurnsEveryLevelRound) {
  const auto board = relay("gpio:" + chip + "/5?active=low");
  ASSERT_TRUE(board);
  EXPECT_TRUE(pins.becomes(5, true)) << "at rest";
  ASSERT_TRUE(board->set(1, true));
  EXPECT_TRUE(pins.becomes(5, false));
  EXPECT_EQ(*board->read_back(1), std::optional(true));
}

// A gate must not move because the engine is started again.
TEST_F(Gpio, TakesARelayOverAsItIs) {
  relay("gpio:" + chip + "/5")->set(1, true).value();
  ASSERT_TRUE(pins.becomes(5, true));
  pins.moves().clear();
  const auto board = relay("gpio:" + chip + "/5");
  ASSERT_TRUE(board);
  EXPECT_EQ(*board->read_back(1), std::optional(true));
  ASSERT_TRUE(board->set(1, false));
  ASSERT_TRUE(pins.becomes(5, false));
  EXPECT_EQ(pins.moves().all().size(), 1U) << "it moved when it was opened";
}

TEST_F(Gpio, IsFoundByLabelAndByPort) {
  const auto usb = relay("gpio:usb:10c4:ea90@" + pins.bus_id() + "/1");
  ASSERT_TRUE(usb);
  EXPECT_THAT(usb->identity(), HasSubstr("GPIO line 1 of cp2112_gpio"));
  const auto label = usb->identity().substr(usb->identity().find("of ") + 3);
  EXPECT_TRUE(relay("gpio:" + label + "/2"));
  const auto none = hal::open_relay(address("gpio:no-such-chip/2"));
  ASSERT_FALSE(none);
  EXPECT_THAT(to_line(none.error()), HasSubstr("there is no such GPIO chip"));
  for (const char* line : {"/77", "/OPEN_A"}) {
    const auto lacking = hal::open_relay(address("gpio:" + chip + line));
    ASSERT_FALSE(lacking) << line;
    EXPECT_THAT(to_line(lacking.error()), HasSubstr("no such GPIO line"));
  }
}

TEST_F(Gpio, NamesWhoHasALine) {
  const auto first = relay("gpio:" + chip + "/1");
  const auto second = hal::open_relay(address("gpio:" + chip + "/1"));
  ASSERT_FALSE(second);
  EXPECT_THAT(to_line(second.error()), HasSubstr("in use by gatepost"));
}

TEST_F(Gpio, AContactTellsWhenItClosed) {
  const auto sensor = contact("gpio:" + chip + "/4");
  ASSERT_TRUE(sensor);
  EXPECT_FALSE(*sensor->closed());
  Result<bool> seen = false;
  std::jthread waiting([&] { seen = sensor->wait_to_close(20s, {}); });
  const auto begun = SystemClock().now();
  std::jthread walker([&](const std::stop_token& stop) {  // closes again and again until it is seen
    for (bool high = true; !stop.stop_requested(); high = !high) {
      pins.input(4, high);
      const auto until = SystemClock().now() + 400ms;
      while (SystemClock().now() < until && !stop.stop_requested()) std::this_thread::yield();
    }
  });
  waiting.join();
  walker.request_stop();
  ASSERT_TRUE(seen) << to_line(seen.error());
  EXPECT_TRUE(*seen);
  ASSERT_TRUE(sensor->closed_at());
  EXPECT_GT(*sensor->closed_at(), begun);
  EXPECT_LT(*sensor->closed_at(), SystemClock().now());
}

TEST_F(Gpio, AChipThatIsGoneIsAnError) {
  const auto board = relay("gpio:" + chip + "/1");
  const auto sensor = contact("gpio:" + chip + "/4");
  ASSERT_TRUE(board && sensor);
  Result<bool> seen = false;
  std::jthread waiting([&] { seen = sensor->wait_to_close(20s, {}); });
  pins.unplug();
  waiting.join();
  ASSERT_FALSE(seen);  // a question that was on its way is never answered
  EXPECT_THAT(to_line(seen.error()), AnyOf(HasSubstr("gone"), HasSubstr("does not answer")));
  const auto set = board->set(1, true);
  ASSERT_FALSE(set);
  EXPECT_THAT(to_line(set.error()), HasSubstr("gone"));
}

// By the engine.

std::string gun(AcmSerial& scanner) {
  return "  gun: { plugin: serial, lines: many, device: 'serial:" + scanner.tty() + "' }\n";
}

std::string gate(const std::string& chip, const std::string& more) {
  return "  gate: { plugin: turnstile_relay, board: 'gpio:" + chip + "/1', " + more + " }\n";
}

TEST_F(Gpio, AGateOpensAndItsSensorSeesThePassage) {
  AcmSerial scanner;
  scanner.plug();
  Site site(gun(scanner) + gate(chip, "sensor: 'gpio:" + chip + "/4', pulse: 300ms, passage_timeout: 20s"), "gun",
            "gate");
  site.run({"gun up", "gate up"});
  pins.moves().clear();
  scanner.write("E000001\r");
  ASSERT_TRUE(pins.becomes(1, true)) << site.engine().output();
  ASSERT_TRUE(pins.becomes(1, false));
  const auto moves = pins.moves().all();
  EXPECT_GE(moves.at(1).at - moves.at(0).at, 290ms);
  pins.input(4, true);
  EXPECT_TRUE(site.recorded("passage seen")) << site.engine().output();
}

std::string two_gates(const std::string& chip, const std::string& other, const std::string& line) {
  return "  gun: { plugin: serial, lines: many, device: 'sim:terminal' }\n" + gate(chip, "out: 0") +
         "  spare: { plugin: turnstile_relay, board: 'gpio:" + other + "/" + line + "', out: 0 }\n";
}

TEST_F(Gpio, ALineOfAChipByAnotherNameIsTheSameLine) {
  const Site site(two_gates("usb:10c4:ea90@" + pins.bus_id(), chip, "1"), "gun", "gate");
  const auto said = world::Shell().say({"check", site.file()});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr("'spare' opens gpio " + chip + "/1, and 'gate' does"));
}

TEST_F(Gpio, AServiceMayOpenTheChip) {
  world::Shell shell;
  const Site site(two_gates("usb:10c4:ea90@" + pins.bus_id(), chip, "2"), "gun", "gate");
  const auto said = shell.say({"unit", site.file()});
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text,
              HasSubstr("gate (/dev/" + chip + "), spare (/dev/" + chip + ")\nDeviceAllow=char-gpiochip rw"));
}

TEST_F(Gpio, AGateIsBackWithItsChip) {
  AcmSerial scanner;
  scanner.plug();
  const auto port = "usb:10c4:ea90@" + pins.bus_id();
  Site site(gun(scanner) + gate(port, "sensor: 'gpio:" + port + "/4', pulse: 300ms, passage_timeout: 20s"), "gun",
            "gate");
  site.run({"gun up", "gate up"});
  pins.unplug();
  ASSERT_TRUE(site.recorded("device down gate")) << site.engine().output();
  pins.plug();
  ASSERT_TRUE(site.recorded("device up gate", 2)) << site.engine().output();
  pins.moves().clear();
  scanner.write("E000002\r");
  ASSERT_TRUE(pins.becomes(1, true)) << site.engine().output();
  ASSERT_TRUE(pins.becomes(1, false));
  pins.input(4, true);
  EXPECT_TRUE(site.recorded("passage seen")) << site.engine().output();
}

}  // namespace
}  // namespace gatepost::lab

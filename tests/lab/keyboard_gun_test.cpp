// The keyboard gun, through usbhid, hid-generic and evdev.
#include "devices/keyboard_gun.hpp"

#include <gmock/gmock.h>
#include <linux/hidraw.h>
#include <linux/input.h>

#include "file.hpp"

namespace gatepost::lab {
namespace {

using testing::ElementsAre;

// The keys that go down, until so many have; "dropped" where the kernel lost some.
std::vector<int> keys_down(const File& events, std::size_t count) {
  std::vector<int> keys;
  while (keys.size() < count) {
    const auto bytes = events.read(sizeof(input_event));
    if (bytes.size() != sizeof(input_event)) break;
    input_event event{};
    std::memcpy(&event, bytes.data(), sizeof event);
    if (event.type == EV_SYN && event.code == SYN_DROPPED) ADD_FAILURE() << "the kernel's queue ran over";
    if (event.type == EV_KEY && event.value == 1) keys.push_back(event.code);
  }
  return keys;
}

// What one gun types, as the kernel sees it.
class Typed {
 public:
  Typed() {
    gun.plug();
    events_.emplace(gun.event());
    EXPECT_EQ(events_->ask(EVIOCGRAB, grab()), 0);
  }
  std::vector<int> keys(std::size_t count) { return keys_down(*events_, count); }

  KeyboardGun gun;

 private:
  static int* grab() { return reinterpret_cast<int*>(std::intptr_t{1}); }  // the call takes a number for a pointer
  std::optional<File> events_;
};

TEST(KeyboardGun, TypesWithShift) {
  Typed typed;
  typed.gun.scan("aB7_");
  EXPECT_THAT(typed.keys(7), ElementsAre(KEY_A, KEY_LEFTSHIFT, KEY_B, KEY_7, KEY_LEFTSHIFT, KEY_MINUS, KEY_ENTER));
}

TEST(KeyboardGun, TypesAsItBelievesTheLayoutToBe) {
  Typed typed;
  typed.gun.layout = Layout::de;
  typed.gun.type("zy@ß");
  EXPECT_THAT(typed.keys(5), ElementsAre(KEY_Y, KEY_Z, KEY_RIGHTALT, KEY_Q, KEY_MINUS));
  typed.gun.layout = Layout::fr;
  typed.gun.type("a1m");
  EXPECT_THAT(typed.keys(4), ElementsAre(KEY_Q, KEY_LEFTSHIFT, KEY_1, KEY_SEMICOLON));
  typed.gun.layout = Layout::uk;
  typed.gun.type("#\"");
  EXPECT_THAT(typed.keys(3), ElementsAre(KEY_BACKSLASH, KEY_LEFTSHIFT, KEY_2));
}

TEST(KeyboardGun, TypesNumbersOnTheKeypad) {
  Typed typed;
  typed.gun.alt_codes = true;
  typed.gun.type("A\x1D");
  EXPECT_THAT(typed.keys(8),
              ElementsAre(KEY_LEFTALT, KEY_KP0, KEY_KP6, KEY_KP5, KEY_LEFTALT, KEY_KP0, KEY_KP2, KEY_KP9));
}

TEST(KeyboardGun, HoldsItsPace) {
  Typed typed;
  typed.gun.pace = {std::chrono::milliseconds(20), 1};
  const auto begun = Clock::now();
  typed.gun.type("12345");
  EXPECT_EQ(typed.keys(5).size(), 5U);
  EXPECT_GE(Clock::now() - begun, std::chrono::milliseconds(8 * 20));  // nine reports
}

TEST(KeyboardGun, SendsWhatReportItIsTold) {
  KeyboardGun gun;
  gun.plug();
  const File raw(gun.hidraw());
  gun.report({2, 0, 4, 5, 6, 7, 8, 9});
  EXPECT_THAT(raw.read(), ElementsAre(2, 0, 4, 5, 6, 7, 8, 9));
}

TEST(KeyboardGun, GoesWhenItIsUnplugged) {
  KeyboardGun gun;
  gun.plug();
  const auto name = gun.event();
  const File events(name);
  gun.unplug();
  int version = 0;
  EXPECT_EQ(events.ask(EVIOCGVERSION, &version), -ENODEV);
  EXPECT_EQ(::access(name.c_str(), F_OK), -1);
}

TEST(KeyboardGun, RefusesALetterThatNoKeyGives) {
  KeyboardGun gun;
  EXPECT_THROW(gun.type("đ"), std::invalid_argument);
}

}  // namespace
}  // namespace gatepost::lab

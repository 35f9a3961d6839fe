// The HAL's keyboards and HID devices on real drivers: guns that are played, in a kernel that does not know it.
#include <gmock/gmock.h>
#include <linux/input.h>
#include <sys/wait.h>
#include <gatepost/framer.hpp>
#include <gatepost/hal/keyboard.hpp>

#include <set>
#include <thread>

#include "devices/keyboard_gun.hpp"
#include "file.hpp"
#include "world/guards.hpp"

namespace gatepost::lab {
namespace {

std::shared_ptr<const hal::KeyMap> us_keys() { return *hal::load_key_map(hal::KeyLayout::us); }

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

hal::Address address(const std::string& text) { return *hal::Address::parse(text, "/"); }

std::unique_ptr<hal::Keyboard> opened(KeyboardGun& gun, hal::KeyLayout layout = hal::KeyLayout::us) {
  EXPECT_NE(gun.event(), "");
  auto keyboard = hal::open_keyboard(address(gun.address()), *hal::load_key_map(layout));
  EXPECT_TRUE(keyboard) << to_line(keyboard.error());
  return keyboard ? std::move(*keyboard) : nullptr;
}

std::string typed(hal::Keyboard& keyboard, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    const auto read = keyboard.read(5s, {});
    if (!read) return text + " " + to_line(read.error());
    if (read->text.empty() && !read->lost) return text + " and no more";
    if (read->lost) text += "<lost>";
    text += read->text;
  }
  return text;
}

/// Dead keys, with the space that a gun types after them.
struct Dead {
  char character;
  Key key;
};

struct Country {
  Layout believed;
  hal::KeyLayout layout;
  std::vector<Dead> dead;
};

TEST(Keyboard, ReadsWhatAGunTypesOnEachLayout) {
  const Key space{0, key::space};
  for (const auto& [believed, layout, dead] :
       {Country{Layout::us, hal::KeyLayout::us, {}}, Country{Layout::uk, hal::KeyLayout::uk, {}},
        Country{Layout::de, hal::KeyLayout::de, {{'^', {0, 0x35}}, {'`', {modifier::left_shift, 0x2E}}}},
        Country{Layout::fr,
                hal::KeyLayout::fr,
                {{'~', {modifier::right_alt, 0x1F}}, {'`', {modifier::right_alt, 0x24}}}}}) {
    KeyboardGun gun;
    gun.plug();
    const auto keyboard = opened(gun, layout);
    ASSERT_TRUE(keyboard);
    gun.layout = believed;
    std::string ascii;
    for (char c = ' '; c <= '~'; ++c) {
      ascii += c;
      const auto found = std::ranges::find(dead, c, &Dead::character);
      if (found == dead.end()) {
        gun.type(std::string(1, c));
      } else {
        gun.press(found->key);
        gun.press(space);
      }
    }
    gun.scan("");
    EXPECT_EQ(typed(*keyboard, ascii.size() + 1), ascii + "\r") << static_cast<int>(layout);
  }
}

TEST(Keyboard, ReadsNumbersOnTheKeypad) {
  KeyboardGun gun;
  gun.plug();
  const auto keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  gun.alt_codes = true;
  gun.type("A\x1DZ");
  EXPECT_EQ(typed(*keyboard, 3), "A\x1DZ");
}

TEST(Keyboard, IsGrabbedSoThatNobodyElseGetsItsKeys) {
  KeyboardGun gun;
  gun.plug();
  const File other(gun.event());  // as a console or a desktop would
  const auto keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  gun.scan("E000001");
  EXPECT_EQ(typed(*keyboard, 8), "E000001\r");
  EXPECT_THAT(other.read(sizeof(input_event), 200ms), testing::IsEmpty());
  const auto second = hal::open_keyboard(address("input:" + gun.event()), us_keys());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("grabbed"));
}

TEST(Keyboard, NamesWhoHasIt) {
  KeyboardGun gun;
  gun.plug();
  const std::string event = gun.event();
  const auto holder = ::fork();
  ASSERT_GE(holder, 0);
  if (holder == 0) {
    const int descriptor = ::open(event.c_str(), O_RDONLY);
    ::ioctl(descriptor, EVIOCGRAB, reinterpret_cast<void*>(1));
    ::pause();
    ::_exit(0);
  }
  world::soon([&] { return !hal::open_keyboard(address("input:" + event), us_keys()); }, 5s);
  const auto keyboard = hal::open_keyboard(address("input:" + event), us_keys());
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  ASSERT_FALSE(keyboard);
  EXPECT_THAT(keyboard.error().what, HasSubstr("process " + std::to_string(holder)));
}

TEST(Keyboard, TellsTwoGunsOfAKindApartByPort) {
  KeyboardGun one, two;
  one.plug();
  two.plug();
  one.event();
  const auto keyboard = opened(two);
  ASSERT_TRUE(keyboard);
  one.scan("E000001");
  two.scan("E000002");
  EXPECT_EQ(typed(*keyboard, 8), "E000002\r");
  const std::string kind = one.address().substr(0, 13);
  const auto any = hal::open_keyboard(address(kind), us_keys());
  ASSERT_FALSE(any);
  EXPECT_THAT(any.error().what, HasSubstr("2 devices go by this name"));
}

TEST(Keyboard, DropsWhatWasTypedBeforeItWasOpened) {
  KeyboardGun gun;
  gun.plug();
  const File other(gun.event());
  gun.scan("OLD");
  for (int i = 0; i < 4; ++i) other.read(sizeof(input_event) * 64, 300ms);
  const auto keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  gun.scan("NEW");
  EXPECT_EQ(typed(*keyboard, 4), "NEW\r");
}

// Codes as fast as the bus takes them while the reader is away: each comes out whole, or as damaged, or is told as
// lost; none comes out as anything else.
TEST(Keyboard, NeverGivesACutCodeHoweverFastAndLateItIs) {
  KeyboardGun gun;
  gun.plug();
  const auto keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  gun.pace = {4ms, 4};
  std::string burst;
  std::set<std::string> codes;
  for (int i = 0; i < 200; ++i) {
    const std::string code = std::to_string(1000000 + i);
    codes.insert(code);
    burst += code + "\n";
  }
  std::vector<Reading> readings;
  Framer framer({});
  gun.type(burst);
  for (int round = 1;; ++round) {
    if (round % 150 == 0) std::this_thread::sleep_for(80ms);  // a disk that is slow, a busy machine
    const auto read = keyboard->read(1s, {});
    ASSERT_TRUE(read) << to_line(read.error());
    if (read->text.empty() && !read->lost) break;
    framer.feed(read->text, read->at, read->lost, readings);
  }
  framer.silence(readings);
  int whole = 0, damaged = 0;
  for (const auto& reading : readings) {
    if (reading.damage != Damage::none) {
      ++damaged;
      continue;
    }
    ++whole;
    EXPECT_EQ(codes.erase(reading.payload), 1U) << "was never typed, or comes twice: " << reading.payload;
  }
  EXPECT_GT(damaged, 0) << "the burst did not run over: nothing was tried";
  EXPECT_GT(whole, 0);
  std::printf("%d whole, %d damaged\n", whole, damaged);
}

TEST(Keyboard, ReadsFiveHundredCharactersWithoutAGap) {
  KeyboardGun gun;
  gun.plug();
  const auto keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  gun.pace = {0us, 10000};
  std::string code;
  for (int i = 0; i < 500; ++i) code += static_cast<char>('A' + i % 26);
  gun.scan(code);
  std::vector<Reading> readings;
  Framer framer({});
  while (readings.empty()) {
    const auto read = keyboard->read(framer.in_frame() ? 100ms : 5s, {});
    ASSERT_TRUE(read) << to_line(read.error());
    if (read->text.empty() && !read->lost)
      framer.silence(readings);
    else
      framer.feed(read->text, read->at, read->lost, readings);
  }
  if (readings[0].damage == Damage::none) {
    EXPECT_EQ(readings[0].payload, code);
  }
  std::printf("%s\n", std::string(to_word(readings[0].damage)).c_str());
}

TEST(Keyboard, GoesAndComesBack) {
  KeyboardGun gun;
  gun.plug();
  auto keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  const std::string name = gun.address();
  gun.unplug();
  const auto read = keyboard->read(5s, {});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what, HasSubstr("gone"));
  EXPECT_THAT(hal::open_keyboard(address(name), us_keys()).error().what, HasSubstr("no such device"));
  gun.plug();
  keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  gun.scan("E000001");
  EXPECT_EQ(typed(*keyboard, 8), "E000001\r");
}

TEST(Keyboard, PutsTheLightOfCapsLockOut) {
  KeyboardGun gun;
  gun.plug();
  {
    const File light(gun.event());
    input_event events[2]{};
    events[0].type = EV_LED;
    events[0].code = LED_CAPSL;
    events[0].value = 1;
    ASSERT_EQ(::write(light.descriptor(), events, sizeof events), static_cast<ssize_t>(sizeof events));
    ASSERT_TRUE(
        world::soon([&] { return !gun.reports().all().empty() && gun.reports().all().back().data.back() == 2; }, 5s));
  }
  const auto keyboard = opened(gun);
  ASSERT_TRUE(keyboard);
  EXPECT_TRUE(world::soon([&] { return gun.reports().all().back().data.back() == 0; }, 5s));
  gun.scan("aB");
  EXPECT_EQ(typed(*keyboard, 3), "aB\r");
}

}  // namespace
}  // namespace gatepost::lab

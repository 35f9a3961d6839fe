// gatepost calibrate with scanners that do to codes what scanners do: type them for another country, put something
// before them, lose some of them.
#include "devices/calibrate/sheet.hpp"

#include <gmock/gmock.h>

#include "devices/acm_serial.hpp"
#include "devices/keyboard_gun.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string payload_of(char letter) {
  for (const auto& code : calibrate::sheet_codes())
    if (code.letter == letter) return code.payload;
  return {};
}

/// Types like a gun that knows dead keys and control characters, too.
void scan(KeyboardGun& gun, const std::string& text) {
  constexpr std::uint8_t control = 0x01, right_brace = 0x30, six = 0x23, two = 0x1F, seven = 0x24, equal = 0x2E,
                         grave = 0x35;
  const Key space{0, key::space};
  const auto is_dead = [&](char c) {
    return (gun.layout == Layout::de && (c == '^' || c == '`')) || (gun.layout == Layout::fr && (c == '~' || c == '`'));
  };
  for (const char c : text) {
    if (c == '\x1d') {
      gun.press({control, right_brace});
    } else if (c == '\x1e') {
      gun.press({control, six});
    } else if (!is_dead(c)) {
      gun.press(*key_of(gun.layout, static_cast<unsigned char>(c)));
    } else {
      gun.press(gun.layout == Layout::de ? (c == '^' ? Key{0, grave} : Key{modifier::left_shift, equal})
                                         : Key{modifier::right_alt, c == '~' ? two : seven});
      gun.press(space);
    }
  }
  gun.press({0, key::enter});
}

class Calibrate : public testing::Test {
 protected:
  /// Starts it for a device, and waits until it reads.
  world::Process& start(const std::string& address) {
    process_ = shell_.start({"calibrate", address});
    EXPECT_TRUE(process_->says("scan each code", Site::patience)) << process_->output();
    return *process_;
  }
  /// Scans until it says this of the code. An emulated machine may stop for so long that a scan falls apart: a person
  /// scans again, then.
  template <class Scan>
  bool says(const std::string& text, Scan scan) {
    for (int tries = 0; tries < 5; ++tries) {
      scan();
      if (process_->says(text, 6s)) return true;
    }
    return false;
  }
  /// Ctrl-C, and all that it has said by then.
  std::string ended() {
    process_->send(SIGINT);
    EXPECT_EQ(process_->ends(Site::patience), 1) << "codes are missing";
    return process_->output();
  }
  static std::string name_of(KeyboardGun& gun) { return "usb:0c2e:0b61@" + gun.bus_id(); }

 private:
  world::Shell shell_;
  std::unique_ptr<world::Process> process_;
};

TEST_F(Calibrate, FindsTheCountryThatAGunTypesForAndItsPrefix) {
  for (const auto& [layout, word] : {std::pair(Layout::de, "de"), std::pair(Layout::fr, "fr")}) {
    KeyboardGun gun;
    gun.layout = layout;
    gun.plug();
    ASSERT_NE(gun.event(), "");
    const auto& process = start(name_of(gun));
    EXPECT_TRUE(says("B: 103 of 103 bytes right, typed for " + std::string(word), [&] {
      scan(gun, "X-" + payload_of(calibrate::ascii_code));
    })) << process.output();
    EXPECT_THAT(ended(), AllOf(HasSubstr("it types " + std::string(word) + "\n"),
                               HasSubstr("{ plugin: usb_hid, device: \"" + name_of(gun) + "\", layout: " + word +
                                         ", prefix: 'X-'"),
                               HasSubstr("it ends each code with \\r")));
  }
}

TEST_F(Calibrate, KnowsNumbersOnTheKeypadControlCharactersAndLosses) {
  KeyboardGun gun;
  gun.plug();
  ASSERT_NE(gun.event(), "");
  const auto& process = start(name_of(gun));
  EXPECT_TRUE(says("B: 103 of 103 bytes right, by numbers", [&] {
    gun.alt_codes = true;
    gun.type(payload_of(calibrate::ascii_code));
    gun.press({0, key::enter});
    gun.alt_codes = false;
  })) << process.output();
  EXPECT_TRUE(says("C: 19 of 19 bytes right", [&] { scan(gun, payload_of(calibrate::control_code)); }))
      << process.output();
  std::string code = payload_of(calibrate::sixty_code);
  code.erase(code.find("002") - 1, 4);
  EXPECT_TRUE(says("E: 56 of 60 bytes right", [&] { scan(gun, code); })) << process.output();
  EXPECT_THAT(ended(), AllOf(HasSubstr("Alt mode"), Not(HasSubstr("does not come through")),
                             HasSubstr("lost at byte 13: \"D002\""), HasSubstr("inter-character delay")));
}

TEST_F(Calibrate, IsContentWithASerialScanner) {
  AcmSerial scanner;
  scanner.plug();
  const std::string tty = scanner.tty();
  ASSERT_NE(tty, "");
  auto& process = start("serial:" + tty);
  for (const auto& code : calibrate::sheet_codes()) {
    scanner.write(code.payload + "\r\n");
    ASSERT_TRUE(
        process.says(std::string(1, code.letter) + ": " + std::to_string(code.payload.size()) + " of", Site::patience))
        << process.output();
  }
  EXPECT_EQ(process.ends(Site::patience), 0) << process.output();
  EXPECT_THAT(process.output(), HasSubstr("{ plugin: serial, device: \"serial:" + tty + "\" }"));
}

}  // namespace
}  // namespace gatepost::lab

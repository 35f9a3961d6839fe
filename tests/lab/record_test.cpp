// What real drivers gave, recorded from a running engine and played again.
#include <gmock/gmock.h>

#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "site.hpp"
#include "world/places.hpp"

namespace gatepost::lab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Recording {
 public:
  explicit Recording(Site& site) : site_(site) {}
  /// What is read when the device's tape is played.
  std::string replayed(const std::string& form) {
    const auto tape = (site_.disk() / "gun.tape").string();
    const auto recorded = shell_.say({"record", site_.file(), "gun", form, "-o", tape});
    EXPECT_EQ(recorded.exit, 0) << recorded.text;
    return shell_.say({"replay", tape}).text;
  }
  std::string shape() { return shell_.say({"record", site_.file(), "gun"}).text; }

 private:
  Site& site_;
  world::Shell shell_;
};

TEST(Record, AKeyboardsKeysReadTheSameWhenTheyArePlayed) {
  KeyboardGun gun;
  gun.plug();
  Site site("  gun: { plugin: usb_hid, device: 'input:" + gun.event() + "' }\n");
  site.run({"gun up"});
  gun.scan("E000001");
  ASSERT_TRUE(site.recorded("attempt granted E000001")) << site.engine().output();
  Recording recording(site);
  EXPECT_THAT(recording.replayed("--clear"), HasSubstr("7 bytes  E000001"));
  EXPECT_THAT(recording.shape(), AllOf(HasSubstr("key 1 2 1"), Not(HasSubstr("key 1 11 1")))) << "0 is key 11, 1 key 2";
}

TEST(Record, APosScannersReportsReadTheSameWhenTheyArePlayed) {
  HidPosScanner scanner;
  scanner.plug();
  Site site("  gun: { plugin: usb_hid, device: 'usb:0c2e:0b62' }\n");
  site.run({"gun up"});
  scanner.scan("E000001");
  ASSERT_TRUE(site.recorded("attempt granted E000001")) << site.engine().output();
  EXPECT_THAT(Recording(site).replayed("--clear"), HasSubstr("]Q1     7 bytes  E000001"));
}

}  // namespace
}  // namespace gatepost::lab

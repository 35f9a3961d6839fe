// Devices whose descriptors are not true, or whose reports are not what they announced.
#include <gmock/gmock.h>

#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "devices/uvc_camera.hpp"
#include "liars.hpp"
#include "storm.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t configuration = 2, report_descriptor = 0x22;
constexpr auto new_scan = 300ms;  // longer than the pause inside one, which is set to 200 ms

UsbDevice::Lie cut_to(std::size_t size) {
  return [size](std::uint8_t, Bytes truth) {
    truth.resize(size);
    return truth;
  };
}

// With one field of 65,535 bytes.
Bytes report_of_64_kib() {
  return {0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF,
          0x00, 0x75, 0x08, 0x96, 0xFF, 0xFF, 0x09, 0xFE, 0x82, 0x02, 0x01, 0xC0};
}

struct Descriptors {
  Descriptors() {
    cut.lie(report_descriptor, cut_to(21));
    shorter.lie(configuration, cut_to(18));  // itself and its interface, without what belongs to that
    huge.lie(report_descriptor, [](std::uint8_t, const Bytes&) { return report_of_64_kib(); });
    camera.lie(configuration, cut_to(100));  // in the middle of its pictures' formats
    for (UsbDevice* liar : std::initializer_list<UsbDevice*>{&cut, &shorter, &huge, &camera}) liar->plug();
  }
  static std::string entry(const std::string& name, const std::string& plugin, const std::string& address) {
    return "  " + name + ": { plugin: " + plugin + ", device: '" + address + "' }\n";
  }
  std::string yaml() const {
    return entry("cut", "usb_hid", cut.address()) + entry("shorter", "usb_hid", shorter.address()) +
           entry("huge", "usb_hid", huge.address()) + entry("camera", "uvc_camera", camera.address());
  }
  static std::vector<LaneOf> lanes() { return {{"main", "cut: in, shorter: in, huge: in, camera: in"}}; }

  HidPosScanner cut, shorter, huge;
  UvcCamera camera;
};

struct LyingDescriptors : Liars<Descriptors> {
  static void is_refused(const std::string& device, const std::string& why) {
    EXPECT_TRUE(world->site.refuses(device, why)) << world->site.said();
    EXPECT_TRUE(world->site.other_lane_works()) << world->site.said();
  }
};

TEST_F(LyingDescriptors, AHidReportDescriptorThatIsCutShortIsRefused) {
  is_refused("cut", "report descriptor ends within");
}

TEST_F(LyingDescriptors, AConfigurationThatIsShorterThanItSaysIsRefused) {
  is_refused("shorter", "does not tell its interfaces");
}

// The kernel takes no report of more than 16 KiB, so libusb has the device, and there it is bounded here.
TEST_F(LyingDescriptors, AReportThatIsSaidToHave64KiBIsRefused) {
  is_refused("huge", "sends no reports that are known here");
}

TEST_F(LyingDescriptors, AUvcDescriptorThatIsCutShortMakesNoCamera) {
  is_refused("camera", "is there, but the kernel made no camera of it");
}

// The first two are asked by libusb: a kernel that was mended drops what is too small, as every one drops what is too
// large, and tells nobody.
struct Reports {
  Reports() {
    for (UsbDevice* liar : std::initializer_list<UsbDevice*>{&small, &large, &many, &gun}) liar->plug();
    for (const auto& file : {small.hidraw(), large.hidraw(), many.hidraw(), gun.event()}) EXPECT_NE(file, "");
  }
  static std::string entry(const std::string& name, const std::string& address) {
    return "  " + name + ": { plugin: usb_hid, device: '" + address + "', idle: 200ms }\n";
  }
  std::string yaml() const {
    return entry("small", small.address() + "?via=libusb") + entry("large", large.address() + "?via=libusb") +
           entry("many", many.address()) + entry("gun", gun.address());
  }
  static std::vector<LaneOf> lanes() { return {{"main", "small: in, large: in, many: in, gun: in"}}; }

  HidPosScanner small, large, many;
  KeyboardGun gun;
};

struct LyingReports : Liars<Reports> {
  // What comes right after the opening may be the rest of a code.
  static void is_up(const std::string& device, std::ptrdiff_t times = 1) {
    ASSERT_TRUE(world->site->recorded("device up " + device, times)) << world->site.said();
    std::this_thread::sleep_for(new_scan);
  }
  static void is_told(const std::string& record, const std::string& device, const std::string& why) {
    EXPECT_TRUE(world->site->tells(record, device, why)) << world->site.said();
    EXPECT_TRUE(world->site.other_lane_works()) << world->site.said();
  }
  static void is_read(const std::string& code) {
    EXPECT_TRUE(world->site->recorded("attempt granted " + code)) << world->site.said();
  }
};

TEST_F(LyingReports, OnesThatAreSmallerThanAnnouncedAreDamaged) {
  auto& liar = world->devices.small;
  is_up("small");
  liar.report(joined({{2, 7}, bytes_of("]Q1E000009"), Bytes(8)}));
  is_told("attempt damaged", "small", "a report has 20 bytes instead of 64");
  liar.scan("E000008");  // whether more was to follow the short one is not known
  is_told("attempt damaged", "small", "may be the rest of it");
  liar.scan("E000001");
  is_read("E000001");
}

TEST_F(LyingReports, OnesThatAreLargerThanAnnouncedAreRefused) {
  auto& liar = world->devices.large;
  is_up("large");
  liar.report(Bytes(64 * 1024, 2));
  is_told("device down large", "large", "sends a larger report than its descriptor says");
  is_up("large", 2);
  liar.scan("E000002");
  is_read("E000002");
}

TEST_F(LyingReports, SixtyFourKiBInOneGoAreOneDamagedScan) {
  auto& liar = world->devices.many;
  is_up("many");
  const auto before = Holdings::of(world->site->engine().pid());
  for (int i = 0; i < 1024; ++i) liar.piece(std::string(56, 'E'), "]X0", 's', true);
  ASSERT_TRUE(liar.has_sent());
  is_told("attempt damaged", "many", "bytes, then silence");
  Holdings::have_not_grown(world->site->engine().pid(), before, 2048);
  liar.scan("E000008");  // it may be the rest of that
  liar.scan("E000003");
  is_read("E000003");
}

// While the engine stands still, as on a machine that has too much to do, so that the kernel's ring runs over for sure.
TEST_F(LyingReports, TenThousandEventsInABurstAreToldAsLost) {
  auto& liar = world->devices.gun;
  is_up("gun");
  const auto before = Holdings::of(world->site->engine().pid());
  liar.pace = {0us, 20'000};
  world->site->engine().send(SIGSTOP);
  for (int i = 0; i < 1700; ++i) liar.press({0, 0x1E});  // down and up, three events each
  const bool sent = liar.has_sent(60s);
  world->site->engine().send(SIGCONT);
  ASSERT_TRUE(sent);
  is_told("attempt damaged", "gun", "lost");
  Holdings::have_not_grown(world->site->engine().pid(), before, 2048);
  std::this_thread::sleep_for(new_scan);
  liar.pace = {};
  liar.scan("E000008");  // it may be taken for the rest of that
  std::this_thread::sleep_for(new_scan);
  liar.scan("E000007");
  EXPECT_TRUE(world->site->recorded("attempt not_listed E000007")) << world->site.said();
}

}  // namespace
}  // namespace gatepost::lab

// HID devices whose descriptors are not true, or whose reports are not what they announced.
#include <gmock/gmock.h>

#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "liars.hpp"
#include "storm.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t configuration = 2, report_descriptor = 0x22;

std::string pos_at(const HidPosScanner& scanner, const std::string& options = "") {
  return "plugin: usb_hid, device: '" + scanner.address() + options + "', idle: 200ms";
}

UsbDevice::Lie cut_to(std::size_t size) {
  return [size](std::uint8_t, Bytes truth) {
    truth.resize(size);
    return truth;
  };
}

TEST(LyingHid, AReportDescriptorThatIsCutShortIsRefused) {
  HidPosScanner liar;
  liar.lie(report_descriptor, cut_to(21));
  liar.plug();
  LiarSite site(pos_at(liar));
  EXPECT_TRUE(site.refuses("report descriptor ends within")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
}

TEST(LyingHid, AConfigurationThatIsShorterThanItSaysIsRefused) {
  HidPosScanner liar;
  liar.lie(configuration, cut_to(18));  // itself and its interface, without what belongs to that
  liar.plug();
  LiarSite site(pos_at(liar));
  EXPECT_TRUE(site.refuses("does not tell its interfaces")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
}

// The kernel takes no report of more than 16 KiB, so libusb has the device, and there it is bounded here.
TEST(LyingHid, AReportThatIsSaidToHave64KiBIsRefused) {
  HidPosScanner liar;
  liar.lie(report_descriptor, [](std::uint8_t, const Bytes&) {
    return Bytes{0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF,
                 0x00, 0x75, 0x08, 0x96, 0xFF, 0xFF, 0x09, 0xFE, 0x82, 0x02, 0x01, 0xC0};
  });
  liar.plug();
  LiarSite site(pos_at(liar));
  EXPECT_TRUE(site.refuses("sends no reports that are known here")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
}

// By libusb, since a kernel that was mended drops them and tells nobody.
TEST(LyingHid, ReportsThatAreSmallerThanAnnouncedAreDamaged) {
  HidPosScanner liar;
  liar.plug();
  ASSERT_NE(liar.hidraw(), "");
  LiarSite site(pos_at(liar, "?via=libusb"));
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  std::this_thread::sleep_for(300ms);  // what comes right after the opening may be the rest of a code
  liar.report(joined({{2, 7}, bytes_of("]Q1E000001"), Bytes(8)}));
  EXPECT_TRUE(site->tells("attempt damaged", "a report has 20 bytes instead of 64")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
  liar.scan("E000002");  // whether more was to follow the short one is not known
  EXPECT_TRUE(site->tells("attempt damaged", "may be the rest of it")) << site.said();
  liar.scan("E000003");
  EXPECT_TRUE(site->recorded("attempt granted E000003")) << site.said();
  EXPECT_FALSE(site->recorded("attempt granted E000001", 1, 0ms));
}

TEST(LyingHid, AReportThatIsLargerThanAnnouncedIsRefused) {
  HidPosScanner liar;
  liar.plug();
  ASSERT_NE(liar.hidraw(), "");
  LiarSite site(pos_at(liar, "?via=libusb"));
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  liar.report(Bytes(64 * 1024, 2));
  EXPECT_TRUE(site.refuses("sends a larger report than its descriptor says")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
  ASSERT_TRUE(site->recorded("device up liar", 2)) << site.said();
  std::this_thread::sleep_for(300ms);
  liar.scan("E000001");
  EXPECT_TRUE(site->recorded("attempt granted E000001")) << site.said();
}

TEST(LyingHid, SixtyFourKiBInOneGoAreOneDamagedScan) {
  HidPosScanner liar;
  liar.plug();
  ASSERT_NE(liar.hidraw(), "");
  LiarSite site(pos_at(liar));
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  const auto before = Holdings::of(site->engine().pid());
  for (int i = 0; i < 1024; ++i) liar.piece(std::string(56, 'E'), "]Q1", 's', true);
  ASSERT_TRUE(liar.has_sent());
  EXPECT_TRUE(site->recorded("attempt damaged")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
  Holdings::have_not_grown(site->engine().pid(), before, 2048);
  liar.scan("E000001");  // it may be the rest of that
  liar.scan("E000002");
  EXPECT_TRUE(site->recorded("attempt granted E000002")) << site.said();
}

// While the engine stands still, as on a machine that has too much to do, so that the kernel's ring runs over for sure.
TEST(LyingHid, TenThousandEventsInABurstAreToldAsLost) {
  KeyboardGun liar;
  liar.plug();
  ASSERT_NE(liar.event(), "");
  LiarSite site("plugin: usb_hid, device: '" + liar.address() + "', idle: 200ms");
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  const auto before = Holdings::of(site->engine().pid());
  std::this_thread::sleep_for(300ms);
  liar.pace = {0us, 20'000};
  site->engine().send(SIGSTOP);
  for (int i = 0; i < 1700; ++i) liar.press({0, 0x1E});  // down and up, three events each
  const bool sent = liar.has_sent(60s);
  site->engine().send(SIGCONT);
  ASSERT_TRUE(sent);
  EXPECT_TRUE(site->tells("attempt damaged", "lost")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
  Holdings::have_not_grown(site->engine().pid(), before, 2048);
  std::this_thread::sleep_for(300ms);
  liar.pace = {};
  liar.scan("E000001");
  liar.scan("E000002");  // the first one may be taken for the rest of that
  EXPECT_TRUE(site->recorded("attempt granted E000002")) << site.said();
}

}  // namespace
}  // namespace gatepost::lab

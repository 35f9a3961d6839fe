// A POS scanner gives the verdict itself, by output reports.
#include <gmock/gmock.h>

#include "devices/hid_pos_scanner.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

class Feedback : public testing::TestWithParam<const char*> {};

TEST_P(Feedback, APosScannerIsToldTheVerdictAndWhenTheNextMayScan) {
  HidPosScanner scanner;
  scanner.plug();
  Site site(std::string("  gun: { plugin: usb_hid, device: 'usb:0c2e:0b62?via=") + GetParam() +
                "', trigger: honeywell_trigger, trigger_when: ready, on_grant: honeywell_beep, "
                "on_deny: FD 03 16 06 0D }\n"
                "  gate: { plugin: turnstile_relay, board: 'sim:turnstile?pass_after=1s', sensor: board:1 }\n",
            "gun", "gate");
  site.run({"gun up", "gate up"});
  EXPECT_TRUE(scanner.hears("\x16T\r"));
  scanner.scan("E999999");
  EXPECT_TRUE(scanner.hears("\x16\x06\r")) << site.engine().output();
  EXPECT_FALSE(scanner.hears("\x16\x07\r", std::chrono::milliseconds(0)));
  scanner.scan("E000001");
  EXPECT_TRUE(scanner.hears("\x16\x07\r")) << site.engine().output();
  ASSERT_TRUE(site.recorded("passage seen")) << site.engine().output();
  ASSERT_TRUE(scanner.reports().waits([](const auto& all) { return all.size() >= 5; }));
  const auto told = scanner.reports().all();
  EXPECT_GE(told.at(4).at - told.at(3).at, std::chrono::milliseconds(600)) << "the trigger waits for the passage";
  for (const auto& report : told) EXPECT_EQ(report.data.size(), 64U) << "filled up to what the device says";
}

INSTANTIATE_TEST_SUITE_P(By, Feedback, testing::Values("hidraw", "libusb"),
                         [](const auto& by) { return std::string(by.param); });

}  // namespace
}  // namespace gatepost::lab

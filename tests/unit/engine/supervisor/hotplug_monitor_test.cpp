// Devices that come and go: what the kernel and udevd tell, and what a running site does about it. That they tell it is
// tried in tests/lab: here every engine under test on this machine would hear it.
#include "supervisor/hotplug_monitor.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "workbench.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using supervisor::tells_of_a_device;
using namespace std::string_literals;

TEST(HotplugMonitor, HearsTheKernel) {
  EXPECT_TRUE(tells_of_a_device("add@/devices/pci0/usb1/1-2/tty/ttyACM0\0ACTION=add\0SUBSYSTEM=tty\0SEQNUM=9\0"s));
  EXPECT_TRUE(tells_of_a_device("remove@/devices/pci0/usb1/1-2\0ACTION=remove\0SUBSYSTEM=usb\0"s));
}

TEST(HotplugMonitor, HearsUdevd) {
  EXPECT_TRUE(
      tells_of_a_device("libudev\0\xfe\xed\xca\xfe\x28\0\0\0UDEV_DATABASE_VERSION=1\0ACTION=add\0"
                        "SUBSYSTEM=hidraw\0"s));
}

TEST(HotplugMonitor, IsDeafToTheRest) {
  EXPECT_FALSE(tells_of_a_device("add@/devices/virtual/net/veth0\0ACTION=add\0SUBSYSTEM=net\0"s));
  EXPECT_FALSE(tells_of_a_device("change@/devices/pci0/usb1\0ACTION=change\0SUBSYSTEM=usb\0"s));
  EXPECT_FALSE(tells_of_a_device("add@/x\0ACTION=add\0XSUBSYSTEM=usb\0"s));
  EXPECT_FALSE(tells_of_a_device(""));
}

RC_GTEST_PROP(HotplugMonitor, TakesAnyMessage, (const std::string& message)) { tells_of_a_device(message); }

TEST(HotplugMonitor, OfADeviceThatIsWaitedForOpenItAtOnce) {
  auto& outside = workbench::outside();
  workbench::Site site([&](config::Site&) { outside.make_absent("gun:1"); });
  // Till the next try would be more than 3 s away.
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (site.running().vitals().inputs.at(0).restarts < 5 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(10ms);
  outside.make_absent("gun:1", false);
  const auto told = std::chrono::steady_clock::now();
  site.running().look_for_devices();
  ASSERT_TRUE(outside.waits_until([&] { return outside.devices["gun:1"].is_open; }));
  EXPECT_LT(std::chrono::steady_clock::now() - told, 1s);
}

}  // namespace
}  // namespace gatepost

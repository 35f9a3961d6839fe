// The pins, through hid-cp2112 and the kernel's GPIO character device.
#include "devices/cp2112.hpp"

#include <gmock/gmock.h>
#include <linux/gpio.h>

#include <optional>

#include "file.hpp"

namespace gatepost::lab {
namespace {

class Cp2112Pins : public testing::Test {
 protected:
  void SetUp() override {
    pins.plug();
    chip.emplace(pins.chip(), O_RDWR);
  }
  // The line as its own file, as libgpiod would ask for it.
  std::unique_ptr<File> line(unsigned pin, std::uint64_t flags) {
    gpio_v2_line_request request{};
    request.offsets[0] = pin;
    request.num_lines = 1;
    request.config.flags = flags;
    std::strncpy(request.consumer, "lab", sizeof request.consumer);
    EXPECT_EQ(chip->ask(GPIO_V2_GET_LINE_IOCTL, &request), 0);
    return std::make_unique<File>(request.fd);
  }
  static void set(const File& line, bool high) {
    gpio_v2_line_values values{high ? 1U : 0U, 1};
    EXPECT_EQ(line.ask(GPIO_V2_LINE_SET_VALUES_IOCTL, &values), 0);
  }
  static bool get(const File& line) {
    gpio_v2_line_values values{0, 1};
    EXPECT_EQ(line.ask(GPIO_V2_LINE_GET_VALUES_IOCTL, &values), 0);
    return values.bits != 0;
  }
  static unsigned edge(const File& line) {
    gpio_v2_line_event event{};
    const auto bytes = line.read(sizeof event);
    if (bytes.size() == sizeof event) std::memcpy(&event, bytes.data(), sizeof event);
    return event.id;
  }

  Cp2112 pins;
  std::optional<File> chip;
};

TEST_F(Cp2112Pins, AreEight) {
  gpiochip_info info{};
  ASSERT_EQ(chip->ask(GPIO_GET_CHIPINFO_IOCTL, &info), 0);
  EXPECT_EQ(info.lines, 8U);
}

TEST_F(Cp2112Pins, AreDriven) {
  const auto out = line(2, GPIO_V2_LINE_FLAG_OUTPUT);
  set(*out, true);
  EXPECT_TRUE(pins.becomes(2, true));
  set(*out, false);
  EXPECT_TRUE(pins.becomes(2, false));
  EXPECT_FALSE(pins.is_output(3));
}

TEST_F(Cp2112Pins, AreRead) {
  const auto in = line(5, GPIO_V2_LINE_FLAG_INPUT);
  EXPECT_FALSE(get(*in));
  pins.input(5, true);
  EXPECT_TRUE(get(*in));
}

TEST_F(Cp2112Pins, TellOfEdges) {
  const auto in = line(4, GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING);
  pins.input(4, true);
  EXPECT_EQ(edge(*in), GPIO_V2_LINE_EVENT_RISING_EDGE);
  pins.input(4, false);
  EXPECT_EQ(edge(*in), GPIO_V2_LINE_EVENT_FALLING_EDGE);
}

}  // namespace
}  // namespace gatepost::lab

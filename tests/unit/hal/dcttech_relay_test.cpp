// dcttech boards: the reports as published, on a HID device that answers from memory.
#include "linux/dcttech_relay.hpp"

#include <gmock/gmock.h>

namespace gatepost::hal {
namespace {

using testing::HasSubstr;

/// A board as its firmware is described: github.com/darrylb123/usbrelay libusbrelay.c.
class Board final : public RawHid {
 public:
  struct State {
    unsigned mask = 0;
    std::string name = "USBRelay2";
    std::size_t answers = 9;
    std::string serial = "\xFF\xFF\xFF\xFF\xFF";  // as many are seen
    std::vector<std::byte> last{};
  };
  explicit Board(State& state) : state_(state) {}

  Result<HidReport> read(std::span<std::byte>, Duration, const std::stop_token&) override { return HidReport{}; }
  Result<void> write(std::span<const std::byte>) override { return {}; }
  Result<std::size_t> get_feature(std::span<std::byte> report) override {
    std::ranges::copy(std::as_bytes(std::span(state_.serial)), report.begin() + 1);
    report[8] = static_cast<std::byte>(state_.mask);
    return state_.answers;
  }
  Result<void> set_feature(std::span<const std::byte> report) override {
    state_.last.assign(report.begin(), report.end());
    const unsigned bit = 1U << (std::to_integer<unsigned>(report[2]) - 1);
    if (report[1] == std::byte{0xFF}) state_.mask |= bit;
    if (report[1] == std::byte{0xFD}) state_.mask &= ~bit;
    return {};
  }
  std::span<const std::byte> descriptor() const override { return {}; }
  Identity device() const override { return {.bus = "usb", .name = state_.name}; }
  std::string identity() const override { return "board"; }

 private:
  State& state_;
};

std::string board_refusal(Board::State state, int channels = 0) {
  const auto board = dcttech_on(std::make_unique<Board>(state), channels);
  return board ? "" : to_line(board.error());
}

TEST(DcttechRelay, SendsThePublishedReportsAndReadsItsStateBack) {
  Board::State state;
  const auto board = *dcttech_on(std::make_unique<Board>(state), 0);
  EXPECT_EQ(board->channels(), 2);
  ASSERT_TRUE(board->set(2, true));
  const std::vector on{std::byte{0}, std::byte{0xFF}, std::byte{2}, std::byte{0}, std::byte{0},
                       std::byte{0}, std::byte{0},    std::byte{0}, std::byte{0}};
  EXPECT_EQ(state.last, on);
  EXPECT_EQ(**board->read_back(2), true);
  EXPECT_EQ(**board->read_back(1), false);
  ASSERT_TRUE(board->set(2, false));
  EXPECT_EQ(state.last[1], std::byte{0xFD});
  EXPECT_EQ(**board->read_back(2), false);
}

TEST(DcttechRelay, HasAsManyChannelsAsItsNameOrItsAddressSays) {
  Board::State state{.name = "www.dcttech.com USBRelay8"};
  EXPECT_EQ((*dcttech_on(std::make_unique<Board>(state), 0))->channels(), 8);
  EXPECT_EQ((*dcttech_on(std::make_unique<Board>(state), 4))->channels(), 4);
  const auto board = *dcttech_on(std::make_unique<Board>(state), 4);
  for (const int channel : {0, 5, -1}) {
    EXPECT_FALSE(board->set(channel, true));
    EXPECT_FALSE(board->read_back(channel));
  }
}

// 16c0:05df is shared by every hobbyist's device: what is no relay board must not be sent commands.
TEST(DcttechRelay, IsNoOtherDeviceOfItsUsbNumber) {
  for (const char* name : {"", "USBasp", "USBRelay", "USBRelay9", "USBRelay0", "USBRelay12"})
    EXPECT_THAT(board_refusal({.name = name}), HasSubstr("does not call itself")) << name;
  EXPECT_EQ(board_refusal({.name = "HIDRelay"}, 2), "");
  EXPECT_THAT(board_refusal({.answers = 8}), HasSubstr("8 bytes instead of 9"));
}

TEST(DcttechRelay, ShapeNeedsNoBoard) {
  const auto shape = [](const char* text) { return relay_shape(*Address::parse(text, "/")); };
  EXPECT_EQ(shape("dcttech:usb:16c0:05df@1-1.3")->channels, 8);
  EXPECT_EQ(shape("dcttech:/dev/hidraw0?channels=2")->channels, 2);
  EXPECT_FALSE(shape("dcttech:usb:16c0:05df@1-1.3")->pulse_step) << "it stays energised when nobody lets it go";
  EXPECT_FALSE(shape("dcttech:/dev/hidraw0?channels=9"));
  EXPECT_FALSE(shape("dcttech:/dev/hidraw0?baud=9600"));
  EXPECT_FALSE(shape("dcttech:hidraw0"));
}

TEST(DcttechRelay, IsRefusedWhereItIsNot) {
  const auto refused = [](const char* text) { return to_line(open_relay(*Address::parse(text, "/")).error()); };
  EXPECT_THAT(refused("dcttech:usb:16c0:05df@1-99"), HasSubstr("there is no such device"));
  EXPECT_THAT(refused("dcttech:/dev/hidraw999"), HasSubstr("there is no such device"));
  EXPECT_THAT(refused("lcus:usb:1a86:7523@1-99"), HasSubstr("there is no such device"));
}

}  // namespace
}  // namespace gatepost::hal

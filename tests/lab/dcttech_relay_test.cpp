// The HID relay board, through usbhid and hidraw.
#include "devices/dcttech_relay.hpp"

#include <gmock/gmock.h>
#include <linux/hidraw.h>

#include "file.hpp"

namespace gatepost::lab {
namespace {

using testing::ElementsAre;

struct Board {
  explicit Board(DcttechRelay& relay) : raw(relay.hidraw()) {}
  void tell(std::uint8_t command, std::uint8_t channel) const {
    Bytes report{0, command, channel, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(raw.ask(HIDIOCSFEATURE(9), report.data()), 9);
  }
  // As hidraw gives it: the number of the report, which is none, and the eight bytes.
  Bytes ask() const {
    Bytes report(9);
    EXPECT_EQ(raw.ask(HIDIOCGFEATURE(9), report.data()), 9);
    return report;
  }
  File raw;
};

TEST(DcttechRelay, MovesAndTellsItsState) {
  DcttechRelay relay(2, "GATE1");
  relay.plug();
  const Board board(relay);
  board.tell(0xFF, 2);
  EXPECT_TRUE(relay.becomes(2, true));
  EXPECT_FALSE(relay.on(1));
  EXPECT_THAT(board.ask(), ElementsAre(0, 'G', 'A', 'T', 'E', '1', 0, 0, 2));
  board.tell(0xFE, 0);
  EXPECT_EQ(board.ask().back(), 3);
  board.tell(0xFD, 1);
  EXPECT_EQ(board.ask().back(), 2);
  board.tell(0xFC, 0);
  EXPECT_EQ(board.ask().back(), 0);
  EXPECT_EQ(relay.moves().all().size(), 6U);
}

TEST(DcttechRelay, TakesOtherLetters) {
  DcttechRelay relay;
  relay.plug();
  const Board board(relay);
  const Bytes report{0, 0xFA, 'N', 'E', 'W', '0', '7', 0, 0};
  EXPECT_EQ(board.raw.ask(HIDIOCSFEATURE(9), const_cast<std::uint8_t*>(report.data())), 9);
  EXPECT_EQ(relay.letters(), "NEW07");
}

TEST(DcttechRelay, CanBeStuckAndCanLie) {
  DcttechRelay relay;
  relay.plug();
  const Board board(relay);
  relay.stuck = true;
  board.tell(0xFF, 1);
  EXPECT_EQ(board.ask().back(), 0);
  relay.says = 3;
  EXPECT_EQ(board.ask().back(), 3);
  EXPECT_FALSE(relay.on(1));
}

}  // namespace
}  // namespace gatepost::lab

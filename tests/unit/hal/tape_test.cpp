#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <fstream>
#include <gatepost/hal/serial_port.hpp>
#include <gatepost/hal/tape.hpp>

#include "world/scratch.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = TapeEntry::Kind;

TEST(Tape, IsWrittenAsItsHeaderSays) {
  const Tape tape{.device = "gun",
                  .plugin = "usb_hid",
                  .settings = "layout: de",
                  .clear = false,
                  .descriptor = "\x05\x8c",
                  .entries = {{.kind = Kind::key, .at = 1200us, .key = {1, 30, 1, {}}},
                              {.kind = Kind::bytes, .at = 1250us, .bytes = "AB\r"},
                              {.kind = Kind::bytes, .at = 1251us, .lost = true},
                              {.kind = Kind::report, .at = 1300us, .lost = true, .bytes = "\x02\x03"}},
                  .sealed = "\x9f"};
  EXPECT_EQ(tape.text(),
            "gatepost-tape 1\ndevice gun\nplugin usb_hid\nsettings layout: de\nform shape\ndescriptor 058c\n"
            "1200 key 1 30 1\n1250 bytes 41420d\n1251 bytes lost\n1300 report lost 0203\nsealed 9f\n");
}

TEST(Tape, IsReadAsItIsWritten) {
  rc::check([] {
    Tape tape{.clear = *rc::gen::arbitrary<bool>(), .descriptor = *rc::gen::string<std::string>()};
    std::chrono::microseconds at{};
    for (const int kind : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3))) {
      TapeEntry entry{.kind = static_cast<Kind>(kind), .at = at += std::chrono::microseconds(*rc::gen::inRange(0, 99))};
      if (entry.kind == Kind::key)
        entry.key = {*rc::gen::arbitrary<std::uint16_t>(),
                     *rc::gen::arbitrary<std::uint16_t>(),
                     *rc::gen::arbitrary<std::int32_t>(),
                     {}};
      else
        entry.bytes = *rc::gen::nonEmpty(rc::gen::string<std::string>());
      if (entry.kind != Kind::key) entry.lost = *rc::gen::arbitrary<bool>();
      tape.entries.push_back(std::move(entry));
    }
    const auto again = Tape::parse(tape.text());
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->text() == tape.text());
    RC_ASSERT(again->entries.size() == tape.entries.size());
  });
}

class BadTape : public testing::TestWithParam<const char*> {};
TEST_P(BadTape, IsRefusedWithItsLine) {
  const auto tape = Tape::parse(std::string("gatepost-tape 1\n") + GetParam() + "\n");
  ASSERT_FALSE(tape);
  EXPECT_THAT(to_line(tape.error()), HasSubstr("line "));
}
INSTANTIATE_TEST_SUITE_P(Lines, BadTape,
                         testing::Values("nonsense", "12", "12 key 1 30", "12 key 1 30 1 1", "12 key 1 70000 1",
                                         "-1 bytes 41", "12 bytes 4", "12 bytes 4g", "12 bytes", "12 bytes41",
                                         "12 mouse 41", "form round", "5 bytes 41\n4 bytes 41",
                                         "99999999999999999999 bytes 41", "descriptor 0"));

TEST(Tape, AFileOfSomethingElseIsNone) { EXPECT_THAT(Tape::parse("E000001\n").error().what, HasSubstr("is no tape")); }

class Played : public testing::Test {
 protected:
  Result<std::unique_ptr<SerialPort>> open(const std::string& lines, const std::string& options) {
    disk_.write("a.tape", "gatepost-tape 1\n" + lines);
    return open_serial(
        {.scheme = "sim", .target = "tape/a.tape", .options = {{"pace", options}}, .directory = disk_.path()}, {});
  }
  world::Scratch disk_;
  std::array<std::byte, 64> buffer_{};
};

TEST_F(Played, WithoutPaceItJumpsFromEntryToEntryAndEnds) {
  const auto port = open("0 bytes 41\n90000000 bytes lost 42\n", "none");
  ASSERT_TRUE(port);
  const auto first = (*port)->read(buffer_, 24h, {});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size, 1U);
  EXPECT_EQ((*port)->read(buffer_, 1s, {})->size, 0U);  // a silence of a second
  const auto second = (*port)->read(buffer_, 24h, {});
  EXPECT_TRUE(second->lost);
  EXPECT_EQ(buffer_[0], std::byte{0x42});
  EXPECT_EQ(second->at - first->at, 90s);
  EXPECT_EQ((*port)->read(buffer_, 24h, {})->size, 0U);
  EXPECT_EQ((*port)->read(buffer_, 24h, {}).error().what, tape_ended);
}

TEST_F(Played, InItsOwnPaceItWaits) {
  const auto port = open("50000 bytes 41\n", "real");
  ASSERT_TRUE(port);
  EXPECT_EQ((*port)->read(buffer_, 1ms, {})->size, 0U);
  EXPECT_EQ((*port)->read(buffer_, 24h, {})->size, 1U);
  EXPECT_EQ((*port)->read(buffer_, 1ms, {})->size, 0U);  // nothing more, and no end
}

TEST_F(Played, OfAnotherKindIsRefusedByName) {
  const auto port = open("0 key 1 30 1\n", "none");
  ASSERT_FALSE(port);
  EXPECT_THAT(to_line(port.error()), HasSubstr("a tape with keys, not with bytes of a line"));
}

}  // namespace
}  // namespace gatepost::hal

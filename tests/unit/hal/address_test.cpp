// Addresses as they are written, read and written again.
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <gatepost/hal/address.hpp>
#include <gatepost/hal/options.hpp>

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::string address_refusal(std::string_view text) {
  const auto address = hal::Address::parse(text, "/");
  return address ? "" : to_line(address.error());
}

TEST(Address, HasAScheme) {
  const auto address = hal::Address::parse("serial:by-id/usb%3Fone?baud=9600&parity=even", "/etc");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->scheme, "serial");
  EXPECT_EQ(address->target, "by-id/usb?one");
  EXPECT_EQ(address->options, (std::map<std::string, std::string>{{"baud", "9600"}, {"parity", "even"}}));
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text : {"", ":", "serial", "serial:", ":x", "Serial:x", "serial:x?baud", "serial:x?=1", "serial:%4",
                           "serial:%zz", "serial:x?a=1&a=2"})
    EXPECT_NE(address_refusal(text), "") << text;
  EXPECT_THAT(address_refusal("serial:" + std::string(1024, 'x')), HasSubstr("1024"));
  EXPECT_THAT(address_refusal(std::string_view("serial:\0x", 9)), HasSubstr("NUL"));
  EXPECT_THAT(address_refusal("serial:/dev/ttyUSB0%00x"), HasSubstr("NUL"));
  EXPECT_THAT(address_refusal("serial:x?a%00=1"), HasSubstr("NUL"));
}

TEST(Address, IsTheSameWhenWrittenAndReadAgain) {
  EXPECT_TRUE(rc::check([] {
    const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)));
    const hal::Address address{.scheme = "sim", .target = *word, .options = {{*word, *word}}, .directory = "/d"};
    const std::string text = address.text();
    RC_PRE(text.size() <= 1024U);
    const auto again = hal::Address::parse(text, "/d");
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->target == address.target);
    RC_ASSERT(again->options == address.options);
  }));
}

TEST(Address, AnyBytesAreReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    const auto address = hal::Address::parse("sim:" + bytes, "/");
    if (!address) RC_ASSERT(!address.error().remedy.empty());
  }));
}

TEST(Options, NameTheFirstThingThatIsWrong) {
  const auto address = *hal::Address::parse("sim:x?every=2s&baud=fast&colour=red", "/");
  hal::OptionReader options(address);
  EXPECT_EQ(options.time("every", 1s), 2s);
  EXPECT_EQ(options.number("baud", 9600, 50, 4'000'000), 9600);
  EXPECT_THAT(to_line(options.done().error()), HasSubstr("'baud'"));
}

TEST(Options, RefuseWhatNobodyKnows) {
  const auto address = *hal::Address::parse("sim:x?colour=red", "/");
  hal::OptionReader options(address);
  EXPECT_EQ(options.fraction("balk", 0.5), 0.5);
  EXPECT_THAT(to_line(options.done().error()), HasSubstr("known options: balk"));
}

}  // namespace

// Report descriptors: real ones, and what a broken or hostile device may send.
#include "hid_descriptor.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace gatepost::hal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> all;
  for (const int value : values) all.push_back(static_cast<std::byte>(value));
  return all;
}

std::string descriptor_refusal(const std::vector<std::byte>& descriptor) {
  const auto parsed = HidDescriptor::parse(descriptor);
  return parsed ? "" : to_line(parsed.error());
}

std::vector<std::byte> operator+(std::vector<std::byte> a, const std::vector<std::byte>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// HID 1.11, appendix B.1: the keyboard of the boot protocol.
const auto boot_keyboard =
    bytes({0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,
           0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x03, 0x95, 0x05, 0x75, 0x01,
           0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x03, 0x95, 0x06,
           0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xC0});

// A point-of-sale scanner: reports with numbers, data of 56 bytes within a collection of its own.
const auto scanner =
    bytes({0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x09, 0x12, 0xA1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75,
           0x08, 0x95, 0x01, 0x05, 0x01, 0x09, 0x3B, 0x81, 0x02, 0x05, 0x8C, 0x95, 0x03, 0x09, 0xFB, 0x81, 0x02, 0x95,
           0x38, 0x09, 0xFE, 0x82, 0x02, 0x01, 0x95, 0x03, 0x81, 0x03, 0xC0, 0x85, 0xFE, 0x95, 0x01, 0xB1, 0x02, 0xC0});

TEST(HidDescriptor, KnowsAKeyboard) {
  const auto parsed = HidDescriptor::parse(boot_keyboard);
  ASSERT_TRUE(parsed) << to_line(parsed.error());
  EXPECT_THAT(parsed->collections, ElementsAre(HidUsage{0x01, 0x06}));
  EXPECT_FALSE(parsed->numbered);
  EXPECT_EQ(parsed->reports.at(0).input, 64U);
  EXPECT_EQ(parsed->reports.at(0).output, 8U);
}

TEST(HidDescriptor, KnowsAScannerAndItsReportsByNumber) {
  const auto parsed = HidDescriptor::parse(scanner);
  ASSERT_TRUE(parsed) << to_line(parsed.error());
  EXPECT_TRUE(parsed->has_page(0x8C));
  EXPECT_THAT(parsed->collections, ElementsAre(HidUsage{0x8C, 0x02})) << "the inner one is none of the device";
  EXPECT_TRUE(parsed->numbered);
  EXPECT_EQ(parsed->reports.at(2).input, 63U * 8);
  EXPECT_EQ(parsed->reports.at(0xFE).feature, 8U);
}

TEST(HidDescriptor, KnowsAVendorsPageAndAUsageWithItsPage) {
  const auto parsed = HidDescriptor::parse(bytes({0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0xC0,     // FF00:01
                                                  0x0B, 0x02, 0x00, 0x8C, 0x00, 0xA1, 0x01, 0xC0}));  // 8C:02
  ASSERT_TRUE(parsed) << to_line(parsed.error());
  EXPECT_THAT(parsed->collections, ElementsAre(HidUsage{0xFF00, 1}, HidUsage{0x8C, 2}));
}

TEST(HidDescriptor, PassesOverLongItemsAndTakesBackWhatWasSaved) {
  const auto parsed =
      HidDescriptor::parse(bytes({0xFE, 0x02, 0x10, 0xAA, 0xBB, 0x05, 0x8C, 0x75, 0x08, 0xA4, 0x05, 0x01,
                                  0x75, 0x01, 0xB4, 0x09, 0x02, 0xA1, 0x01, 0x95, 0x02, 0x81, 0x02, 0xC0}));
  ASSERT_TRUE(parsed) << to_line(parsed.error());
  EXPECT_TRUE(parsed->has_page(0x8C));
  EXPECT_EQ(parsed->reports.at(0).input, 16U);
}

TEST(HidDescriptor, RefusesWhatIsCutShort) {
  for (std::size_t size = 0; size < scanner.size(); ++size)
    EXPECT_NE(descriptor_refusal({scanner.begin(), scanner.begin() + static_cast<std::ptrdiff_t>(size)}), "") << size;
  for (const auto& rest : {bytes({0x05}), bytes({0x06, 0x00}), bytes({0x07, 0, 0, 0}), bytes({0xFE, 0x01, 0x00})})
    EXPECT_THAT(descriptor_refusal(scanner + rest), HasSubstr("within an item"));
  EXPECT_THAT(descriptor_refusal(bytes({0x05, 0x01, 0xFE})), HasSubstr("within an item"));
  EXPECT_THAT(descriptor_refusal(bytes({0xFE, 0xFF, 0x00, 0x00})), HasSubstr("within an item"));
}

TEST(HidDescriptor, RefusesWhatIsTooDeepOrTooLargeOrOutOfOrder) {
  std::vector<std::byte> deep;
  for (int i = 0; i < 17; ++i) deep = deep + bytes({0xA1, 0x01});
  EXPECT_THAT(descriptor_refusal(deep), HasSubstr("too deeply"));
  std::vector<std::byte> pushed;
  for (int i = 0; i < 17; ++i) pushed = pushed + bytes({0xA4});
  EXPECT_THAT(descriptor_refusal(pushed), HasSubstr("too often"));
  EXPECT_THAT(descriptor_refusal(bytes({0xB4})), HasSubstr("has not saved"));
  EXPECT_THAT(descriptor_refusal(bytes({0xC0})), HasSubstr("has not begun"));
  EXPECT_THAT(descriptor_refusal(bytes({0xA1, 0x01, 0x85, 0x00, 0xC0})), HasSubstr("number"));
  EXPECT_THAT(descriptor_refusal(std::vector<std::byte>(4097)), HasSubstr("4 KiB"));
  const auto huge = bytes({0xA1, 0x01, 0x77, 0xFF, 0xFF, 0xFF, 0xFF, 0x97, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x02, 0xC0});
  EXPECT_THAT(descriptor_refusal(huge), HasSubstr("64 KiB"));
  const auto twice = bytes({0xA1, 0x01, 0x77, 0x00, 0x00, 0x01, 0x00, 0x95, 0x05, 0x81, 0x02, 0x81, 0x02, 0xC0});
  EXPECT_THAT(descriptor_refusal(twice), HasSubstr("64 KiB"));
  EXPECT_THAT(descriptor_refusal({}), HasSubstr("no collection"));
}

RC_GTEST_PROP(HidDescriptor, IsBoundedWhateverADeviceSends, ()) {
  auto descriptor = *rc::gen::element(boot_keyboard, scanner);
  for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
    descriptor[*rc::gen::inRange<std::size_t>(0, descriptor.size())] =
        static_cast<std::byte>(*rc::gen::inRange(0, 256));
  const auto parsed = HidDescriptor::parse(descriptor);
  if (!parsed) return;
  RC_ASSERT(!parsed->collections.empty());
  for (const auto& [number, bits] : parsed->reports) RC_ASSERT(bits.input <= 64U * 1024 * 8);
}

}  // namespace
}  // namespace gatepost::hal

#include "payment_code.cpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cstdio>

#include "world/vectors.hpp"

namespace {

namespace world = gatepost::world;
using payment_code::crc16;
using payment_code::is_payment;

std::string two(std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string element(const std::string& id, const std::string& value, std::size_t length) {
  return id + two(length) + value;
}
std::string element(const std::string& id, const std::string& value) { return element(id, value, value.size()); }

std::string closed(std::string elements) {
  elements += "6304";
  std::array<char, 5> digits{};
  std::snprintf(digits.data(), digits.size(), "%04X", unsigned{crc16(elements)});
  return elements + digits.data();
}

const std::string account = element("38", element("00", "A000000727") + element("01", "0006970000"));
const std::string good = closed("000201010211" + account + "53037045802VN");

TEST(PaymentCode, HasTheChecksumThatItsDefinitionGives) { EXPECT_EQ(crc16("123456789"), 0x29B1); }

TEST(PaymentCode, IsKnownAndRefused) {
  auto format = gatepost_plugin.make.credential({}, {"payment", "/"});
  const auto parsed = (*format)->parse({.payload = good});
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->refused, "payment_code");
  EXPECT_EQ((*parsed)->subject, "");
  EXPECT_TRUE((*parsed)->attributes.empty()) << "no account number";
  EXPECT_FALSE((*parsed)->verified);
  const auto other = (*format)->parse({.payload = good + "0"});
  ASSERT_TRUE(other);
  EXPECT_FALSE(*other);
  EXPECT_STREQ(PaymentCode::reasons[0].code, "payment_code");
  EXPECT_STREQ(PaymentCode::reasons[1].language, "vi");
}

TEST(PaymentCode, MayCountBytesOrCharacters) {
  const std::string name = "Bún chả Hương";
  EXPECT_TRUE(is_payment(closed("000201" + element("59", name))));
  EXPECT_TRUE(is_payment(closed("000201" + element("59", name, 13))));
  EXPECT_FALSE(is_payment(closed("000201" + element("59", name, 14))));
}

TEST(PaymentCode, ThatIsNotWholeIsNone) {
  EXPECT_TRUE(is_payment(good + "\r\n"));
  EXPECT_TRUE(is_payment(closed("000201")));
  EXPECT_FALSE(is_payment(""));
  EXPECT_FALSE(is_payment("00020101021138")) << "of the vectors";
  EXPECT_FALSE(is_payment(closed("000202" + account))) << "another version";
  EXPECT_FALSE(is_payment(closed("000201x112AB"))) << "an id that is no number";
  EXPECT_FALSE(is_payment(closed("0002015900"))) << "an element of nothing";
  EXPECT_FALSE(is_payment(closed("0002015999abc"))) << "longer than the code";
  EXPECT_FALSE(is_payment(closed(closed("000201")) + "x"));
  std::array<char, 5> digits{};
  std::snprintf(digits.data(), digits.size(), "%04X", unsigned{crc16("0002016404")});
  EXPECT_FALSE(is_payment(std::string("0002016404") + digits.data())) << "a last element of another id";
  std::string changed = good;
  changed[20] = changed[20] == '0' ? '1' : '0';
  EXPECT_FALSE(is_payment(changed));
  EXPECT_FALSE(is_payment("000201" + account)) << "no checksum";
}

TEST(PaymentCode, IsNoneOfTheVectorsOfPeople) {
  const auto rows = world::json_lines(world::credential_vectors() / "vn/vn-qr.jsonl");
  if (rows.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  for (const auto& row : rows)
    EXPECT_FALSE(is_payment(world::from_base64(std::string(row.at("raw_b64").as_string())))) << row.at("id");
}

std::string any_code() {
  std::string elements = "000201";
  for (int count = *rc::gen::inRange(0, 8); count > 0; --count) {
    const auto value =
        *rc::gen::resize(40, rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange(' ', '~'))));
    elements += element(two(*rc::gen::inRange<std::size_t>(1, 63)), value);
  }
  return closed(elements);
}

TEST(PaymentCode, IsReadWhateverItsElements) {
  EXPECT_TRUE(rc::check("what is written is one; cut, it is none", [] {
    const auto code = any_code();
    RC_ASSERT(is_payment(code));
    RC_ASSERT(!is_payment(code.substr(0, *rc::gen::inRange<std::size_t>(0, code.size()))));
  }));
}

TEST(PaymentCode, WithAnyByteChangedIsNone) {
  EXPECT_TRUE(rc::check("a burst of eight bits never escapes the checksum", [] {
    auto code = any_code();
    const auto at = *rc::gen::inRange<std::size_t>(0, code.size() - 4);
    const char other = *rc::gen::arbitrary<char>();
    RC_PRE(other != code[at]);
    code[at] = other;
    RC_ASSERT(!is_payment(code));
  }));
}

TEST(PaymentCode, AnyBytesAreReadTheSameTwice) {
  EXPECT_TRUE(rc::check("and are no payment", [](const std::string& bytes) {
    RC_ASSERT(is_payment("000201" + bytes) == is_payment("000201" + bytes));
    RC_ASSERT(!is_payment(bytes));
  }));
}

}  // namespace

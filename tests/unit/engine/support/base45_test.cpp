#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <gatepost/support/base45.hpp>

namespace gatepost::support {
namespace {

TEST(Base45, IsThatOfTheRfc) {
  for (const auto& [bytes, text] : {std::pair<std::string, std::string>{"AB", "BB8"},
                                    {"Hello!!", "%69 VD92EX0"},
                                    {"base-45", "UJCLQE7W581"},
                                    {"ietf!", "QED8WEX0"},
                                    {"", ""}}) {
    EXPECT_EQ(base45_encode(bytes), text);
    EXPECT_EQ(base45_decode(text), bytes);
  }
}

RC_GTEST_PROP(Base45, GivesBackAnyBytes, (const std::string& bytes)) {
  const std::string text = base45_encode(bytes);
  RC_ASSERT(base45_decode(text) == bytes);
}

RC_GTEST_PROP(Base45, TakesOnlyWhatItWouldWrite, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("09AZ $:a%\n\x80")));
  if (const auto bytes = base45_decode(text)) RC_ASSERT(base45_encode(*bytes) == text);
}

TEST(Base45, RefusesWhatIsNone) {
  for (const char* text : {"BB8A", "bb8", ":::", "GGX", "::", "A\n8",
                           "\xC3\xA9"
                           "0"})
    EXPECT_FALSE(base45_decode(text)) << text;
  EXPECT_EQ(base45_decode("FGW"), "\xFF\xFF") << "the greatest triple";
  EXPECT_EQ(base45_decode("U5"), "\xFF") << "the greatest pair";
}

}  // namespace
}  // namespace gatepost::support

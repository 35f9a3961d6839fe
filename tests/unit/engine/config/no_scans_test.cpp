// Texts and patterns that are no scans.
#include "config/no_scans.hpp"

#include <gmock/gmock.h>

namespace gatepost::config {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& written) {
  const auto parsed = NoScans::parse({written});
  return parsed ? "taken" : to_line(parsed.error());
}

TEST(NoScans, AreTheWholeTextButForWhatStandsAroundIt) {
  const auto all = NoScans::parse({"NoRead", "ERROR", "/HB[0-9]+/"}).value();
  for (const char* text : {"NoRead", " NoRead\r\n", "ERROR", "HB1", "HB17\n"}) EXPECT_TRUE(all.contain(text)) << text;
  EXPECT_TRUE(all.contain(std::string_view("\0NoRead\0", 8)));
  for (const char* text : {"", "noread", "NoReadE000001", "E000001NoRead", "HB", "xHB1", "HB1x"})
    EXPECT_FALSE(all.contain(text)) << text;
  EXPECT_FALSE(NoScans().contain("NoRead"));
}

TEST(NoScans, AreRefusedWhereTheyAreNoneOrEverything) {
  EXPECT_THAT(refusal("/HB[0-9/"), HasSubstr("is no pattern"));
  EXPECT_THAT(refusal("/.*/"), HasSubstr("perhaps every scan"));
  EXPECT_THAT(refusal("//"), HasSubstr("perhaps every scan"));
  EXPECT_THAT(refusal(" \r"), HasSubstr("names no text"));
  EXPECT_THAT(refusal(std::string(201, 'x')), HasSubstr("too long"));
  EXPECT_EQ(refusal("/"), "taken") << "a text of one slash";
}

TEST(NoScans, TakeAnyBytes) {
  const auto all = NoScans::parse({"\xFF", "/\\xFE+/"}).value();
  EXPECT_TRUE(all.contain("\xFF"));
  EXPECT_TRUE(all.contain("\xFE\xFE"));
}

}  // namespace
}  // namespace gatepost::config

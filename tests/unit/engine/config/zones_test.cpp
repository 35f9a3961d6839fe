// Zones that are nearly called alike.
#include <gmock/gmock.h>

#include <rapidcheck/gtest.h>

#include "config/suggest.hpp"
#include "shelf.hpp"

namespace gatepost::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// What check says of two lanes and more with these zones.
std::string told_of(const std::vector<std::string>& zones) {
  std::string lanes, devices;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const std::string number = std::to_string(i);
    devices += "  gun" + number + ": { plugin: scanner, device: \"sim:" + number + "\" }\n";
    lanes += "  lane" + number + ": { inputs: [gun" + number + "], credentials: [staff_card]";
    if (!zones[i].empty()) lanes += ", zone: " + zones[i];
    lanes += " }\n";
  }
  std::string text = shelf::good_site() + lanes;
  text.insert(text.find("  gate: {"), devices);
  return shelf::told(text);
}

TEST(Zones, OneThatIsNearlyAnotherIsASlip) {
  EXPECT_THAT(told_of({"hall", "hall", "hal"}),
              HasSubstr("warning: no other lane leads into zone 'hal', and lane 'lane0' leads into 'hall'"));
  EXPECT_THAT(told_of({"hall", "hall", "hal"}), HasSubstr("did you mean 'hall'?"));
  EXPECT_THAT(told_of({"hlal", "hall", "hall"}), HasSubstr("did you mean 'hall'?"));
  EXPECT_THAT(told_of({"hall", "Hall"}), HasSubstr("did you mean 'hall'?")) << "of two the later one";
}

TEST(Zones, OthersAreNone) {
  EXPECT_THAT(told_of({"hall", "hall", "yard"}), IsEmpty());
  EXPECT_THAT(told_of({"hall", "hall", "hal", "hal"}), IsEmpty()) << "who writes it twice means it";
  EXPECT_THAT(told_of({"hall1", "hall1", "hall2"}), IsEmpty());
  EXPECT_THAT(told_of({"", "", "a"}), IsEmpty());
}

TEST(Slip, IsOneLetterWrong) {
  for (const auto& [word, other] : std::vector<std::pair<const char*, const char*>>{
           {"hall", "hal"}, {"hall", "halll"}, {"hall", "hlal"}, {"hall", "hell"}, {"hall", "HALL"}, {"hall", "Hall"}})
    EXPECT_TRUE(is_slip(word, other) && is_slip(other, word)) << other;
  for (const auto& [word, other] : std::vector<std::pair<const char*, const char*>>{{"hall", "hall"},
                                                                                    {"hall", "yard"},
                                                                                    {"wing_a", "wing_b"},
                                                                                    {"hall1", "hall2"},
                                                                                    {"hall", "hall2"},
                                                                                    {"1st", "2st"},
                                                                                    {"", ""},
                                                                                    {"", "ab"}})
    EXPECT_FALSE(is_slip(word, other) || is_slip(other, word)) << other;
}

RC_GTEST_PROP(Slip, IsTheSameBothWays, ()) {
  const auto words = rc::gen::container<std::string>(rc::gen::element('a', 'b', 'B', '1'));
  const std::string word = *rc::gen::resize(5, words), other = *rc::gen::resize(5, words);
  RC_ASSERT(is_slip(word, other) == is_slip(other, word));
  RC_ASSERT(!is_slip(word, word));
}

}  // namespace
}  // namespace gatepost::config

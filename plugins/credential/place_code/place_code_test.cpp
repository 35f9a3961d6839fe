#include "place_code.cpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "world/vectors.hpp"

namespace {

namespace world = gatepost::world;
using testing::HasSubstr;

Result<std::unique_ptr<gatepost::CredentialFormat>> make(std::vector<std::string> addresses) {
  return gatepost_plugin.make.credential(table.values({std::move(addresses)}), {"posted", "/"});
}

/// The reason, or nothing.
std::string refused(std::string payload, std::vector<std::string> addresses = Settings{}.addresses) {
  const auto parsed = (*make(std::move(addresses)))->parse({.payload = std::move(payload)});
  if (!parsed) return "error: " + to_line(parsed.error());
  if (!*parsed) return "nothing";
  EXPECT_EQ((*parsed)->subject, "") << "it names nobody";
  EXPECT_FALSE((*parsed)->verified);
  return (*parsed)->refused;
}

TEST(PlaceCode, IsKnownByItsBeginningAndRefused) {
  EXPECT_EQ(refused("https://qr.tokhaiyte.vn/khong-co-that"), "place_code");
  EXPECT_EQ(refused("https://qr.tokhaiyte.vn/"), "place_code");
  EXPECT_EQ(refused("HTTPS://QR.TOKHAIYTE.VN/X"), "place_code");
  EXPECT_EQ(refused("\xEF\xBB\xBF https://qr.tokhaiyte.vn/x\r\n"), "place_code");
  EXPECT_EQ(refused("gate:7", {"place:", "gate:"}), "place_code");
}

TEST(PlaceCode, LeavesOtherFormatsAlone) {
  for (const char* other : {"", "https://qr.tokhaiyte.vn", "https://qr.tokhaiyte.vnx/", "x https://qr.tokhaiyte.vn/",
                            "http://example.invalid/checkin?id=20210911"})
    EXPECT_EQ(refused(other), "nothing") << other;
}

TEST(PlaceCode, OfTheVectorsIsTheOneThatIsAPlaces) {
  const auto rows = world::json_lines(world::credential_vectors() / "vn/vn-qr.jsonl");
  if (rows.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  std::vector<std::string> places;
  for (const auto& row : rows)
    if (refused(world::from_base64(std::string(row.at("raw_b64").as_string()))) != "nothing")
      places.emplace_back(row.at("id").as_string());
  EXPECT_THAT(places, testing::ElementsAre("S-054-not-a-person"));
}

TEST(PlaceCode, HasItsReasonInBothLanguages) {
  for (const auto& reason : PlaceCode::reasons) EXPECT_STREQ(reason.code, "place_code");
  EXPECT_STREQ(PlaceCode::reasons[0].language, "en");
  EXPECT_STREQ(PlaceCode::reasons[1].language, "vi");
}

TEST(PlaceCode, IsNotMadeOfAddressesThatAnyCodeBeginsWith) {
  for (const auto& addresses : {std::vector<std::string>{}, {""}, {"https://a.vn/", "htt"}}) {
    const auto made = make(addresses);
    ASSERT_FALSE(made);
    EXPECT_THAT(to_line(made.error()), HasSubstr("addresses: must have at least one"));
  }
  EXPECT_TRUE(make({"http"}));
}

TEST(PlaceCode, TakesWhateverFollowsTheAddressAndNothingElse) {
  EXPECT_TRUE(rc::check("any bytes behind it, and any bytes alone", [](const std::string& bytes) {
    RC_ASSERT(refused("https://qr.tokhaiyte.vn/" + bytes) == "place_code");
    const bool begins = gatepost::support::trimmed(bytes).starts_with("https://qr.tokhaiyte.vn/");
    RC_ASSERT((refused(bytes) == "place_code") == begins);
  }));
}

}  // namespace

// The plugin's road from a picture to Readings.
#include "plugin/catalogue.hpp"
#include "test_parts.hpp"
#include "world/places.hpp"
#include "world/scratch.hpp"

namespace camera {
namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
namespace fs = std::filesystem;

/// Keeps what an Input gives.
struct Collector final : InputHost {
  void emit(Reading reading) override { readings.push_back(std::move(reading)); }
  void opened(std::string_view text) override { identity = text; }
  std::vector<Reading> readings;
  std::string identity;
};

Result<std::unique_ptr<Input>> camera_at(const std::string& device, const fs::path& folder) {
  const fs::path plugins[] = {world::plugins_folder()};
  static const auto catalogue = plugin::Catalogue::load(plugins);
  const auto* found = catalogue.find("uvc_camera");
  if (found == nullptr) return Error{"no plugin", "uvc_camera", "build it"};
  std::vector<Value> values;
  for (const auto& info : found->descriptor->settings())
    values.push_back(info.key == "device" ? Value(device) : info.fallback);
  return found->descriptor->make.input(values, {"camera", folder});
}

TEST(UvcCamera, GivesTheCodeOfAStillAndEnds) {
  world::Scratch scratch;
  scratch.write("card.png", world::png_of(qr("E000101")));
  auto input = camera_at("sim:still/card.png", scratch.path());
  ASSERT_TRUE(input) << to_line(input.error());
  Collector host;
  ASSERT_TRUE((*input)->run(host, {}));
  ASSERT_THAT(host.readings, SizeIs(1));
  EXPECT_EQ(host.readings[0].payload, "E000101");
  EXPECT_EQ(host.readings[0].symbology, "]Q1");
  EXPECT_TRUE(host.readings[0].corners);
  EXPECT_THAT(host.identity, HasSubstr("card.png"));
}

TEST(UvcCamera, ReadsEachCardThatIsShown) {
  world::Scratch scratch;
  scratch.write("1.png", world::png_of(qr("E000101", 10)));
  scratch.write("2.png", world::png_of(qr("E000102", 10)));
  auto input = camera_at("sim:cards/.?fps=15&hold=500ms&pause=200ms&seed=7", scratch.path());
  ASSERT_TRUE(input) << to_line(input.error());
  struct Until final : InputHost {
    void emit(Reading reading) override {
      payloads.push_back(reading.payload);
      if (payloads.size() == 3) stop.request_stop();
    }
    void opened(std::string_view) override {}
    std::vector<std::string> payloads;
    std::stop_source stop;
  } host;
  ASSERT_TRUE((*input)->run(host, host.stop.get_token()));
  EXPECT_THAT(host.payloads, ElementsAre("E000101", "E000102", "E000101"));
}

// A message in two QR codes, as any generator makes them.
std::vector<world::Picture> two_parts(const std::string& text) {
  const std::unique_ptr<QRcode_List, void (*)(QRcode_List*)> list(
      QRcode_encodeString8bitStructured(text.c_str(), 2, QR_ECLEVEL_M), QRcode_List_free);
  std::vector<world::Picture> pictures;
  for (const auto* entry = list.get(); entry != nullptr; entry = entry->next)
    pictures.push_back(drawn(*entry->code, 6));
  return pictures;
}

TEST(UvcCamera, APartOfAMessageNeverCountsForTheWhole) {
  const std::string text = "E000101 and what else there is to tell";
  const auto pictures = two_parts(text);
  ASSERT_THAT(pictures, SizeIs(2));
  for (const int which : {0, 1}) {
    world::Scratch scratch;
    scratch.write("part.png", world::png_of(pictures.at(static_cast<std::size_t>(which))));
    auto input = camera_at("sim:still/part.png", scratch.path());
    Collector host;
    ASSERT_TRUE((*input)->run(host, {}));
    ASSERT_THAT(host.readings, SizeIs(1));
    EXPECT_EQ(host.readings[0].damage, Damage::part);
    EXPECT_EQ(host.readings[0].damage_detail, "part " + std::to_string(which + 1) + " of 2");
  }
}

TEST(UvcCamera, JoinsWhatIsShownOneAfterTheOther) {
  const std::string text = "E000101 and what else there is to tell";
  const auto pictures = two_parts(text);
  world::Scratch scratch;
  scratch.write("2.png", world::png_of(pictures.at(1)));
  scratch.write("3.png", world::png_of(pictures.at(0)));
  auto input = camera_at("sim:cards/.?fps=15&hold=500ms&pause=200ms&seed=7", scratch.path());
  struct Until final : InputHost {
    void emit(Reading given) override {
      reading = std::move(given);
      stop.request_stop();
    }
    void opened(std::string_view) override {}
    Reading reading;
    std::stop_source stop;
  } host;
  ASSERT_TRUE((*input)->run(host, host.stop.get_token()));
  EXPECT_EQ(host.reading.damage, Damage::none);
  EXPECT_EQ(host.reading.payload, text);
}

TEST(UvcCamera, ACodeForScannersIsNobodysCode) {
  world::Scratch scratch;
  scratch.write("set-up.png", world::png_of(bars_on_a_card(bars_for_scanners)));
  auto input = camera_at("sim:still/set-up.png", scratch.path());
  Collector host;
  ASSERT_TRUE((*input)->run(host, {}));
  ASSERT_THAT(host.readings, SizeIs(1));
  EXPECT_EQ(host.readings[0].damage, Damage::programming);
}

TEST(UvcCamera, SaysWhatIsWrong) {
  world::Scratch scratch;
  Collector host;
  auto absent = camera_at("sim:still/absent.png", scratch.path());
  ASSERT_TRUE(absent);  // building opens no device
  const auto ran = (*absent)->run(host, {});
  ASSERT_FALSE(ran);
  EXPECT_THAT(to_line(ran.error()), HasSubstr("absent.png"));
  EXPECT_FALSE(camera_at("no address", scratch.path()));
}

}  // namespace
}  // namespace camera

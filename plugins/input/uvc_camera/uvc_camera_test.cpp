// Photographs, streams, and the plugin's road from a picture to Readings.
#include <gmock/gmock.h>
#include <qrencode.h>

#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "../../../hal/image/image.hpp"
#include "cascade.hpp"
#include "plugin/catalogue.hpp"
#include "sightings.hpp"
#include "still.hpp"
#include "world/pictures.hpp"
#include "world/places.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using camera::Code;
using camera::Effort;
using camera::Kinds;
using camera::Luma;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

const fs::path photographs = fs::path(world::source_folder()) / "../shared/data/barcodes";

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return text;
}

// The set's README says so: one newline at the end is none of the code's.
std::string stripped(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::vector<std::string> usual() {
  return {"qr", "data_matrix", "aztec", "pdf417", "code128", "ean13", "ean8", "upc_a"};
}

std::vector<Code> read_photograph(const fs::path& file) {
  const auto image = hal::read_image(file);
  EXPECT_TRUE(image) << to_line(image.error());
  return read_still(*camera::make_decoder(usual()), {image->luma.data(), image->width, image->height, image->width});
}

// With all that the library has, once.
std::vector<Code> read_plainly(const fs::path& file) {
  const auto image = hal::read_image(file);
  EXPECT_TRUE(image);
  return camera::make_decoder(usual())->read({image->luma.data(), image->width, image->height, image->width},
                                             Effort::full());
}

// A QR code of that text, modules of `size` pixels, with its quiet zone.
world::Picture qr(const std::string& text, int size = 6) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                        QRcode_free);
  const int side = (code->width + 8) * size;
  world::Picture picture{side, side, std::vector<std::uint8_t>(static_cast<std::size_t>(side * side), 230)};
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int i = x / size - 4, j = y / size - 4;
      const bool inside = i >= 0 && j >= 0 && i < code->width && j < code->width;
      if (inside && (code->data[j * code->width + i] & 1) != 0)
        picture.luma[static_cast<std::size_t>(y * side + x)] = 25;
    }
  return picture;
}

TEST(Photographs, AreReadAsTheyShould) {
  if (!fs::exists(photographs)) GTEST_SKIP() << "the photographs of shared/data/barcodes are not beside this tree";
  int right = 0, plain = 0, all = 0;
  for (const auto& entry : fs::recursive_directory_iterator(photographs)) {
    auto expected = entry.path();
    expected.replace_extension(".txt");
    if (!entry.is_regular_file() || entry.path() == expected || !fs::exists(expected)) continue;
    ++all;
    const auto codes = read_photograph(entry.path());
    const bool good = std::ranges::any_of(
        codes, [&](const Code& code) { return stripped(code.text) == stripped(content(expected)); });
    right += good;
    plain += std::ranges::any_of(read_plainly(entry.path()),
                                 [&](const Code& code) { return stripped(code.text) == stripped(content(expected)); });
    if (!good) std::cout << "  not read: " << entry.path().filename().string() << ", " << codes.size() << " others\n";
  }
  std::cout << "  read " << right << " of " << all << ", ZXing with all its options alone " << plain << "\n";
  EXPECT_EQ(all, 55);
  EXPECT_GT(right, plain);
  EXPECT_GE(right, 45);
}

TEST(Photographs, GiveNothingWhereThereIsNoCode) {
  if (!fs::exists(photographs)) GTEST_SKIP() << "the photographs of shared/data/barcodes are not beside this tree";
  for (const auto& entry : fs::directory_iterator(photographs / "none"))
    EXPECT_THAT(read_photograph(entry.path()), IsEmpty()) << entry.path();
}

TEST(Still, ReadsWhatIsLightOnDarkAndTellsWhere) {
  auto picture = qr("E000101");
  for (auto& luma : picture.luma) luma = static_cast<std::uint8_t>(255 - luma);
  const auto codes =
      read_still(*camera::make_decoder(usual()), {picture.luma.data(), picture.width, picture.height, picture.width});
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].bytes, "E000101");
  EXPECT_EQ(codes[0].aim, "]Q1");
  EXPECT_NEAR(codes[0].corners[0].x, 24, 4);
  EXPECT_NEAR(codes[0].corners[2].y, picture.height - 24, 4);
}

TEST(Still, GivesTheBytesOfAnyText) {
  const std::string text = "E000101;Nguyễn Văn Mẫu;Đà Nẵng";  // a sample
  const auto picture = qr(text);
  const auto codes =
      read_still(*camera::make_decoder(usual()), {picture.luma.data(), picture.width, picture.height, picture.width});
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].bytes, text);
  EXPECT_EQ(codes[0].text, text);
}

/// Code 128 B of "AB" (ISO/IEC 15417: start B 104, A 33, B 34, check (104 + 33 + 2 * 34) mod 103 = 102, stop 106).
void draw_bars(world::Picture& picture, int left, int top) {
  constexpr std::string_view widths =
      "211214"
      "111323"
      "131123"
      "411131"
      "2331112";
  bool black = true;
  for (int x = left; const char width : widths) {
    const int end = x + 2 * (width - '0');
    for (; x < end; ++x)
      for (int y = top; black && y < top + 40; ++y) picture.luma[static_cast<std::size_t>(y * picture.width + x)] = 20;
    black = !black;
  }
}

TEST(Still, OutlivesTheSameBarsTwice) {
  world::Picture picture{400, 300, std::vector<std::uint8_t>(400 * 300, 240)};
  draw_bars(picture, 40, 40);
  draw_bars(picture, 220, 200);
  const auto codes = read_still(*camera::make_decoder(usual()), {picture.luma.data(), 400, 300, 400});
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].text, "AB");
}

/// Finds one code in every n-th look of those kinds; counts the looks and their pixels.
struct CountingDecoder final : camera::Decoder {
  std::vector<Code> read(const Luma& luma, const Effort& effort) const override {
    ++looks;
    hard_looks += effort.hard;
    pixels += std::int64_t{luma.width} * luma.height;
    const bool sees = answer && (effort.kinds == Kinds::all || answer->linear() == (effort.kinds == Kinds::linear));
    return sees && (!only_sharp || looks == only_sharp) ? std::vector{*answer} : std::vector<Code>{};
  }
  bool inverts() const override { return false; }

  std::optional<Code> answer{};
  int only_sharp = 0;
  mutable int looks = 0;
  mutable int hard_looks = 0;
  mutable std::int64_t pixels = 0;
};

Code code_named(const std::string& text, const std::string& aim) { return {.bytes = text, .text = text, .aim = aim}; }

TEST(Still, BelievesSharpenedBarsOnlyWhenTwoTriesAgree) {
  const auto picture = world::slope(64, 40);
  const Luma luma{picture.luma.data(), picture.width, picture.height, picture.width};
  CountingDecoder decoder;
  decoder.answer = code_named("4006381333931", "]E0");
  decoder.only_sharp = 2;  // the first try after the picture itself is a sharpened one
  EXPECT_THAT(read_still(decoder, luma), IsEmpty());
  decoder.answer = code_named("4006381333931", "]Q1");
  decoder.looks = 0;
  EXPECT_THAT(read_still(decoder, luma), SizeIs(1));  // a code that corrects itself is believed
}

/// Sees only a picture of that width.
struct PickyDecoder final : camera::Decoder {
  std::vector<Code> read(const Luma& luma, const Effort&) const override {
    if (luma.width != width) return {};
    Code code = code_named("X", "]Q1");
    code.corners[0] = {60, 50};
    return {code};
  }
  bool inverts() const override { return false; }
  int width = 0;
};

TEST(Still, TellsPlacesInThePictureWhateverCopyWasRead) {
  const auto picture = world::slope(100, 80);
  const Luma luma{picture.luma.data(), picture.width, picture.height, picture.width};
  PickyDecoder decoder;
  const auto corner_at = [&](int width) {
    decoder.width = width;
    const auto codes = read_still(decoder, luma);
    return codes.empty() ? Corner{-1, -1} : codes[0].corners[0];
  };
  EXPECT_EQ(corner_at(100), (Corner{60, 50}));
  EXPECT_EQ(corner_at(200), (Corner{30, 25}));   // enlarged
  EXPECT_EQ(corner_at(50), (Corner{120, 100}));  // halved
  EXPECT_EQ(corner_at(180), (Corner{20, 10}));   // with a white edge of 40
}

struct Stream {
  static constexpr int width = 320, height = 240;
  std::vector<std::uint8_t> scene = std::vector<std::uint8_t>(width * height, 110), pixels = scene;
  CountingDecoder decoder;
  camera::Cascade cascade{decoder};

  std::vector<Code> frame() { return cascade.read({pixels.data(), width, height, width}); }
  void put(int left, int top, int side, std::uint8_t luma) {
    pixels = scene;
    for (int y = top; y < top + side; ++y)
      for (int x = left; x < left + side; ++x) pixels[static_cast<std::size_t>(y * width + x)] = luma;
  }
};

TEST(Cascade, LeavesAStillSceneAloneButForAnInsurance) {
  Stream stream;
  stream.frame();
  stream.decoder.looks = 0;
  stream.decoder.pixels = 0;
  for (int i = 0; i < 300; ++i) stream.frame();
  EXPECT_EQ(stream.decoder.looks, 10);
  EXPECT_EQ(stream.decoder.pixels, 10 * Stream::width * Stream::height / 4);
}

TEST(Cascade, DoesNotTakeALampForAnObject) {
  Stream stream;
  stream.frame();
  stream.decoder.looks = 0;
  for (auto& luma : stream.pixels) luma = static_cast<std::uint8_t>(luma + 40);
  for (int i = 0; i < 20; ++i) stream.frame();
  EXPECT_EQ(stream.decoder.looks, 0);
}

TEST(Cascade, LooksOnlyWhereSomethingCame) {
  Stream stream;
  stream.frame();
  stream.decoder.looks = 0;
  stream.decoder.pixels = 0;
  stream.decoder.answer = code_named("X", "]Q1");
  stream.put(200, 80, 64, 220);
  EXPECT_THAT(stream.frame(), SizeIs(1));
  EXPECT_EQ(stream.decoder.looks, 1);
  EXPECT_LE(stream.decoder.pixels, 112 * 112 / 4);
}

TEST(Cascade, TellsPlacesInThePicture) {
  Stream stream;
  stream.frame();
  stream.decoder.answer = code_named("X", "]Q1");
  stream.decoder.answer->corners[0] = {5, 7};  // halved, in the box that begins 16 pixels before the change
  stream.put(200, 80, 64, 220);
  const auto codes = stream.frame();
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].corners[0], (Corner{2 * 5 + 184, 2 * 7 + 64}));
}

TEST(Cascade, GivesUpByAndByOnWhatHoldsNoCode) {
  Stream stream;
  stream.frame();
  stream.put(200, 80, 64, 220);
  const auto looks_of = [&](int frames) {
    const int before = stream.decoder.hard_looks;
    for (int i = 0; i < frames; ++i) stream.frame();
    return stream.decoder.hard_looks - before;
  };
  const int early = looks_of(45);
  looks_of(5);
  EXPECT_LT(looks_of(45), early / 2);
}

TEST(Cascade, ReadsARealCodeThatSlidesIn) {
  const auto card = qr("E000104", 3);
  Stream stream;
  const auto decoder = camera::make_decoder(usual());
  camera::Cascade cascade(*decoder);
  std::vector<std::string> read;
  for (int i = 0; i < 12; ++i) {
    stream.pixels = stream.scene;
    for (int y = 0; y < card.height; ++y)
      for (int x = 0; x < card.width; ++x)
        if (const int to = x + 300 - 20 * i; to < Stream::width)
          stream.pixels[static_cast<std::size_t>((y + 60) * Stream::width + to)] =
              card.luma[static_cast<std::size_t>(y * card.width + x)];
    for (const auto& code : cascade.read({stream.pixels.data(), Stream::width, Stream::height, Stream::width}))
      read.push_back(std::to_string(i) + code.bytes);
  }
  ASSERT_THAT(read, testing::Not(IsEmpty()));
  EXPECT_EQ(read[0], "3E000104");  // the first frame with the whole code in it: from x = 252 to 315
}

TEST(Cascade, ReadsWhatIsLightOnDark) {
  auto card = qr("E000105", 3);
  for (auto& luma : card.luma) luma = static_cast<std::uint8_t>(255 - luma);
  Stream stream;
  const auto decoder = camera::make_decoder(usual());
  camera::Cascade cascade(*decoder);
  const auto frame = [&] { return cascade.read({stream.pixels.data(), Stream::width, Stream::height, Stream::width}); };
  frame();
  for (int y = 0; y < card.height; ++y)
    std::copy_n(card.luma.begin() + y * card.width, card.width, stream.pixels.begin() + (y + 60) * Stream::width + 100);
  std::vector<std::string> read;
  for (int i = 0; i < 4; ++i)
    for (const auto& code : frame()) read.push_back(code.bytes);
  EXPECT_THAT(read, testing::Contains("E000105"));
}

TEST(Cascade, TakesAnySizeOfPicture) {
  const auto decoder = camera::make_decoder(usual());
  camera::Cascade cascade(*decoder);
  const std::vector<std::uint8_t> pixels(100 * 100, 128);
  for (const int width : {1, 2, 7, 8, 9, 15, 16, 17, 100})
    for (const int height : {1, 7, 8, 17, 100})
      for (int i = 0; i < 2; ++i) cascade.read({pixels.data(), width, height, 100});
}

TEST(Sightings, TellsACodeOnceInItsTime) {
  camera::Sightings sightings(2s);
  const auto code = code_named("E1", "]Q1");
  std::vector<int> told;
  for (int i = 0; i < 50; ++i)
    if (sightings.tell(code, MonotonicTime(1h + i * 100ms))) told.push_back(i);
  EXPECT_THAT(told, ElementsAre(0, 20, 40));
  EXPECT_TRUE(sightings.tell(code_named("E2", "]Q1"), MonotonicTime(1h + 5s)));
}

TEST(Sightings, WantsBarsInTwoFrames) {
  camera::Sightings sightings(2s);
  const auto bars = code_named("4006381333931", "]E0"), misread = code_named("4006381333930", "]E0");
  const MonotonicTime begin(1h);
  EXPECT_FALSE(sightings.tell(bars, begin));
  EXPECT_FALSE(sightings.tell(bars, begin));  // the same frame proves nothing
  EXPECT_FALSE(sightings.tell(misread, begin + 30ms));
  EXPECT_TRUE(sightings.tell(bars, begin + 60ms));
  EXPECT_FALSE(sightings.tell(misread, begin + 1600ms));  // too long after to be the same showing
}

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

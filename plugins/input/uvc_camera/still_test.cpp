// Single pictures: photographs, and what people reported as read wrongly.
#include "still.hpp"

#include <ZXing/BitMatrix.h>
#include <ZXing/CharacterSet.h>
#include <ZXing/MultiFormatWriter.h>

#include <fstream>
#include <iostream>

#include "../../../hal/image/image.hpp"
#include "test_parts.hpp"
#include "world/places.hpp"

namespace camera {
namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::ElementsAre;
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

std::vector<Code> read_photograph(const fs::path& file) {
  const auto image = hal::read_image(file);
  EXPECT_TRUE(image) << to_line(image.error());
  return read_still(*make_decoder(usual()), {image->luma.data(), image->width, image->height, image->width});
}

// With all that the library has, once.
std::vector<Code> read_plainly(const fs::path& file) {
  const auto image = hal::read_image(file);
  EXPECT_TRUE(image);
  return make_decoder(usual())->read({image->luma.data(), image->width, image->height, image->width}, Effort::full());
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
  EXPECT_GE(right, 46);
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
      read_still(*make_decoder(usual()), {picture.luma.data(), picture.width, picture.height, picture.width});
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
      read_still(*make_decoder(usual()), {picture.luma.data(), picture.width, picture.height, picture.width});
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].bytes, text);
  EXPECT_EQ(codes[0].text, text);
}

// By its number (AIM ITS/04-023): ISO 8859-1, and UTF-16.
TEST(Still, ReadsTheCharacterSetThatACodeTells) {
  for (const auto& [number, bytes] :
       {std::pair(3U, std::string("Jos\xE9")), std::pair(25U, std::string("\0J\0o\0s\0\xE9", 8)),
        std::pair(26U, std::string("Jos\xC3\xA9"))}) {
    const std::unique_ptr<QRinput, void (*)(QRinput*)> input(QRinput_new(), QRinput_free);
    QRinput_appendECIheader(input.get(), number);
    QRinput_append(input.get(), QR_MODE_8, static_cast<int>(bytes.size()),
                   reinterpret_cast<const unsigned char*>(bytes.data()));
    const std::unique_ptr<QRcode, void (*)(QRcode*)> code(QRcode_encodeInput(input.get()), QRcode_free);
    const auto picture = drawn(*code, 6);
    const auto codes = read_still(*make_decoder(usual()), luma_of(picture));
    ASSERT_THAT(codes, SizeIs(1)) << number;
    EXPECT_EQ(codes[0].bytes, "José") << number;
    EXPECT_EQ(codes[0].aim, "]Q2") << number;
  }
}

// AIM's modifier says that there is one: of PDF417 by another number than of QR.
TEST(Still, TellsThatThereIsACharacterSetByTheSymbologysModifier) {
  const auto bits = ZXing::MultiFormatWriter(ZXing::BarcodeFormat::PDF417)
                        .setEncoding(ZXing::CharacterSet::UTF8)
                        .setMargin(10)
                        .encode(std::wstring(L"Ngọc Ánh"), 600, 300);
  world::Picture picture{bits.width(), bits.height(), {}};
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      picture.luma.push_back(static_cast<std::uint8_t>(bits.get(x, y) ? 20 : 235));
  const auto codes = read_still(*make_decoder({"pdf417"}), luma_of(picture));
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].bytes, "Ngọc Ánh");
  EXPECT_EQ(codes[0].aim, "]L1");
}

TEST(Still, OutlivesTheSameBarsTwice) {
  world::Picture picture{400, 300, std::vector<std::uint8_t>(400 * 300, 240)};
  draw_bars(picture, 40, 40);
  draw_bars(picture, 220, 200);
  const auto codes = read_still(*make_decoder(usual()), {picture.luma.data(), 400, 300, 400});
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].text, "AB");
}

TEST(Still, ReadsBarsAtEveryAngleAndTellsWhere) {
  const auto decoder = make_decoder(usual());
  const auto card = bars_on_a_card();
  for (int degrees = 0; degrees < 180; degrees += 5) {
    const auto picture = rotated(luma_of(card), degrees);
    const auto codes = read_still(*decoder, picture);
    ASSERT_THAT(codes, SizeIs(1)) << degrees;
    EXPECT_EQ(codes[0].text, "AB") << degrees;
    const auto middle = before_rotation(
        {(codes[0].corners[0].x + codes[0].corners[2].x) / 2, (codes[0].corners[0].y + codes[0].corners[2].y) / 2},
        luma_of(card), degrees);
    EXPECT_NEAR(middle.x, 101, 15) << degrees;
    EXPECT_NEAR(middle.y, 70, 25) << degrees;
  }
}

TEST(Still, ReadsALightCodeBesideADarkOne) {
  auto light = qr("E000102");
  for (auto& luma : light.luma) luma = static_cast<std::uint8_t>(255 - luma);
  const auto dark = qr("E000101");
  world::Picture both{dark.width * 2, dark.height,
                      std::vector<std::uint8_t>(static_cast<std::size_t>(dark.width * 2 * dark.height))};
  for (int y = 0; y < dark.height; ++y) {
    std::copy_n(dark.luma.begin() + y * dark.width, dark.width, both.luma.begin() + y * both.width);
    std::copy_n(light.luma.begin() + y * dark.width, dark.width, both.luma.begin() + y * both.width + dark.width);
  }
  std::vector<std::string> read;
  for (const auto& code : read_still(*make_decoder(usual()), luma_of(both))) read.push_back(code.bytes);
  EXPECT_THAT(read, testing::UnorderedElementsAre("E000101", "E000102"));
}

// Of what people reported as read wrongly: each picture's code, with the folder's own answers.
TEST(Cases, AreReadAsTheyShould) {
  const fs::path cases = fs::path(world::source_folder()) / "../shared/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "the small inputs of shared/cases are not beside this tree";
  for (const auto& entry : fs::directory_iterator(cases / "bars-aslant"))
    EXPECT_THAT(read_photograph(entry.path()), SizeIs(1)) << entry.path();
  EXPECT_THAT(read_photograph(cases / "two-codes-one-inverted/two-one-inverted.png"), SizeIs(2));
  for (const auto& entry : fs::directory_iterator(cases / "structured-append-qr-dm"))
    for (const auto& code : read_photograph(entry.path())) EXPECT_GT(code.part, 0) << entry.path();
}

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
struct PickyDecoder final : Decoder {
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

}  // namespace
}  // namespace camera

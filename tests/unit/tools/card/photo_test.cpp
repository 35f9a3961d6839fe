// Photographs for cards: upright, cut about the middle, and never half of one.
#include "card/draw/photo.hpp"

#include <gmock/gmock.h>

#include "world/pictures.hpp"
#include "world/scratch.hpp"

namespace gatepost::card {
namespace {

using detail::Rgb;
using testing::HasSubstr;

Result<Photo> photo_of(const std::string& bytes) { return decode_photo(std::as_bytes(std::span(bytes)), "face"); }

std::uint32_t pixel(const Photo& photo, double across, double down) {
  const auto x = static_cast<std::size_t>(across * photo_width), y = static_cast<std::size_t>(down * photo_height);
  return photo.pixels.at(y * photo_width + x);
}

/// 3 x 4 fields of colour, upright; then as a camera stores it that was held in that way.
Rgb held(int orientation) {
  constexpr int width = 30, height = 40;
  const auto upright = [](int x, int y) { return static_cast<std::uint8_t>(10 * (x / 10) + 50 * (y / 10)); };
  const bool lies = orientation >= 5;
  Rgb picture{lies ? height : width, lies ? width : height, {}, orientation};
  for (int row = 0; row < picture.height; ++row)
    for (int column = 0; column < picture.width; ++column) {
      const int right = picture.width - 1 - column, below = picture.height - 1 - row;
      const auto [x, y] = std::array<std::pair<int, int>, 9>{
          {{0, 0},
           {column, row},
           {right, row},
           {right, below},
           {column, below},
           {row, column},
           {below, column},
           {below, right},
           {row, right}}}.at(static_cast<std::size_t>(orientation));
      picture.bytes.insert(picture.bytes.end(), 3, upright(x, y));
    }
  return picture;
}

TEST(CardPhoto, IsUprightHoweverTheCameraWasHeld) {
  const auto expected = detail::fitted(held(1)).pixels;
  EXPECT_EQ(expected.size(), std::size_t{photo_width} * photo_height);
  for (int orientation = 2; orientation <= 8; ++orientation)
    EXPECT_EQ(detail::fitted(held(orientation)).pixels, expected) << orientation;
}

TEST(CardPhoto, IsCutAboutItsMiddleAndKeepsItsColours) {
  std::vector<std::uint8_t> wide;  // a red band, a green square in the middle, a blue band
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 300; ++x)
      for (const int part : {0, 1, 2}) wide.push_back(x / 100 == part ? 200 : 10);
  for (const auto& bytes : {world::png_of(wide, 300, 100, PNG_FORMAT_RGB)}) {
    const auto photo = photo_of(bytes);
    ASSERT_TRUE(photo);
    for (const double across : {0.01, 0.5, 0.98}) EXPECT_EQ(pixel(*photo, across, 0.5), 0x0AC80AU) << across;
  }
}

TEST(CardPhoto, IsReadFromEachFormat) {
  const auto slope = world::slope(300, 400);
  for (const auto& bytes : {world::png_of(slope), world::jpeg_of(slope), world::webp_of(slope)}) {
    const auto photo = photo_of(bytes);
    ASSERT_TRUE(photo) << to_line(photo.error());
    EXPECT_NEAR(static_cast<int>(pixel(*photo, 0.01, 0.01) & 0xFFU), 110, 12);
  }
}

TEST(CardPhoto, ThatIsCutOrNoneIsRefused) {
  const auto slope = world::slope(60, 80);
  for (const auto& whole :
       {world::png_of(slope), world::jpeg_of(slope), world::jpeg_of(slope, true), world::webp_of(slope)})
    for (std::size_t size = 0; size + 12 < whole.size(); size += 1 + whole.size() / 50) {
      const auto photo = photo_of(whole.substr(0, size));
      ASSERT_FALSE(photo) << size << " of " << whole.size();
      EXPECT_EQ(to_line(photo.error()),
                "face: this photo cannot be read; give a PNG, JPEG or WebP picture that is whole");
    }
  for (const char* none : {"", "GIF89a", "%PDF-1.5", "RIFFxxxxWAVE"}) EXPECT_FALSE(photo_of(none)) << none;
}

TEST(CardPhoto, ThatIsTooLargeIsRefusedBeforeMemoryIsTaken) {
  std::string huge = world::png_of(world::slope());
  for (const std::size_t at : {16U, 20U}) huge.replace(at, 4, std::string("\0\0\x3F\xFF", 4));
  EXPECT_FALSE(photo_of(huge)) << "its checksum is wrong, too";
  EXPECT_TRUE(detail::bounded(6000, 4000, "x"));
  EXPECT_FALSE(detail::bounded(6001, 4000, "x"));
  EXPECT_FALSE(detail::bounded(16385, 1, "x"));
  EXPECT_FALSE(detail::bounded(0, 1, "x"));
}

TEST(CardPhoto, TellsHowTheCameraWasHeldWhereItsFileDoes) {
  const auto segment = [](bool little, std::uint8_t told) {
    std::string tiff = little ? std::string("II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18)
                              : std::string("MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", 18);
    tiff += little ? std::string{static_cast<char>(told), 0, 0, 0} : std::string{0, static_cast<char>(told), 0, 0};
    return std::string("Exif\0\0", 6) + tiff;
  };
  const auto told = [](const std::string& bytes) {
    return detail::orientation_in({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  };
  for (const bool little : {false, true}) {
    for (std::uint8_t way = 1; way <= 8; ++way) EXPECT_EQ(told(segment(little, way)), way);
    EXPECT_EQ(told(segment(little, 9)), 1);
    const auto whole = segment(little, 6);
    constexpr std::size_t known_at = 26;  // the value stands at 24
    for (std::size_t size = 0; size <= whole.size(); ++size)
      EXPECT_EQ(detail::orientation_in({reinterpret_cast<const std::uint8_t*>(whole.data()), size}),
                size < known_at ? 1 : 6)
          << "nothing is read beyond its end: " << size;
  }
  EXPECT_EQ(told("http://ns.adobe.com/xap/1.0/"), 1);
}

// As telephones write it: a JPEG whose APP1 segment stands before all others.
TEST(CardPhoto, OfATelephoneIsTurned) {
  world::Picture lying{400, 300, std::vector<std::uint8_t>(400 * 300, 40)};
  for (int y = 0; y < 300; ++y) std::fill_n(lying.luma.begin() + y * 400, 200, std::uint8_t{220});  // its left half
  std::string jpeg = world::jpeg_of(lying);
  jpeg.insert(2, std::string("\xFF\xE1\0\x22"
                             "Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
                             36));
  const auto photo = photo_of(jpeg);
  ASSERT_TRUE(photo);
  EXPECT_GT(pixel(*photo, 0.5, 0.1) & 0xFFU, 200U) << "what was left is above";
  EXPECT_LT(pixel(*photo, 0.5, 0.9) & 0xFFU, 60U);
}

// Four inks: what a print shop gives, and no screen shows.
TEST(CardPhoto, InThePrintersColoursIsToldApart) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = jpeg.image_height = 8;
  jpeg.input_components = 4;
  jpeg.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  std::array<JSAMPLE, 32> inks{};
  for (JSAMPROW row = inks.data(); jpeg.next_scanline < 8;) jpeg_write_scanlines(&jpeg, &row, 1);
  jpeg_finish_compress(&jpeg);
  const std::string bytes(reinterpret_cast<char*>(buffer), size);
  jpeg_destroy_compress(&jpeg);
  std::free(buffer);
  const auto photo = photo_of(bytes);
  ASSERT_FALSE(photo);
  EXPECT_THAT(to_line(photo.error()), HasSubstr("in the colours of a printer (CMYK); save it in RGB"));
}

TEST(CardPhoto, ThatIsNotThereIsToldByItsName) {
  const world::Scratch disk;
  const auto photo = read_photo(disk / "absent.png");
  ASSERT_FALSE(photo);
  EXPECT_THAT(to_line(photo.error()), HasSubstr("absent.png: it cannot be read"));
}

}  // namespace
}  // namespace gatepost::card

// Pictures as luma, whole ones and hostile ones.
#include "../../../hal/image/image.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "world/pictures.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using gatepost::hal::decode_image;
using gatepost::hal::Image;
using testing::HasSubstr;

Result<Image> decoded(const std::string& bytes) { return decode_image(std::as_bytes(std::span(bytes)), "picture"); }

const std::string& file(std::size_t format) {
  static const std::array files{world::png_of(world::slope()), world::jpeg_of(world::slope()),
                                world::jpeg_of(world::slope(), true), world::webp_of(world::slope())};
  return files.at(format);
}

class Format : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Image, Format, testing::Values(0U, 1U, 2U, 3U));

TEST_P(Format, GivesTheLumaThatWasWritten) {
  const auto picture = world::slope();
  const auto image = decoded(file(GetParam()));
  ASSERT_TRUE(image) << to_line(image.error());
  EXPECT_EQ(image->width, picture.width);
  ASSERT_EQ(image->luma.size(), picture.luma.size());
  for (std::size_t i = 0; i < picture.luma.size(); ++i) ASSERT_NEAR(image->luma[i], picture.luma[i], 12) << i;
}

TEST_P(Format, IsRefusedWhereverItIsCut) {
  const auto& whole = file(GetParam());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto image = decoded(whole.substr(0, size));
    ASSERT_FALSE(image) << "cut to " << size << " of " << whole.size() << " bytes";
    EXPECT_FALSE(image.error().remedy.empty());
  }
}

TEST_P(Format, NeverHarmsWhenBytesAreChanged) {
  EXPECT_TRUE(rc::check([&](std::vector<std::pair<std::uint16_t, std::uint8_t>> changes) {
    auto bytes = file(GetParam());
    for (const auto& [place, value] : changes) bytes[place % bytes.size()] = static_cast<char>(value);
    const auto image = decoded(bytes);
    if (image) {
      RC_ASSERT(image->width > 0 && image->height > 0);
      RC_ASSERT(image->luma.size() == static_cast<std::size_t>(image->width) * static_cast<std::size_t>(image->height));
    }
  }));
}

TEST(Image, WeighsColoursByBt601) {
  const auto image = decoded(world::png_of({255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255}, 4, 1, PNG_FORMAT_RGB));
  ASSERT_TRUE(image);
  EXPECT_THAT(image->luma, testing::ElementsAre(76, 150, 29, 255));
}

TEST(Image, StandsOnWhiteWhereItIsTransparent) {
  const auto image = decoded(world::png_of({0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 128}, 3, 1, PNG_FORMAT_RGBA));
  ASSERT_TRUE(image);
  EXPECT_THAT(image->luma, testing::ElementsAre(255, 0, testing::AllOf(testing::Ge(126), testing::Le(128))));
}

TEST(Image, RefusesAHugePictureByItsHead) {
  auto bytes = file(0);
  bytes.replace(16, 8, std::string("\x00\x00\x40\x01\x00\x00\x00\x01", 8));  // IHDR: 16385 x 1; its CRC no longer fits
  EXPECT_FALSE(decoded(bytes));
  auto jpeg = file(1);
  const auto frame = jpeg.find("\xff\xc0");  // SOF0: length 2, precision 1, height 2, width 2 (ITU-T T.81, B.2.2)
  ASSERT_NE(frame, jpeg.npos);
  jpeg.replace(frame + 5, 4, "\x4e\x20\x4e\x20");
  const auto huge = decoded(jpeg);
  ASSERT_FALSE(huge);
  EXPECT_THAT(huge.error().what, HasSubstr("20000 x 20000"));
}

TEST(Image, GoesByContentAndNotByName) {
  world::Scratch scratch;
  const auto picture = hal::read_image(scratch.write("card.png", file(3)));
  EXPECT_TRUE(picture);
  const auto text = hal::read_image(scratch.write("text.png", "no picture at all"));
  ASSERT_FALSE(text);
  EXPECT_THAT(to_line(text.error()), HasSubstr("save it as one of these"));
  EXPECT_FALSE(hal::read_image(scratch.path()));
  EXPECT_FALSE(hal::read_image(scratch / "absent.png"));
}

}  // namespace

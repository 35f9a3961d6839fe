// The calibration sheet, read by the decoder that cameras have.
#include <gmock/gmock.h>

#include <cstdlib>
#include <gatepost/result.hpp>

#include "decoder.hpp"
#include "devices/calibrate/sheet.hpp"
#include "image/image.hpp"
#include "world/scratch.hpp"

namespace gatepost::calibrate {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

std::vector<std::string> payloads() {
  std::vector<std::string> all;
  for (const auto& code : sheet_codes()) all.push_back(code.payload);
  return all;
}

std::vector<std::string> decoded(const hal::Image& image) {
  std::vector<std::string> all;
  for (const auto& code : camera::make_decoder({"qr"})->read(
           {image.luma.data(), image.width, image.height, image.width}, camera::Effort::full()))
    all.push_back(code.bytes);
  return all;
}

/// One figure of the page, as a browser draws it: four pixels a unit, black where the path's squares are.
hal::Image drawn(std::string_view svg) {
  constexpr int scale = 4;
  const int side = std::atoi(svg.data() + svg.find("viewBox=\"0 0 ") + 13) * scale;
  hal::Image image{side, side,
                   std::vector<std::uint8_t>(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 255)};
  const std::string_view path = svg.substr(svg.find(" d=\"") + 4, svg.find("\"/></svg>") - svg.find(" d=\"") - 4);
  for (std::size_t at = path.find('M'); at != path.npos; at = path.find('M', at + 1)) {
    char* end = nullptr;
    const long x = std::strtol(path.data() + at + 1, &end, 10), y = std::strtol(end, &end, 10);
    EXPECT_EQ(std::string_view(end, 8), "h1v1h-1z");
    for (long row = y * scale; row < (y + 1) * scale; ++row)
      for (long column = x * scale; column < (x + 1) * scale; ++column)
        image.luma[static_cast<std::size_t>(row * side + column)] = 0;
  }
  return image;
}

TEST(Sheet, IsReadByOurDecoderWhereItIsAPicture) {
  const world::Scratch disk;
  ASSERT_TRUE(write_sheet(disk / "sheet.png"));
  const auto image = hal::read_image(disk / "sheet.png");
  ASSERT_TRUE(image);
  EXPECT_THAT(decoded(*image), UnorderedElementsAreArray(payloads()));
}

TEST(Sheet, IsReadByOurDecoderWhereItIsAPage) {
  const auto page = sheet_page();
  ASSERT_TRUE(page);
  std::vector<std::string> all;
  for (std::size_t at = page->find("<svg"); at != page->npos; at = page->find("<svg", at + 1)) {
    const auto codes = decoded(drawn(std::string_view(*page).substr(at)));
    all.insert(all.end(), codes.begin(), codes.end());
  }
  EXPECT_EQ(all, payloads());
}

TEST(Sheet, IsNotWrittenWhereItCannotBe) {
  const world::Scratch disk;
  const auto pdf = write_sheet(disk / "sheet.pdf");
  ASSERT_FALSE(pdf);
  EXPECT_THAT(to_line(pdf.error()), HasSubstr("NAME.html"));
  for (const char* name : {"absent/sheet.html", "absent/sheet.png"}) {
    const auto lost = write_sheet(disk / name);
    ASSERT_FALSE(lost) << name;
    EXPECT_THAT(to_line(lost.error()), HasSubstr("cannot be written"));
  }
}

}  // namespace
}  // namespace gatepost::calibrate

#include "card/draw/photo.hpp"

#include <png.h>
#include <webp/decode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <gatepost/support/files.hpp>

namespace gatepost::card {
namespace detail {
namespace {

constexpr std::size_t most_bytes = std::size_t{32} << 20U;
constexpr std::uint64_t most_side = 16384, most_pixels = 24'000'000;  // a telephone's has 12 million

Result<Rgb> decode_png(std::span<const std::byte> bytes, const std::string& where) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0) return no_photo(where);
  if (auto size = bounded(png.width, png.height, where); !size) {
    png_image_free(&png);
    return size.error();
  }
  png.format = PNG_FORMAT_RGB;
  Rgb picture{static_cast<int>(png.width), static_cast<int>(png.height), {}};
  picture.bytes.resize(PNG_IMAGE_SIZE(png));
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&png, &white, picture.bytes.data(), 0, nullptr) == 0) return no_photo(where);
  return picture;
}

Result<Rgb> decode_webp(std::span<const std::byte> bytes, const std::string& where) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(data, bytes.size(), &features) != VP8_STATUS_OK) return no_photo(where);
  const auto width = static_cast<std::uint64_t>(features.width), height = static_cast<std::uint64_t>(features.height);
  if (auto size = bounded(width, height, where); !size) return size.error();
  Rgb picture{features.width, features.height, {}};
  picture.bytes.resize(3 * width * height);
  if (WebPDecodeRGBInto(data, bytes.size(), picture.bytes.data(), picture.bytes.size(), 3 * features.width) == nullptr)
    return no_photo(where);
  return picture;
}

bool begins_with(std::span<const std::byte> bytes, std::string_view start) {
  return bytes.size() >= start.size() &&
         std::string_view(reinterpret_cast<const char*>(bytes.data()), start.size()) == start;
}

/// A picture as it looks when it is turned upright.
class Upright {
 public:
  explicit Upright(const Rgb& picture) : picture_(picture) {}

  bool lies() const { return picture_.orientation >= 5; }
  int width() const { return lies() ? picture_.height : picture_.width; }
  int height() const { return lies() ? picture_.width : picture_.height; }

  const std::uint8_t* at(int x, int y) const {
    const int right = picture_.width - 1, bottom = picture_.height - 1;
    int column = x, row = y;
    switch (picture_.orientation) {
      case 2:
        column = right - x;
        break;
      case 3:
        column = right - x, row = bottom - y;
        break;
      case 4:
        row = bottom - y;
        break;
      case 5:
        column = y, row = x;
        break;
      case 6:
        column = y, row = bottom - x;
        break;
      case 7:
        column = right - y, row = bottom - x;
        break;
      case 8:
        column = right - y, row = x;
        break;
      default:
        break;
    }
    return picture_.bytes.data() + 3 * (static_cast<std::size_t>(row) * static_cast<std::size_t>(picture_.width) +
                                        static_cast<std::size_t>(column));
  }

 private:
  const Rgb& picture_;
};

struct Stretch {
  int first, last;  // the last one is outside
};

// The pixels that one printed dot stands for: one at least.
Stretch pixels_of(int dot, double begin, double scale, int all) {
  const int first = std::clamp(static_cast<int>(std::floor(begin + dot * scale)), 0, all - 1);
  return {first, std::clamp(static_cast<int>(std::ceil(begin + (dot + 1) * scale)), first + 1, all)};
}

std::uint32_t mean_of(const Upright& picture, const Stretch& columns, const Stretch& rows) {
  std::array<std::uint64_t, 3> sums{};
  for (int y = rows.first; y < rows.last; ++y)
    for (int x = columns.first; x < columns.last; ++x)
      for (std::size_t i = 0; i < 3; ++i) sums[i] += picture.at(x, y)[i];
  const auto count =
      static_cast<std::uint64_t>(rows.last - rows.first) * static_cast<std::uint64_t>(columns.last - columns.first);
  return static_cast<std::uint32_t>(sums[0] / count << 16U | sums[1] / count << 8U | sums[2] / count);
}

}  // namespace

Error no_photo(const std::string& where) {
  return {"this photo cannot be read", where, "give a PNG, JPEG or WebP picture that is whole"};
}

Result<void> bounded(std::uint64_t width, std::uint64_t height, const std::string& where) {
  if (width == 0 || height == 0) return no_photo(where);
  if (width > most_side || height > most_side || width * height > most_pixels)
    return Error{"this photo is too large", where, "make it smaller: at most 24 million pixels"};
  return {};
}

Photo fitted(const Rgb& rgb) {
  const Upright picture(rgb);
  const double scale = std::min(picture.width() / double{photo_width}, picture.height() / double{photo_height});
  const double left = (picture.width() - photo_width * scale) / 2, top = (picture.height() - photo_height * scale) / 2;
  Photo photo;
  photo.pixels.reserve(std::size_t{photo_width} * photo_height);
  for (int y = 0; y < photo_height; ++y)
    for (int x = 0; x < photo_width; ++x)
      photo.pixels.push_back(
          mean_of(picture, pixels_of(x, left, scale, picture.width()), pixels_of(y, top, scale, picture.height())));
  return photo;
}

}  // namespace detail

Result<Photo> decode_photo(std::span<const std::byte> bytes, const std::string& where) {
  const auto picture = detail::begins_with(bytes, "\x89PNG")        ? detail::decode_png(bytes, where)
                       : detail::begins_with(bytes, "\xFF\xD8\xFF") ? detail::decode_jpeg(bytes, where)
                       : detail::begins_with(bytes, "RIFF")         ? detail::decode_webp(bytes, where)
                                                                    : Result<detail::Rgb>(detail::no_photo(where));
  if (!picture) return picture.error();
  return detail::fitted(*picture);
}

Result<Photo> read_photo(const std::filesystem::path& file) {
  const auto bytes = support::read_file(file, detail::most_bytes);
  if (!bytes) return bytes.error();
  return decode_photo(std::as_bytes(std::span(*bytes)), file.string());
}

}  // namespace gatepost::card

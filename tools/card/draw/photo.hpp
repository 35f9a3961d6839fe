// The photograph on a card.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gatepost::card {

/// 21 x 28 mm at 300 dots an inch.
inline constexpr int photo_width = 248, photo_height = 331;

/// Upright, cut to the shape of a passport's (3:4) about its middle, in the size in which it is printed: nothing else
/// of the file is kept.
struct Photo {
  std::vector<std::uint32_t> pixels{};  ///< 0x00RRGGBB, rows of photo_width
};

/// PNG, JPEG or WebP, told by content. One that is larger than the bounds is refused before memory is taken for it.
Result<Photo> decode_photo(std::span<const std::byte> bytes, const std::string& where);
Result<Photo> read_photo(const std::filesystem::path& file);

namespace detail {

/// A decoded picture: rows of RGB without gaps.
struct Rgb {
  int width = 0, height = 0;
  std::vector<std::uint8_t> bytes{};
  int orientation = 1;  ///< how it must be turned, by the numbers of Exif 2.3 (4.6.4, tag 274)
};

Error no_photo(const std::string& where);
/// An Error unless a picture of that size may be held.
Result<void> bounded(std::uint64_t width, std::uint64_t height, const std::string& where);

Result<Rgb> decode_jpeg(std::span<const std::byte> bytes, const std::string& where);
/// Of a JPEG's APP1 segment; 1 where it tells none.
int orientation_in(std::span<const std::uint8_t> segment);
Photo fitted(const Rgb& picture);

}  // namespace detail
}  // namespace gatepost::card

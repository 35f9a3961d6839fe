// Picture files as luma.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <span>
#include <string>
#include <vector>

namespace gatepost::hal {

/// Rows without gaps; 0 black … 255 white.
struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> luma{};
};

inline constexpr int most_side = 16384;
inline constexpr std::size_t most_pixels = 64'000'000;
inline constexpr std::size_t most_picture_bytes = std::size_t{64} << 20U;

/// PNG, JPEG or WebP, told by content and not by name. Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), over white where
/// it is transparent. A picture larger than the bounds is refused before memory is taken for it; one that is cut or
/// damaged is an Error. `where` names it in errors.
Result<Image> decode_image(std::span<const std::byte> bytes, const std::string& where);

/// The same from a file.
Result<Image> read_image(const std::filesystem::path& file);

/// The picture files of a folder, by name; an Error when it has none. Tells by name: png, jpg, jpeg, webp.
Result<std::vector<std::filesystem::path>> pictures_in(const std::filesystem::path& folder);

namespace detail {

Error damaged(const std::string& where);
/// An Error unless a picture of that size may be held.
Result<void> bounded(std::uint64_t width, std::uint64_t height, const std::string& where);
/// `pixels` holds rows of RGB or, with alpha, RGBA.
Image luma_of(std::span<const std::uint8_t> pixels, int width, int height, bool alpha);

Result<Image> decode_png(std::span<const std::byte> bytes, const std::string& where);
Result<Image> decode_jpeg(std::span<const std::byte> bytes, const std::string& where);
Result<Image> decode_webp(std::span<const std::byte> bytes, const std::string& where);

}  // namespace detail
}  // namespace gatepost::hal

#include "image/image.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

namespace gatepost::hal {
namespace detail {

Error damaged(const std::string& where) {
  return {"is a cut or damaged picture", where, "copy or save it again, and look at it in a picture viewer"};
}

Result<void> bounded(std::uint64_t width, std::uint64_t height, const std::string& where) {
  if (width == 0 || height == 0) return damaged(where);
  constexpr auto side = static_cast<std::uint64_t>(most_side);
  if (width <= side && height <= side && width * height <= most_pixels) return {};
  return Error{"is a picture of " + std::to_string(width) + " x " + std::to_string(height) + " pixels", where,
               "scale it down to at most 64 megapixels and 16384 pixels a side"};
}

Image luma_of(std::span<const std::uint8_t> pixels, int width, int height, bool alpha) {
  Image image{width, height, {}};
  const std::size_t step = alpha ? 4 : 3;
  image.luma.resize(pixels.size() / step);
  const std::uint8_t* in = pixels.data();
  for (auto& out : image.luma) {
    unsigned luma = (299U * in[0] + 587U * in[1] + 114U * in[2] + 500U) / 1000U;
    if (alpha) luma = (luma * in[3] + 255U * (255U - in[3]) + 127U) / 255U;
    out = static_cast<std::uint8_t>(luma);
    in += step;
  }
  return image;
}

}  // namespace detail

Result<Image> decode_image(std::span<const std::byte> bytes, const std::string& where) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 12));
  if (head.starts_with("\x89PNG\r\n\x1a\n")) return detail::decode_png(bytes, where);
  if (head.starts_with("\xff\xd8\xff")) return detail::decode_jpeg(bytes, where);
  if (head.size() == 12 && head.starts_with("RIFF") && head.ends_with("WEBP")) return detail::decode_webp(bytes, where);
  return Error{"is no PNG, JPEG or WebP picture", where, "save it as one of these"};
}

Result<Image> read_image(const std::filesystem::path& file) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure))
    return Error{"is no file", file.string(), "name a PNG, JPEG or WebP picture"};
  const auto size = std::filesystem::file_size(file, failure);
  if (failure || size > most_picture_bytes)
    return Error{"is larger than 64 MiB", file.string(), "save the picture smaller"};
  std::string bytes(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size)))
    return Error{"cannot be read", file.string(), "check its permissions"};
  return decode_image(std::as_bytes(std::span(bytes)), file.string());
}

Result<std::vector<std::filesystem::path>> pictures_in(const std::filesystem::path& folder) {
  constexpr std::string_view endings[] = {".png", ".jpg", ".jpeg", ".webp"};
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  std::filesystem::directory_iterator entry(folder, failure);
  for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure))
    if (std::ranges::find(endings, entry->path().extension().string()) != std::end(endings))
      files.push_back(entry->path());
  if (failure) return Error{"cannot be read: " + failure.message(), folder.string(), "name a folder of pictures"};
  if (files.empty())
    return Error{"holds no picture", folder.string(), "put pictures ending in .png, .jpg or .webp there"};
  std::ranges::sort(files);
  return files;
}

}  // namespace gatepost::hal

// libwebp's simple interface (webp/decode.h).
#include <webp/decode.h>

#include "image/image.hpp"

namespace gatepost::hal::detail {
namespace {

// The size that the RIFF header tells (WebP container specification, "WebP file header"): little endian, of what
// follows it.
std::uint64_t told_size(const std::uint8_t* head) {
  std::uint64_t size = 0;
  for (unsigned i = 0; i < 4; ++i) size |= std::uint64_t{head[4 + i]} << (8U * i);
  return size + 8;
}

}  // namespace

Result<Image> decode_webp(std::span<const std::byte> bytes, const std::string& where) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPBitstreamFeatures features;
  if (told_size(data) > bytes.size() || WebPGetFeatures(data, bytes.size(), &features) != VP8_STATUS_OK)
    return damaged(where);
  if (features.has_animation != 0) return Error{"is an animation", where, "save one of its pictures"};
  if (auto size =
          bounded(static_cast<std::uint64_t>(features.width), static_cast<std::uint64_t>(features.height), where);
      !size)
    return size.error();
  const bool alpha = features.has_alpha != 0;
  const int stride = features.width * (alpha ? 4 : 3);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(stride) * static_cast<std::size_t>(features.height));
  const auto* decoded = alpha ? WebPDecodeRGBAInto(data, bytes.size(), pixels.data(), pixels.size(), stride)
                              : WebPDecodeRGBInto(data, bytes.size(), pixels.data(), pixels.size(), stride);
  if (decoded == nullptr) return damaged(where);
  return luma_of(pixels, features.width, features.height, alpha);
}

}  // namespace gatepost::hal::detail

// links: png jpeg PkgConfig::libwebp; compiles: hal/image/image.cpp png.cpp jpeg.cpp webp.cpp
#include <cstdlib>

#include "../../hal/image/image.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto image = gatepost::hal::decode_image(std::as_bytes(std::span(data, size)), "fuzz");
  if (!image) return 0;
  const auto pixels = static_cast<std::size_t>(image->width) * static_cast<std::size_t>(image->height);
  if (image->luma.size() != pixels || pixels > gatepost::hal::most_pixels) std::abort();
  return 0;
}

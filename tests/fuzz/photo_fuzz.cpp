// links: gatepost_cards
#include <algorithm>
#include <cstdlib>

#include "card/draw/photo.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace card = gatepost::card;
  const int orientation = card::detail::orientation_in({data, size});
  if (orientation < 1 || orientation > 8) std::abort();
  const auto photo = card::decode_photo(std::as_bytes(std::span(data, size)), "fuzz");
  if (!photo) return 0;
  const bool whole = photo->pixels.size() == std::size_t{card::photo_width} * card::photo_height;
  const auto coloured = [](std::uint32_t pixel) { return pixel <= 0xFFFFFF; };
  if (!whole || !std::ranges::all_of(photo->pixels, coloured)) std::abort();
  return 0;
}

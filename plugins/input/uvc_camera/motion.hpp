// Where a picture differs from the scene behind it.
#pragma once

#include "pixels.hpp"

namespace camera {

/// Watches means of 8 x 8 pixels against a slow background. One stream, one thread.
class Motion {
 public:
  /// The changed places of the next frame, largest first, at most three; the whole picture for the first frame of its
  /// size and when most of it changed; empty when nothing did.
  const std::vector<Box>& changed(const Luma& frame);

 private:
  void begin(const Luma& frame);
  int brighter() const;
  std::size_t mark(int shift);
  void gather();

  int width_ = 0, height_ = 0, columns_ = 0, rows_ = 0;
  std::vector<std::uint8_t> now_, before_, marked_, still_;
  std::vector<std::int16_t> background_;
  std::vector<Box> boxes_;
};

}  // namespace camera

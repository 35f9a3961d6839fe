// A lens that is not in focus.
#pragma once

#include "image/image.hpp"

namespace gatepost::hal {

/// Gaussian; `sigma` in pixels, more than 0. The picture's edge goes on outwards.
class Blur {
 public:
  explicit Blur(double sigma);
  void apply(Image& image);

 private:
  std::vector<float> kernel_;  ///< from the middle outwards
  std::vector<float> row_, rows_;
};

}  // namespace gatepost::hal

#include "sim/blur.hpp"

#include <algorithm>
#include <cmath>

namespace gatepost::hal {

Blur::Blur(double sigma) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  double sum = 0;
  for (int i = 0; i <= reach; ++i) {
    kernel_.push_back(static_cast<float>(std::exp(-0.5 * i * i / (sigma * sigma))));
    sum += static_cast<double>(kernel_.back()) * (i == 0 ? 1 : 2);
  }
  for (auto& weight : kernel_) weight /= static_cast<float>(sum);
}

// Along the rows into rows_, then down the columns back into the picture.
void Blur::apply(Image& image) {
  const auto width = static_cast<std::size_t>(image.width), height = static_cast<std::size_t>(image.height);
  const std::size_t reach = kernel_.size() - 1;
  rows_.assign(width * height, 0);
  row_.resize(width + 2 * reach);
  for (std::size_t y = 0; y < height; ++y) {
    const auto* luma = image.luma.data() + y * width;
    for (std::size_t x = 0; x < row_.size(); ++x) row_[x] = luma[std::min(std::max(x, reach) - reach, width - 1)];
    float* out = rows_.data() + y * width;
    for (std::size_t i = 0; i <= reach; ++i)
      for (std::size_t x = 0; x < width; ++x)
        out[x] += kernel_[i] * (i == 0 ? row_[x + reach] : row_[x + reach - i] + row_[x + reach + i]);
  }
  row_.resize(width);
  for (std::size_t y = 0; y < height; ++y) {
    std::ranges::fill(row_, 0.0F);
    for (std::size_t i = 0; i <= reach; ++i) {
      const float* above = rows_.data() + (std::max(y, i) - i) * width;
      const float* below = rows_.data() + std::min(y + i, height - 1) * width;
      for (std::size_t x = 0; x < width; ++x) row_[x] += kernel_[i] * (i == 0 ? above[x] : above[x] + below[x]);
    }
    for (std::size_t x = 0; x < width; ++x)
      image.luma[y * width + x] = static_cast<std::uint8_t>(std::clamp(row_[x] + 0.5F, 0.0F, 255.0F));
  }
}

}  // namespace gatepost::hal

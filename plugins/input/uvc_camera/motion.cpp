#include "motion.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace camera {
namespace {

constexpr int block = 8;
constexpr int sixty_fourths = 64;         // the background is kept finer than the pixels
constexpr int threshold = 6;              // twice the noise of a poor sensor's block means
constexpr int slowness = 5;               // the background takes 1/32 of a difference a frame
constexpr std::uint8_t long_still = 240;  // frames after which what stands still is scene: 8 s at 30
constexpr std::size_t least_blocks = 4, least_group = 12, most_boxes = 3;
constexpr int gap = 2;      // blocks between parts of one group
constexpr int margin = 16;  // pixels around a group: the quiet zone does not change on a light wall

// From every second row: half the memory for nearly the same means.
void block_means(const Luma& luma, int columns, int rows, std::vector<std::uint8_t>& means) {
  std::vector<std::uint16_t> sums(static_cast<std::size_t>(columns) * block);
  auto out = means.begin();
  for (int by = 0; by < rows; ++by) {
    const std::uint8_t *a = luma.row(by * block), *b = luma.row(by * block + 2), *c = luma.row(by * block + 4),
                       *d = luma.row(by * block + 6);
    for (std::size_t x = 0; x < sums.size(); ++x) sums[x] = static_cast<std::uint16_t>(a[x] + b[x] + c[x] + d[x]);
    for (std::size_t x = 0; x < sums.size(); x += block) {
      unsigned sum = 0;
      for (std::size_t i = 0; i < block; ++i) sum += sums[x + i];
      *out++ = static_cast<std::uint8_t>(sum >> 5U);
    }
  }
}

struct Group {
  Box blocks;
  std::size_t size = 0;
};

}  // namespace

const std::vector<Box>& Motion::changed(const Luma& frame) {
  const Box whole{0, 0, frame.width, frame.height};
  if (frame.width != width_ || frame.height != height_) {
    begin(frame);
    boxes_ = {whole};
    return boxes_;
  }
  block_means(frame, columns_, rows_, now_);
  const std::size_t count = mark(brighter());
  before_ = now_;
  boxes_.clear();
  if (count > now_.size() * 6 / 10)
    boxes_ = {whole};
  else if (count >= least_blocks)
    gather();
  return boxes_;
}

void Motion::begin(const Luma& frame) {
  width_ = frame.width;
  height_ = frame.height;
  columns_ = width_ / block;
  rows_ = height_ / block;
  const auto count = static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_);
  now_.assign(count, 0);
  marked_.assign(count, 0);
  still_.assign(count, 0);
  background_.assign(count, 0);
  block_means(frame, columns_, rows_, now_);
  std::ranges::transform(now_, background_.begin(),
                         [](std::uint8_t mean) { return static_cast<std::int16_t>(mean * sixty_fourths); });
  before_ = now_;
}

// The middle difference: what the camera's exposure did to the whole picture.
int Motion::brighter() const {
  std::array<std::size_t, 512> histogram{};
  for (std::size_t i = 0; i < now_.size(); i += 3)
    ++histogram[static_cast<std::size_t>(256 + now_[i] - background_[i] / sixty_fourths)];
  std::size_t sum = 0;
  for (std::size_t i = 0; i < histogram.size(); ++i)
    if ((sum += histogram[i]) > now_.size() / 6) return static_cast<int>(i) - 256;
  return 0;
}

std::size_t Motion::mark(int shift) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < now_.size(); ++i) {
    const bool differs = std::abs(now_[i] - shift - background_[i] / sixty_fourths) > threshold;
    const bool moved = std::abs(now_[i] - before_[i]) > threshold;
    const int target = now_[i] * sixty_fourths;
    marked_[i] = differs;
    count += differs;
    if (!differs) background_[i] = static_cast<std::int16_t>(background_[i] + ((target - background_[i]) >> slowness));
    still_[i] = !differs || moved ? std::uint8_t{0} : static_cast<std::uint8_t>(still_[i] + 1);
    if (still_[i] > long_still) {
      background_[i] = static_cast<std::int16_t>(target);
      still_[i] = 0;
    }
  }
  return count;
}

// Flood fill over marked blocks; each is unmarked when it is taken.
void Motion::gather() {
  std::vector<Group> groups;
  std::vector<int> waiting;
  for (int seed = 0; seed < columns_ * rows_; ++seed) {
    if (marked_[static_cast<std::size_t>(seed)] == 0) continue;
    Group group{{columns_, rows_, 0, 0}, 0};
    waiting.assign(1, seed);
    marked_[static_cast<std::size_t>(seed)] = 0;
    while (!waiting.empty()) {
      const int x = waiting.back() % columns_, y = waiting.back() / columns_;
      waiting.pop_back();
      ++group.size;
      group.blocks = {std::min(group.blocks.left, x), std::min(group.blocks.top, y),
                      std::max(group.blocks.right, x + 1), std::max(group.blocks.bottom, y + 1)};
      for (int j = std::max(0, y - gap); j <= std::min(rows_ - 1, y + gap); ++j)
        for (int i = std::max(0, x - gap); i <= std::min(columns_ - 1, x + gap); ++i)
          if (const int block = j * columns_ + i; marked_[static_cast<std::size_t>(block)] != 0) {
            marked_[static_cast<std::size_t>(block)] = 0;
            waiting.push_back(block);
          }
    }
    if (group.size >= least_group) groups.push_back(group);
  }
  std::ranges::sort(groups, std::ranges::greater(), &Group::size);
  if (groups.size() > most_boxes) groups.resize(most_boxes);
  for (const auto& [box, size] : groups)
    boxes_.push_back({std::max(0, box.left * block - margin) & ~1, std::max(0, box.top * block - margin) & ~1,
                      std::min(width_, box.right * block + margin), std::min(height_, box.bottom * block + margin)});
}

}  // namespace camera

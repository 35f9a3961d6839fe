#include <array>
#include <charconv>
#include <cmath>
#include <gatepost/hal/options.hpp>
#include <limits>
#include <numbers>
#include <optional>

#include "image/image.hpp"
#include "sim/blur.hpp"
#include "sim/camera.hpp"
#include "sim/frame_clock.hpp"
#include "sim/placard.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

constexpr Duration slide = 600ms;
constexpr double card_height = 0.62;  // of the picture's
constexpr double most_turn = 0.15;    // radians
constexpr double card_distance = 3;   // card heights from the camera
constexpr double tremble = 1.5;       // pixels, and a fifth of a degree
constexpr std::size_t grains = 1U << 16U;

// SplitMix64 (Steele, Lea, Flood 2014): a number that depends on its seed alone.
std::uint64_t mixed(std::uint64_t seed) {
  seed += 0x9e3779b97f4a7c15U;
  seed = (seed ^ seed >> 30U) * 0xbf58476d1ce4e5b9U;
  seed = (seed ^ seed >> 27U) * 0x94d049bb133111ebU;
  return seed ^ seed >> 31U;
}

/// -1 … 1 for a seed and a use of it.
double swing(std::uint64_t seed, std::uint64_t use) {
  return static_cast<double>(mixed(mixed(seed) + use) >> 11U) / static_cast<double>(1ULL << 52U) - 1.0;
}

struct Play {
  int width = 1280, height = 720;
  Duration hold{}, pause{};
  std::uint64_t seed = 7;
  double tilt = 0;  ///< radians
  double blur = 0;  ///< pixels

  Duration cycle() const { return pause + slide + hold + slide; }
};

/// Where a card is: its middle, its turn, and the axis that it is tilted about.
struct Pose {
  double x, y, turn, axis;
};

// A wall with soft blotches: bilinear between random values on a coarse grid, and a fall of light from the left.
Image scene_of(const Play& play) {
  constexpr int cell = 80;
  Image scene{play.width, play.height, {}};
  scene.luma.reserve(static_cast<std::size_t>(play.width) * static_cast<std::size_t>(play.height));
  const auto value = [&](int x, int y) {
    return 18.0 * swing(play.seed + 17, static_cast<std::uint64_t>(y) * 1000 + static_cast<std::uint64_t>(x));
  };
  for (int y = 0; y < play.height; ++y)
    for (int x = 0; x < play.width; ++x) {
      const int i = x / cell, j = y / cell;
      const double u = x % cell / double{cell}, v = y % cell / double{cell};
      const double blotch =
          std::lerp(std::lerp(value(i, j), value(i + 1, j), u), std::lerp(value(i, j + 1), value(i + 1, j + 1), u), v);
      scene.luma.push_back(static_cast<std::uint8_t>(112 + blotch - 20.0 * x / play.width));
    }
  return scene;
}

class Cards final : public Camera {
 public:
  Cards(std::vector<std::filesystem::path> files, std::int64_t fps, Play play, std::string name)
      : files_(std::move(files)),
        clock_(fps),
        play_(play),
        name_(std::move(name)),
        scene_(scene_of(play)),
        picture_(scene_),
        period_(Duration(1s) / fps) {
    if (play.blur > 0) blur_.emplace(play.blur);
    for (std::size_t i = 0; i < grains; ++i)
      grain_[i] = static_cast<std::int8_t>(std::lround(2.0 * (swing(play_.seed, i) + swing(play_.seed + 1, i))));
  }

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    const auto tick = clock_.next(stop, std::numeric_limits<std::int64_t>::max());
    if (!tick) return std::optional<Frame>();
    picture_.luma = scene_.luma;
    const Duration time = tick->frame * period_;
    if (auto shown = show(time, static_cast<std::uint64_t>(tick->frame)); !shown) return shown.error();
    if (blur_) blur_->apply(picture_);
    add_grain(static_cast<std::uint64_t>(tick->frame));
    return std::optional(Frame{picture_.width, picture_.height, picture_.width, picture_.luma, tick->at, {}});
  }

  std::string identity() const override { return name_; }

 private:
  Result<void> show(Duration time, std::uint64_t frame) {
    const Duration into = time % play_.cycle() - play_.pause;
    if (into < 0s) return {};
    const auto event = static_cast<std::size_t>(time / play_.cycle());
    if (auto card = load(event % files_.size()); !card) return card;
    draw(pose(into, event, frame));
    return {};
  }

  Result<void> load(std::size_t index) {
    if (loaded_ == index) return {};
    auto image = read_image(files_[index]);
    if (!image) return image.error();
    card_ = std::move(*image);
    loaded_ = index;
    return {};
  }

  // It comes from below, faster at first, and leaves downwards, faster at last.
  Pose pose(Duration into, std::size_t event, std::uint64_t frame) const {
    const double in = std::min(1.0, std::chrono::duration<double>(into) / slide);
    const double out = std::max(0.0, std::chrono::duration<double>(into - slide - play_.hold) / slide);
    const double away = (1 - in) * (1 - in) + out * out;
    const std::uint64_t hand = play_.seed + 100 + event, shake = play_.seed + 5000 + frame;
    return {play_.width * (0.5 + 0.12 * swing(hand, 0)) + tremble * swing(shake, 0),
            play_.height * (0.5 + 0.06 * swing(hand, 1) + 0.95 * away) + tremble * swing(shake, 1),
            most_turn * swing(hand, 2) + 0.0035 * swing(shake, 2), std::numbers::pi * swing(hand, 3)};
  }

  // Every pixel of the picture asks the card; between four of the card's pixels, or their mean where it is shrunk.
  void draw(const Pose& pose) {
    const double scale = card_.height / (play_.height * card_height);
    const Placard placard(card_distance * play_.height * card_height, pose.turn, play_.tilt, pose.axis);
    const double reach = placard.reach(std::hypot(card_.width, card_.height) / scale / 2) + 1;
    const int top = std::max(0, static_cast<int>(pose.y - reach));
    const int bottom = std::min(play_.height, static_cast<int>(pose.y + reach) + 1);
    const int left = std::max(0, static_cast<int>(pose.x - reach));
    const int right = std::min(play_.width, static_cast<int>(pose.x + reach) + 1);
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x) {
        const auto [across, down] = placard.at(x - pose.x, y - pose.y);
        const double u = across * scale + card_.width / 2.0, v = down * scale + card_.height / 2.0;
        if (u >= 0 && v >= 0 && u < card_.width - 1 && v < card_.height - 1) picture_.luma[at(x, y)] = sample(u, v);
      }
  }

  std::size_t at(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(play_.width) + static_cast<std::size_t>(x);
  }

  // White is not all white: 24 … 228.
  std::uint8_t sample(double u, double v) const {
    const int x = static_cast<int>(u), y = static_cast<int>(v);
    const auto* row = card_.luma.data() + static_cast<std::ptrdiff_t>(y) * card_.width + x;
    const double luma =
        std::lerp(std::lerp(row[0], row[1], u - x), std::lerp(row[card_.width], row[card_.width + 1], u - x), v - y);
    return static_cast<std::uint8_t>(24 + 0.8 * luma);
  }

  void add_grain(std::uint64_t frame) {
    std::size_t next = mixed(play_.seed + frame) % grains;
    for (auto& luma : picture_.luma) {
      luma = static_cast<std::uint8_t>(luma + grain_[next]);
      next = (next + 1) % grains;
    }
  }

  std::vector<std::filesystem::path> files_;
  FrameClock clock_;
  Play play_;
  std::string name_;
  Image scene_, picture_, card_;
  Duration period_;
  std::optional<Blur> blur_;
  std::array<std::int8_t, grains> grain_{};
  std::size_t loaded_ = std::numeric_limits<std::size_t>::max();
};

Result<void> read_size(const std::string& text, Play& play, const Address& address) {
  const char* end = text.data() + text.size();
  const auto [cross, bad_width] = std::from_chars(text.data(), end, play.width);
  if (bad_width == std::errc() && cross != end && *cross == 'x') {
    const auto [rest, bad_height] = std::from_chars(cross + 1, end, play.height);
    if (bad_height == std::errc() && rest == end && play.width >= 64 && play.height >= 64 && play.width <= 4096 &&
        play.height <= 4096)
      return {};
  }
  return Error{"the option 'size' is not right", address.text().substr(0, 80),
               "write size=WIDTHxHEIGHT, each from 64 to 4096, such as size=1280x720"};
}

}  // namespace

Result<std::unique_ptr<Camera>> open_sim_cards(const Address& address) {
  OptionReader options(address);
  Play play;
  const auto fps = options.number("fps", 15, 1, 240);
  play.hold = options.time("hold", 1200ms);
  play.pause = options.time("pause", 1500ms);
  play.seed = static_cast<std::uint64_t>(options.number("seed", 7, 0, std::numeric_limits<std::int32_t>::max()));
  play.tilt = options.decimal("tilt", 0, 0, 60) * std::numbers::pi / 180;
  play.blur = options.decimal("blur", 0, 0, 8);
  const auto size = options.text("size", "1280x720");
  if (auto done = options.done(); !done) return done.error();
  if (auto read = read_size(size, play, address); !read) return read.error();
  auto files = pictures_in(path_of(address));
  if (!files) return files.error();
  return std::unique_ptr<Camera>(std::make_unique<Cards>(std::move(*files), fps, play, "simulated " + address.target));
}

}  // namespace gatepost::hal

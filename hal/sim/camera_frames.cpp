#include <gatepost/hal/options.hpp>
#include <limits>

#include "image/image.hpp"
#include "sim/camera.hpp"
#include "sim/frame_clock.hpp"

namespace gatepost::hal {
namespace {

class Frames final : public Camera {
 public:
  Frames(std::vector<std::filesystem::path> files, std::int64_t fps, bool repeat, std::string name)
      : files_(std::move(files)), clock_(fps), repeat_(repeat), name_(std::move(name)) {}

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    const auto count = static_cast<std::int64_t>(files_.size());
    if (ended_) return std::optional<Frame>();
    const auto tick = clock_.next(stop, repeat_ ? std::numeric_limits<std::int64_t>::max() : count - 1);
    if (!tick) return std::optional<Frame>();
    ended_ = !repeat_ && tick->frame == count - 1;
    auto image = read_image(files_[static_cast<std::size_t>(tick->frame % count)]);
    if (!image) return image.error();
    image_ = std::move(*image);
    return std::optional(Frame{image_.width, image_.height, image_.width, image_.luma, tick->at, {}});
  }

  std::string identity() const override { return name_; }

 private:
  std::vector<std::filesystem::path> files_;
  FrameClock clock_;
  bool repeat_;
  bool ended_ = false;
  std::string name_;
  Image image_;
};

}  // namespace

Result<std::unique_ptr<Camera>> open_sim_frames(const Address& address) {
  OptionReader options(address);
  const auto fps = options.number("fps", 30, 1, 240);
  const bool repeat = options.yes("repeat", false);
  if (auto done = options.done(); !done) return done.error();
  auto files = pictures_in(path_of(address));
  if (!files) return files.error();
  return std::unique_ptr<Camera>(
      std::make_unique<Frames>(std::move(*files), fps, repeat, "simulated " + address.target));
}

}  // namespace gatepost::hal

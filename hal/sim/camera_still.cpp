#include <gatepost/hal/options.hpp>

#include "image/image.hpp"
#include "sim/camera.hpp"

namespace gatepost::hal {
namespace {

class Still final : public Camera {
 public:
  explicit Still(std::filesystem::path file) : file_(std::move(file)) {}

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    if (given_ || stop.stop_requested()) return std::optional<Frame>();
    auto image = read_image(file_);
    if (!image) return image.error();
    image_ = std::move(*image);
    given_ = true;
    return std::optional(
        Frame{image_.width, image_.height, image_.width, image_.luma, SystemClock().now(), file_.string()});
  }

  std::string identity() const override { return "picture " + file_.filename().string(); }

 private:
  std::filesystem::path file_;
  Image image_;
  bool given_ = false;
};

}  // namespace

Result<std::unique_ptr<Camera>> open_sim_still(const Address& address) {
  if (auto done = OptionReader(address).done(); !done) return done.error();
  std::error_code failure;
  auto file = path_of(address);
  if (!std::filesystem::is_regular_file(file, failure))
    return Error{"is no file", file.string(), "name a PNG, JPEG or WebP picture"};
  return std::unique_ptr<Camera>(std::make_unique<Still>(std::move(file)));
}

}  // namespace gatepost::hal

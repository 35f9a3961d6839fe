// A stream of pictures, luma only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include <gatepost/hal/address.hpp>
#include <gatepost/time.hpp>

namespace gatepost::hal {

/// One picture. The pixels belong to the Camera and live until the next call of next().
struct Frame {
  int width = 0, height = 0;             ///< pixels, both 1 … 16384
  int stride = 0;                        ///< bytes from one row to the next
  std::span<const std::uint8_t> luma{};  ///< stride * height bytes, 0 black … 255 white
  MonotonicTime at{};                    ///< when the kernel had it
  std::string source{};                  ///< for still images the file's name, else empty
};

class Camera {
 public:
  virtual ~Camera() = default;

  /// The newest picture not yet given; frames that came meanwhile are dropped. Nothing when `stop` was asked for or a
  /// finite source has ended; an Error when the camera is gone.
  virtual Result<std::optional<Frame>> next(std::stop_token stop) = 0;

  virtual std::string identity() const = 0;
};

/// usb:VVVV:PPPP@PORT, v4l2:/dev/video0, v4l2:by-id/NAME, v4l2:by-path/NAME (beneath /dev/v4l), sim:still/FILE,
/// sim:frames/DIR?fps=30, sim:cards/DIR?fps=15; hal/README.md has their options.
Result<std::unique_ptr<Camera>> open_camera(const Address& address);

}  // namespace gatepost::hal

// A camera's knobs: exposure, focus, gain and so on. Set at every open, as a camera forgets them when it is plugged in
// anew, and put back at close, as it does not when a program ends.
#pragma once

#include <cstdint>
#include <gatepost/hal/options.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

namespace gatepost::hal {

struct VideoControl {
  std::uint32_t id = 0;  ///< V4L2_CID_…
  std::string option{};  ///< that asks for it
  std::int32_t value = 0;
  bool if_there = false;  ///< a camera that lacks it has nothing to switch off
};

/// exposure=auto|TIME, focus=auto|N, white_balance=auto|KELVIN, power_line=off|50|60|auto, and numbers: gain,
/// brightness, contrast, saturation, sharpness, gamma, backlight, zoom. In the order in which they are to be set: what
/// is automatic is switched off before its value is set.
std::vector<VideoControl> video_controls(OptionReader& options);

class VideoControls {
 public:
  VideoControls() = default;
  ~VideoControls();
  VideoControls(const VideoControls&) = delete;
  VideoControls& operator=(const VideoControls&) = delete;

  /// On an open device, which must live as long. An Error where the camera has no such control, or says its range.
  Result<void> set(int descriptor, const std::vector<VideoControl>& wanted, const std::string& where);

 private:
  struct Old {
    std::uint32_t id;
    std::int32_t value;
  };
  Result<void> set_one(const VideoControl& wanted, const std::string& where);

  int descriptor_ = -1;
  std::vector<Old> old_;
};

}  // namespace gatepost::hal

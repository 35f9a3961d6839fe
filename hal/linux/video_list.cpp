// What a capture device lists: VIDIOC_ENUM_FMT, VIDIOC_ENUM_FRAMESIZES, VIDIOC_ENUM_FRAMEINTERVALS.
#include <linux/videodev2.h>

#include <algorithm>

#include "linux/video_device.hpp"
#include "linux/video_ioctl.hpp"

namespace gatepost::hal {
namespace {

constexpr unsigned most_formats = 32, most_sizes = 64, most_intervals = 64;  // a device may go on for ever
constexpr int usual_width = 1280, usual_height = 720;
constexpr double usual_rate = 30;

double rate_of(const v4l2_fract& interval) {
  return interval.numerator == 0 ? 0 : static_cast<double>(interval.denominator) / interval.numerator;
}

int within(int wanted, std::uint32_t least, std::uint32_t most, std::uint32_t step) {
  const auto bound = [](std::uint32_t side) { return static_cast<int>(std::min<std::uint32_t>(side, most_side)); };
  const int low = bound(least), value = std::clamp(wanted, low, std::max(low, bound(most)));
  return value - (value - low) % std::max(bound(step), 1);
}

void add_rates(int descriptor, const VideoWish& wish, VideoMode mode, std::vector<VideoMode>& modes) {
  for (unsigned i = 0; i < most_intervals; ++i) {
    v4l2_frmivalenum listed{};
    listed.index = i;
    listed.pixel_format = mode.format;
    listed.width = static_cast<std::uint32_t>(mode.width);
    listed.height = static_cast<std::uint32_t>(mode.height);
    if (ask_video(descriptor, VIDIOC_ENUM_FRAMEINTERVALS, listed) != 0) {
      if (i == 0) modes.push_back(mode);  // any rate
      return;
    }
    if (listed.type != V4L2_FRMIVAL_TYPE_DISCRETE) {  // from the shortest interval to the longest
      const double slowest = rate_of(listed.stepwise.max), fastest = rate_of(listed.stepwise.min);
      mode.rate = std::clamp(wish.rate.value_or(usual_rate), std::min(slowest, fastest), std::max(slowest, fastest));
      modes.push_back(mode);
      return;
    }
    mode.rate = rate_of(listed.discrete);
    modes.push_back(mode);
  }
}

void add_sizes(int descriptor, const VideoWish& wish, std::uint32_t format, std::vector<VideoMode>& modes) {
  const int wanted_width = wish.width.value_or(usual_width), wanted_height = wish.height.value_or(usual_height);
  const auto side = [](std::uint32_t pixels) { return static_cast<int>(std::min<std::uint32_t>(pixels, 1U << 20U)); };
  for (unsigned i = 0; i < most_sizes; ++i) {
    v4l2_frmsizeenum listed{};
    listed.index = i;
    listed.pixel_format = format;
    if (ask_video(descriptor, VIDIOC_ENUM_FRAMESIZES, listed) != 0) {
      if (i == 0) add_rates(descriptor, wish, {format, wanted_width, wanted_height}, modes);  // any size
      return;
    }
    if (listed.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
      const auto& range = listed.stepwise;
      const int width = within(wanted_width, range.min_width, range.max_width, range.step_width);
      const int height = within(wanted_height, range.min_height, range.max_height, range.step_height);
      return add_rates(descriptor, wish, {format, width, height}, modes);
    }
    add_rates(descriptor, wish, {format, side(listed.discrete.width), side(listed.discrete.height)}, modes);
  }
}

}  // namespace

std::vector<VideoMode> VideoDevice::modes(const VideoWish& wish) const {
  std::vector<VideoMode> modes;
  for (unsigned i = 0; i < most_formats; ++i) {
    v4l2_fmtdesc listed{};
    listed.index = i;
    listed.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (ask_video(descriptor(), VIDIOC_ENUM_FMT, listed) != 0) break;
    // A compressed or emulated form of what is offered as it is would only cost time.
    if ((listed.flags & V4L2_FMT_FLAG_EMULATED) == 0) add_sizes(descriptor(), wish, listed.pixelformat, modes);
  }
  return modes;
}

}  // namespace gatepost::hal

#include "linux/video_controls.hpp"

#include <linux/videodev2.h>

#include <array>
#include <limits>

#include "linux/video_ioctl.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

constexpr Duration exposure_step = 100us;  // V4L2_CID_EXPOSURE_ABSOLUTE

struct Number {
  const char* option;
  std::uint32_t id;
};
constexpr std::array numbers{
    Number{"brightness", V4L2_CID_BRIGHTNESS}, Number{"contrast", V4L2_CID_CONTRAST},
    Number{"saturation", V4L2_CID_SATURATION}, Number{"sharpness", V4L2_CID_SHARPNESS},
    Number{"gamma", V4L2_CID_GAMMA},           Number{"backlight", V4L2_CID_BACKLIGHT_COMPENSATION},
    Number{"zoom", V4L2_CID_ZOOM_ABSOLUTE},    Number{"gain", V4L2_CID_GAIN}};

// An option that is a number, or auto; `automatic` is the switch before it, whose value is 1 for auto.
struct Automatic {
  const char* option;
  std::uint32_t automatic, id;
};
constexpr std::array automatics{
    Automatic{"focus", V4L2_CID_FOCUS_AUTO, V4L2_CID_FOCUS_ABSOLUTE},
    Automatic{"white_balance", V4L2_CID_AUTO_WHITE_BALANCE, V4L2_CID_WHITE_BALANCE_TEMPERATURE}};

std::int32_t number(OptionReader& options, const std::string& option) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(options.number(option, 0, -most, most));
}

void add_exposure(OptionReader& options, std::vector<VideoControl>& all) {
  const std::string text = options.text("exposure", "");
  if (text.empty()) return;
  if (text == "auto") {  // cameras of the USB class let the exposure be, and keep the aperture, that they do not have
    all.push_back({V4L2_CID_EXPOSURE_AUTO, "exposure", V4L2_EXPOSURE_APERTURE_PRIORITY});
    return;
  }
  all.push_back({V4L2_CID_EXPOSURE_AUTO, "exposure", V4L2_EXPOSURE_MANUAL, true});
  const auto steps =
      std::min<std::int64_t>(options.time("exposure", 0ns) / exposure_step, std::numeric_limits<std::int32_t>::max());
  all.push_back({V4L2_CID_EXPOSURE_ABSOLUTE, "exposure", static_cast<std::int32_t>(steps)});
}

std::string range_of(const v4l2_queryctrl& control) {
  std::string text = std::to_string(control.minimum) + " to " + std::to_string(control.maximum);
  if (control.id == V4L2_CID_EXPOSURE_ABSOLUTE)
    text = std::to_string(control.minimum * 100) + "us to " + std::to_string(control.maximum / 10) + "ms";
  return control.step > 1 ? text + " in steps of " + std::to_string(control.step) : text;
}

}  // namespace

std::vector<VideoControl> video_controls(OptionReader& options) {
  constexpr std::array<std::string_view, 5> frequencies{"off", "50", "60", "auto", ""};
  std::vector<VideoControl> all;
  add_exposure(options, all);
  for (const auto& [option, automatic, id] : automatics) {
    const std::string text = options.text(option, "");
    if (text.empty()) continue;
    all.push_back({automatic, option, text == "auto" ? 1 : 0, text != "auto"});
    if (text != "auto") all.push_back({id, option, number(options, option)});
  }
  for (const auto& [option, id] : numbers) {
    if (options.text(option, "").empty()) continue;
    if (id == V4L2_CID_GAIN) all.push_back({V4L2_CID_AUTOGAIN, option, 0, true});
    all.push_back({id, option, number(options, option)});
  }
  if (const auto word = options.word("power_line", frequencies, 4); word < 4)
    all.push_back({V4L2_CID_POWER_LINE_FREQUENCY, "power_line", static_cast<std::int32_t>(word)});
  return all;
}

VideoControls::~VideoControls() {
  for (auto old = old_.rbegin(); old != old_.rend(); ++old) {
    v4l2_control control{old->id, old->value};
    ask_video(descriptor_, VIDIOC_S_CTRL, control);  // a camera that is gone has forgotten them
  }
}

Result<void> VideoControls::set(int descriptor, const std::vector<VideoControl>& wanted, const std::string& where) {
  descriptor_ = descriptor;
  for (const auto& control : wanted)
    if (auto set = set_one(control, where); !set) return set;
  return {};
}

Result<void> VideoControls::set_one(const VideoControl& wanted, const std::string& where) {
  v4l2_queryctrl known{};
  known.id = wanted.id;
  if (const int number = ask_video(descriptor_, VIDIOC_QUERYCTRL, known);
      number != 0 || (known.flags & V4L2_CTRL_FLAG_DISABLED) != 0) {
    if (number == ENODEV) return video_failure("", number, where);
    if (wanted.if_there) return {};
    return Error{"the camera has no '" + wanted.option + "' to set", where, "leave it out of its address"};
  }
  v4l2_control old{wanted.id, 0}, control{wanted.id, wanted.value};
  const bool readable = ask_video(descriptor_, VIDIOC_G_CTRL, old) == 0;
  const bool in_range = wanted.value >= known.minimum && wanted.value <= known.maximum;
  const int number = in_range ? ask_video(descriptor_, VIDIOC_S_CTRL, control) : ERANGE;
  if (number == ENODEV) return video_failure("", number, where);
  if (number != 0)
    return Error{"the camera does not take that '" + wanted.option + "'", where,
                 "write " + wanted.option + "= with " + range_of(known)};
  if (readable) old_.push_back({wanted.id, old.value});
  return {};
}

}  // namespace gatepost::hal

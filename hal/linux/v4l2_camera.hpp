// Cameras that the kernel drives: webcams of the USB class, and whatever else is a /dev/video.
#pragma once

#include <gatepost/device_need.hpp>
#include <gatepost/hal/camera.hpp>

namespace gatepost::hal {

/// usb:VVVV:PPPP@PORT, v4l2:/dev/video0, v4l2:by-id/NAME, v4l2:by-path/NAME (beneath /dev/v4l), with
/// ?format=MJPG&size=1280x720&fps=30 and the controls of video_controls.hpp. A picture that is cut or damaged is passed
/// over; where no whole one comes for 2 s (5 s after it was opened), that is an Error.
Result<std::unique_ptr<Camera>> open_v4l2(const Address& address);

/// Without opening it.
Result<DeviceNeed> v4l2_need(const Address& address);

}  // namespace gatepost::hal

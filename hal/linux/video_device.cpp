#include "linux/video_device.hpp"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>

#include "linux/holder.hpp"
#include "linux/video_ioctl.hpp"

namespace gatepost::hal {
namespace {

constexpr unsigned wanted_buffers = 4;                       // one is filled, one waits, one is read, one is spare
constexpr Duration let_go_within = std::chrono::seconds(1);  // milliseconds as a rule
constexpr unsigned least_buffers = 2;                        // with one alone, no picture would ever count as fresh

v4l2_buffer described(unsigned index) {
  v4l2_buffer buffer{};
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.index = index;
  return buffer;
}

MonotonicTime time_of(const v4l2_buffer& buffer) {
  if ((buffer.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) return SystemClock().now();
  return MonotonicTime(std::chrono::seconds(buffer.timestamp.tv_sec) +
                       std::chrono::microseconds(buffer.timestamp.tv_usec));
}

Error not_opened(int number, const std::string& where) {
  if (number == EACCES || number == EPERM)
    return {"may not be opened by this user", where, "add the user to the group video"};
  if (number == ENOENT || number == ENODEV || number == ENXIO)
    return {"is not there", where, "plug the camera in; gatepost devices lists what there is"};
  return video_failure("cannot be opened", number, where);
}

}  // namespace

Result<std::unique_ptr<VideoDevice>> VideoDevice::open(const std::filesystem::path& file) {
  FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.is_open()) return not_opened(errno, file.string());
  std::unique_ptr<VideoDevice> device(new VideoDevice(std::move(descriptor), file.string()));
  if (auto identified = device->identify(); !identified) return identified.error();
  return device;
}

VideoDevice::~VideoDevice() {
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (ask_video(descriptor(), VIDIOC_STREAMOFF, type) == ENODEV) farewell_.wait(let_go_within);
  for (const Shared& buffer : buffers_) ::munmap(buffer.memory, buffer.size);
}

Result<void> VideoDevice::identify() {
  v4l2_capability able{};
  if (const int number = ask_video(descriptor(), VIDIOC_QUERYCAP, able); number != 0)
    return Error{std::string("is no camera: ") + std::strerror(number), where_, "name a /dev/video of one"};
  const auto caps = (able.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? able.device_caps : able.capabilities;
  if ((caps & V4L2_CAP_VIDEO_CAPTURE) == 0 || (caps & V4L2_CAP_STREAMING) == 0)
    return Error{(caps & V4L2_CAP_META_CAPTURE) != 0 ? "gives a camera's metadata and no pictures"
                                                     : "gives no pictures of one plane by streaming",
                 where_, "name the camera's first /dev/video, or by-path/…-video-index0"};
  for (const auto letter : able.card) {
    if (letter == 0) break;
    card_ += letter >= 0x20 && letter < 0x7F ? static_cast<char>(letter) : '?';
  }
  return {};
}

Error VideoDevice::refused(const std::string& what, int number) const {
  if (number != EBUSY) return video_failure(what, number, where_);
  const std::string holder = holder_of(where_);
  return {holder.empty() ? "is in use" : "is in use by " + holder, where_, "stop what uses the camera"};
}

Result<VideoLayout> VideoDevice::settle(VideoMode& mode) {
  v4l2_format format{};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  format.fmt.pix.pixelformat = mode.format;
  format.fmt.pix.width = static_cast<std::uint32_t>(mode.width);
  format.fmt.pix.height = static_cast<std::uint32_t>(mode.height);
  if (const int number = ask_video(descriptor(), VIDIOC_S_FMT, format); number != 0)
    return refused("cannot be set to " + mode.text(), number);
  v4l2_streamparm rate{};
  rate.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (mode.rate > 0) {
    rate.parm.capture.timeperframe = {1000, static_cast<std::uint32_t>(std::lround(mode.rate * 1000))};
    if (const int number = ask_video(descriptor(), VIDIOC_S_PARM, rate); number == ENODEV || number == EBUSY)
      return refused("cannot be set to " + mode.text(), number);  // else it has but one rate
  }
  const auto& pixel = format.fmt.pix;
  const auto bounded = [](std::uint32_t value) { return static_cast<int>(std::min<std::uint32_t>(value, 1U << 30U)); };
  const VideoLayout layout{pixel.pixelformat, bounded(pixel.width), bounded(pixel.height), bounded(pixel.bytesperline)};
  if (auto readable = check_layout(layout, where_); !readable) return readable.error();
  mode.format = layout.format;
  mode.width = layout.width;
  mode.height = layout.height;
  if (const auto& interval = rate.parm.capture.timeperframe; interval.numerator != 0)
    mode.rate = static_cast<double>(interval.denominator) / interval.numerator;
  return layout;
}

Result<void> VideoDevice::start() {
  v4l2_requestbuffers request{};
  request.count = wanted_buffers;
  request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  request.memory = V4L2_MEMORY_MMAP;
  if (const int number = ask_video(descriptor(), VIDIOC_REQBUFS, request); number != 0)
    return refused("gives no buffers", number);
  if (request.count < least_buffers) return refused("gives too few buffers", ENOMEM);
  for (unsigned i = 0; i < request.count; ++i)
    if (auto shared = share(i); !shared) return shared;
  v4l2_event_subscription event{};
  event.type = V4L2_EVENT_SOURCE_CHANGE;
  ask_video(descriptor(), VIDIOC_SUBSCRIBE_EVENT, event);  // few have it, and need it
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (const int number = ask_video(descriptor(), VIDIOC_STREAMON, type); number != 0)
    return refused("does not begin to stream", number);
  return {};
}

Result<void> VideoDevice::share(unsigned index) {
  v4l2_buffer buffer = described(index);
  if (const int number = ask_video(descriptor(), VIDIOC_QUERYBUF, buffer); number != 0)
    return refused("does not tell of its buffers", number);
  void* memory = ::mmap(nullptr, buffer.length, PROT_READ, MAP_SHARED, descriptor(), buffer.m.offset);
  if (memory == MAP_FAILED) return refused("does not share its buffers", errno);
  buffers_.push_back({static_cast<std::byte*>(memory), buffer.length});
  if (const int number = ask_video(descriptor(), VIDIOC_QBUF, buffer); number != 0)
    return refused("does not take a buffer", number);
  return {};
}

Result<std::optional<VideoDevice::Filled>> VideoDevice::take() {
  v4l2_buffer buffer = described(0);
  const int number = ask_video(descriptor(), VIDIOC_DQBUF, buffer);
  if (number == EAGAIN) return std::optional<Filled>();
  if (number != 0 || buffer.index >= buffers_.size())
    return refused("gives no more pictures", number == 0 ? EPROTO : number);
  const Shared& shared = buffers_[buffer.index];
  return std::optional(Filled{buffer.index,
                              {shared.memory, std::min<std::size_t>(buffer.bytesused, shared.size)},
                              time_of(buffer),
                              (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0});
}

Result<void> VideoDevice::give_back(const Filled& filled) {
  v4l2_buffer buffer = described(filled.index);
  if (const int number = ask_video(descriptor(), VIDIOC_QBUF, buffer); number != 0)
    return refused("does not take a buffer", number);
  return {};
}

bool VideoDevice::changed() {
  v4l2_event event{};
  while (ask_video(descriptor(), VIDIOC_DQEVENT, event) == 0)
    if (event.type == V4L2_EVENT_SOURCE_CHANGE && (event.u.src_change.changes & V4L2_EVENT_SRC_CH_RESOLUTION) != 0)
      return true;
  return false;
}

}  // namespace gatepost::hal

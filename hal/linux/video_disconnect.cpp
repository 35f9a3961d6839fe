#include "linux/video_disconnect.hpp"

#include <libudev.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

struct Unref {
  void operator()(udev* context) const { udev_unref(context); }
  void operator()(udev_monitor* monitor) const { udev_monitor_unref(monitor); }
  void operator()(udev_device* device) const { udev_device_unref(device); }
};
template <class T>
using Held = std::unique_ptr<T, Unref>;

// What the kernel itself says of media devices, whether udevd runs or not; null where nobody may listen.
Held<udev_monitor> news_of_media(udev* context) {
  Held<udev_monitor> monitor(context == nullptr ? nullptr : udev_monitor_new_from_netlink(context, "kernel"));
  if (!monitor) return {};
  udev_monitor_filter_add_match_subsystem_devtype(monitor.get(), "media", nullptr);
  if (udev_monitor_enable_receiving(monitor.get()) < 0) return {};
  return monitor;
}

}  // namespace

VideoDisconnect::VideoDisconnect(int descriptor) {
  struct stat status {};
  std::error_code failure;
  if (::fstat(descriptor, &status) != 0) return;
  const std::string number = std::to_string(major(status.st_rdev)) + ":" + std::to_string(minor(status.st_rdev));
  const auto device = fs::canonical("/sys/dev/char/" + number + "/device", failure);
  if (failure) return;
  for (const auto& entry : fs::directory_iterator(device, failure))
    if (entry.path().filename().string().starts_with("media")) media_ = entry.path();
}

// The folder goes a moment after the news of it, by when the danger is over; no news comes of what was told before.
void VideoDisconnect::wait(Duration patience) const {
  if (media_.empty()) return;
  const auto end = std::chrono::steady_clock::now() + patience;
  const Held<udev> context(udev_new());
  const auto monitor = news_of_media(context.get());
  std::error_code failure;
  while (monitor && fs::exists(media_, failure)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd watched{udev_monitor_get_fd(monitor.get()), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&watched, 1, static_cast<int>(left.count())) == 0) return;
    const Held<udev_device> device(udev_monitor_receive_device(monitor.get()));
    if (device && udev_device_get_syspath(device.get()) == media_.string()) return;
  }
}

}  // namespace gatepost::hal

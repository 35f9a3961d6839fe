#include "linux/v4l2_camera.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <gatepost/hal/options.hpp>

#include "linux/device_need.hpp"
#include "linux/usb.hpp"
#include "linux/video_controls.hpp"
#include "linux/video_device.hpp"
#include "linux/wait.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Duration stalled_after = 2s;
constexpr Duration first_within = 5s;  // some cameras measure the light first

MonotonicTime now() { return SystemClock().now(); }

struct Setup {
  VideoWish wish;
  std::vector<VideoControl> controls;
};

class V4l2Camera final : public Camera {
 public:
  V4l2Camera(std::unique_ptr<VideoDevice> device, StopEvent stop_event)
      : device_(std::move(device)), stop_event_(std::move(stop_event)) {}

  Result<void> start(const Setup& setup) {
    auto mode = choose_mode(device_->modes(setup.wish), setup.wish, device_->where());
    if (!mode) return mode.error();
    auto layout = device_->settle(*mode);
    if (!layout) return layout.error();
    layout_ = *layout;
    if (auto set = controls_.set(device_->descriptor(), setup.controls, device_->where()); !set) return set;
    const std::string usb = identity_of_file(device_->where()).text();
    identity_ = (usb.empty() ? device_->card() : usb) + ", " + mode->text();
    return device_->start();
  }

  std::string identity() const override { return identity_; }

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    const MonotonicTime begun = now(), end = begun + (given_ ? stalled_after : first_within);
    broken_ = 0;
    while (true) {
      const Duration left = std::max<Duration>(end - now(), 0ns);
      const Woken woken = wait_for(device_->descriptor(), POLLIN | POLLPRI, left, stop_event_, stop);
      if (woken == Woken::stopped) return std::optional<Frame>();
      if (woken == Woken::timed_out) return stalled(now() - begun);
      auto newest = take_newest();  // of a camera that is gone the driver says so here
      if (!newest) return newest.error();
      if (woken == Woken::hung_up) return Error{"its stream broke off", device_->where(), "plug it in again"};
      if (device_->changed())
        return Error{"its pictures are of another size now", device_->where(), "it is opened anew"};
      if (!*newest) {
        if (now() >= end) return stalled(now() - begun);  // broken ones never let it rest
        continue;
      }
      given_ = true;
      return std::optional(Frame{image_.width, image_.height, image_.width, image_.luma, **newest});
    }
  }

 private:
  // Takes all that is ready, and reads the newest that can be read; the time of that one.
  Result<std::optional<MonotonicTime>> take_newest() {
    std::vector<VideoDevice::Filled> filled;
    while (true) {
      auto one = device_->take();
      if (!one) return one.error();
      if (!*one) break;
      filled.push_back(**one);
    }
    // With no buffer left the driver drops what is new and keeps what is old; the next picture is a fresh one.
    const bool starved = filled.size() >= device_->buffers();
    std::optional<MonotonicTime> at;
    for (auto one = filled.rbegin(); one != filled.rend() && !at && !starved; ++one)
      if (!one->wrong && read_luma(layout_, one->bytes, image_))
        at = one->at;
      else
        ++broken_;
    for (const auto& one : filled)
      if (auto back = device_->give_back(one); !back) return back.error();
    return at;
  }

  Error stalled(Duration waited) const {
    const std::string seconds = std::to_string((waited + 500ms) / 1s) + " s";
    if (broken_ > 0)
      return {"gave " + std::to_string(broken_) + " pictures in " + seconds + " and none of them whole",
              device_->where(), "check its cable and what else hangs at its hub, or set a smaller size="};
    return {"has stalled: no picture for " + seconds, device_->where(), "plug it in again if opening it does not help"};
  }

  std::unique_ptr<VideoDevice> device_;
  VideoControls controls_;  // put back before the device is closed
  StopEvent stop_event_;
  VideoLayout layout_;
  std::string identity_;
  Image image_;
  bool given_ = false;
  std::uint64_t broken_ = 0;  ///< since the last whole one
};

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value < 1 || value > most_side) return {};
  return value;
}

Result<Setup> setup_of(const Address& address) {
  constexpr std::array<std::string_view, 6> formats{"GREY", "NV12", "YUYV", "MJPG", "JPEG", ""};
  constexpr std::array codes{pixels::grey, pixels::nv12, pixels::yuyv, pixels::mjpg, pixels::jpeg};
  OptionReader options(address);
  Setup setup;
  if (const auto word = options.word("format", formats, codes.size()); word < codes.size())
    setup.wish.format = codes.at(word);
  if (const double rate = options.decimal("fps", 0, 0.1, 1000); rate > 0) setup.wish.rate = rate;
  const std::string size = options.text("size", "");
  const auto x = std::min(size.find('x'), size.size());
  setup.wish.width = whole_number(std::string_view(size).substr(0, x));
  setup.wish.height = whole_number(std::string_view(size).substr(std::min(x + 1, size.size())));
  setup.controls = video_controls(options);
  if (auto done = options.done(); !done) return done.error();
  if (!size.empty() && (!setup.wish.width || !setup.wish.height))
    return Error{"the option 'size' is not right", address.text(), "write size=1280x720"};
  return setup;
}

// A camera has a node for its pictures, index 0, and often one for metadata.
Result<fs::path> usb_camera(const Address& address) {
  const auto name = UsbName::parse(address.target);
  if (!name) return name.error();
  const auto device = find_usb(*name);
  if (!device) return device.error();
  std::vector<fs::path> files;
  for (auto& file : device_files(*device, "video4linux")) {
    std::string index;
    std::getline(std::ifstream("/sys/class/video4linux" / file.filename() / "index"), index);
    if (index == "0") files.push_back(std::move(file));
  }
  if (files.size() == 1) return std::move(files.front());
  if (files.empty())
    return Error{"is there, but the kernel made no camera of it", device->identity.text(),
                 "load its driver (modprobe uvcvideo): see dmesg"};
  return Error{"has " + std::to_string(files.size()) + " cameras", device->identity.text(),
               "name the interface of the one that is meant: @" + device->identity.port + ":1.0"};
}

Result<fs::path> camera_file(const Address& address) {
  if (address.scheme == "usb") return usb_camera(address);
  return named_file(address, "/dev/v4l");
}

}  // namespace

Result<DeviceNeed> v4l2_need(const Address& address) {
  if (const auto setup = setup_of(address); !setup) return setup.error();
  if (address.scheme == "usb") return need_of_usb(address.target);
  const auto file = camera_file(address);
  if (!file) return file.error();
  return need_of_file(*file);
}

Result<std::unique_ptr<Camera>> open_v4l2(const Address& address) {
  const auto setup = setup_of(address);
  if (!setup) return setup.error();
  const auto file = camera_file(address);
  if (!file) return file.error();
  auto device = VideoDevice::open(*file);
  if (!device) return device.error();
  auto stop_event = StopEvent::make();
  if (!stop_event) return stop_event.error();
  auto camera = std::make_unique<V4l2Camera>(std::move(*device), std::move(*stop_event));
  if (auto started = camera->start(*setup); !started) return started.error();
  return std::unique_ptr<Camera>(std::move(camera));
}

}  // namespace gatepost::hal

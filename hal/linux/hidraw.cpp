#include "linux/hidraw.hpp"

#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <vector>

#include "linux/holder.hpp"
#include "linux/usb.hpp"
#include "linux/wait.hpp"

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_report = 16 * 1024;  // the kernel's HID_MAX_BUFFER_SIZE
constexpr int kernel_keeps = 63;                   // of its ring of 64; the next ones it drops, and tells nobody

Error open_error(const fs::path& file, int code) {
  const std::string why = std::strerror(code);
  if (code == ENOENT || code == ENXIO || code == ENODEV)
    return {"there is no such device: " + why, file.string(), "plug it in; gatepost devices lists what there is"};
  if (code == EACCES || code == EPERM)
    return {"this user may not open it: " + why, file.string(),
            "install Gatepost's udev rules, or add one that gives the device to a group of this user"};
  if (code == EWOULDBLOCK) {
    const std::string holder = holder_of(file.string());
    return {"is in use" + (holder.empty() ? std::string() : " by " + holder), file.string(),
            holder.empty() ? "find who uses it: fuser " + file.string() : "stop that program"};
  }
  return {"cannot be opened: " + why, file.string(), "check that it is a hidraw device"};
}

Result<std::vector<std::byte>> descriptor_of(int number, const fs::path& file) {
  int size = 0;
  hidraw_report_descriptor descriptor{};
  if (::ioctl(number, HIDIOCGRDESCSIZE, &size) < 0) return open_error(file, errno);
  descriptor.size = std::min(static_cast<unsigned>(std::max(size, 0)), unsigned{HID_MAX_DESCRIPTOR_SIZE});
  if (::ioctl(number, HIDIOCGRDESC, &descriptor) < 0) return open_error(file, errno);
  const auto* begin = reinterpret_cast<const std::byte*>(descriptor.value);
  return std::vector(begin, begin + descriptor.size);
}

// Bluetooth and virtual devices hang on no USB device.
Identity device_of(int number, const fs::path& file) {
  if (Identity usb = identity_of_file(file); !usb.bus.empty()) return usb;
  Identity device{.bus = "hid"};
  hidraw_devinfo info{};
  if (::ioctl(number, HIDIOCGRAWINFO, &info) == 0) {
    device.vendor = static_cast<std::uint16_t>(info.vendor);
    device.product = static_cast<std::uint16_t>(info.product);
  }
  std::array<char, 80> name{};
  if (::ioctl(number, HIDIOCGRAWNAME(name.size() - 1), name.data()) > 0) device.name = name.data();
  for (char& c : device.name)
    if (c >= 0 && (c < 0x20 || c == 0x7f)) c = '?';
  return device;
}

class Hidraw final : public RawHid {
 public:
  Hidraw(FileDescriptor descriptor, StopEvent stop_event, std::vector<std::byte> report_descriptor, fs::path file)
      : descriptor_(std::move(descriptor)),
        stop_event_(std::move(stop_event)),
        report_descriptor_(std::move(report_descriptor)),
        file_(std::move(file)),
        device_(device_of(descriptor_.number(), file_)) {}

  Result<HidReport> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) override {
    while (true) {
      const auto size = ::read(descriptor_.number(), buffer_.data(), buffer_.size());
      if (size > 0) return given(into, static_cast<std::size_t>(size));
      if (size == 0) return gone(ENODEV);
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return gone(errno);
      in_a_row_ = 0;
      const Woken woken = wait_for(descriptor_.number(), POLLIN, timeout, stop_event_, stop);
      if (woken == Woken::timed_out || woken == Woken::stopped) return HidReport{.at = now()};
      if (woken == Woken::hung_up) return gone(ENODEV);
    }
  }

  Result<void> write(std::span<const std::byte> output) override {
    const auto size = ::write(descriptor_.number(), output.data(), output.size());
    if (size == std::ssize(output)) return {};
    return failed("does not take the report", size < 0 ? errno : EIO);
  }

  Result<std::size_t> get_feature(std::span<std::byte> report) override {
    const int size = ::ioctl(descriptor_.number(), HIDIOCGFEATURE(report.size()), report.data());
    if (size < 0) return failed("does not give its feature report", errno);
    return std::min(static_cast<std::size_t>(size), report.size());
  }

  Result<void> set_feature(std::span<const std::byte> report) override {
    std::vector<std::byte> sent(report.begin(), report.end());  // the call's argument is not const
    if (::ioctl(descriptor_.number(), HIDIOCSFEATURE(sent.size()), sent.data()) < 0)
      return failed("does not take the feature report", errno);
    return {};
  }

  std::span<const std::byte> descriptor() const override { return report_descriptor_; }
  Identity device() const override { return device_; }
  std::string identity() const override { return device_.text(); }

 private:
  static MonotonicTime now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

  Result<HidReport> given(std::span<std::byte> into, std::size_t size) {
    const HidReport report{.size = size, .at = now(), .lost = std::exchange(doubt_, false)};
    doubt_ = ++in_a_row_ >= kernel_keeps;  // that many waited: those after them may have been dropped
    if (size > into.size())
      return Error{"sends a report of " + std::to_string(size) + " bytes; at most " + std::to_string(into.size()) +
                       " are expected",
                   identity(), "use it as what it is: see the settings mode and device"};
    std::copy_n(buffer_.begin(), size, into.begin());
    return report;
  }

  Error failed(const std::string& what, int code) const {
    if (code == ENODEV || code == ESHUTDOWN) return gone(code);
    return {what + ": " + std::strerror(code), identity(), "check that it is the device that the settings are for"};
  }
  Error gone(int code) const {
    return {std::string("the device is gone: ") + std::strerror(code), file_.string(), "plug it in again"};
  }

  FileDescriptor descriptor_;
  StopEvent stop_event_;
  std::vector<std::byte> report_descriptor_;
  fs::path file_;
  Identity device_;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(largest_report);
  int in_a_row_ = 0;
  bool doubt_ = false;
};

}  // namespace

Result<std::unique_ptr<RawHid>> open_hidraw(const fs::path& file) {
  FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.is_open()) return open_error(file, errno);
  auto report_descriptor = descriptor_of(descriptor.number(), file);
  if (!report_descriptor) return report_descriptor.error();
  // The kernel gives each reader every report, but two would answer the device, or move the relay, against each other.
  if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) return open_error(file, EWOULDBLOCK);
  auto stop_event = StopEvent::make();
  if (!stop_event) return stop_event.error();
  return std::unique_ptr<RawHid>(
      std::make_unique<Hidraw>(std::move(descriptor), std::move(*stop_event), std::move(*report_descriptor), file));
}

}  // namespace gatepost::hal

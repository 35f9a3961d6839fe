// The keys of a scanner that types, as the kernel has them: which went down and up, and when.
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <gatepost/hal/bus.hpp>

#include "devices/calibrate/listen.hpp"
#include "linux/descriptor.hpp"
#include "linux/holder.hpp"
#include "linux/usb.hpp"
#include "linux/wait.hpp"

namespace gatepost::calibrate {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t most_events = 200'000;  // of one take

Error refused(const fs::path& file, int code) {
  const std::string holder = hal::holder_of(file.string());
  if (code == EBUSY)
    return {"is grabbed by another program" + (holder.empty() ? std::string() : ": " + holder), file.string(),
            "stop the engine that has it, or that program"};
  return {std::string("cannot be opened: ") + std::strerror(code), file.string(),
          "gatepost doctor tells what is missing"};
}

Result<std::vector<fs::path>> files_of(const std::string& address) {
  const std::string plain = address.substr(0, address.find('?'));
  if (plain.starts_with("input:/")) return std::vector{fs::path(plain.substr(6))};
  if (plain.starts_with("input:")) return std::vector{fs::path("/dev/input") / plain.substr(6)};
  const auto name = hal::UsbName::parse(plain.substr(4));
  if (!name) return name.error();
  const auto device = hal::find_usb(*name);
  if (!device) return device.error();
  auto bus = hal::open_bus();
  if (!bus) return bus.error();
  const auto all = (*bus)->list();
  if (!all) return all.error();
  std::vector<fs::path> files;
  for (const auto& one : *all)
    if (one.use == hal::DeviceUse::keyboard && one.identity.port == device->identity.port) files.push_back(one.file);
  if (files.empty())
    return Error{"is there, but has no keyboard", device->identity.text(),
                 "set the scanner to keyboard mode with a code of its manual, or name its serial port"};
  return files;
}

class KeyTap {
 public:
  static Result<KeyTap> open(const std::vector<fs::path>& files) {
    KeyTap tap;
    for (const auto& file : files) {
      hal::Descriptor device(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
      int clock = CLOCK_MONOTONIC;
      epoll_event event{.events = EPOLLIN, .data = {}};
      if (!device.is_open() || ::ioctl(device.number(), EVIOCSCLOCKID, &clock) != 0 ||
          ::ioctl(device.number(), EVIOCGRAB, 1) != 0 ||
          ::epoll_ctl(tap.watched_.number(), EPOLL_CTL_ADD, device.number(), &event) != 0)
        return refused(file, errno);
      tap.devices_.push_back(std::move(device));
    }
    return tap;
  }

  int watched() const { return watched_.number(); }

  /// Adds what is there to the take, without waiting.
  Result<void> pull(Take& take) const {
    for (const auto& device : devices_)
      if (auto pulled = pull(device, take); !pulled) return pulled;
    return {};
  }

 private:
  KeyTap() : watched_(::epoll_create1(EPOLL_CLOEXEC)) {}

  static Result<void> pull(const hal::Descriptor& device, Take& take) {
    std::array<input_event, 64> events{};
    while (true) {
      const auto size = ::read(device.number(), events.data(), sizeof events);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0 && errno == EAGAIN) return {};
      if (size <= 0) return Error{"the device is gone", "the scanner", "plug it in again"};
      for (std::size_t i = 0; i < static_cast<std::size_t>(size) / sizeof(input_event); ++i) note(events.at(i), take);
    }
  }

  static void note(const input_event& event, Take& take) {
    if (event.type == EV_SYN && event.code == SYN_DROPPED) take.lost = true;
    if (event.type != EV_KEY || take.keys.size() >= most_events) return;
    const MonotonicTime at(std::chrono::seconds(event.input_event_sec) +
                           std::chrono::microseconds(event.input_event_usec));
    take.keys.push_back({event.code, event.value, at});
  }

  hal::Descriptor watched_;
  std::vector<hal::Descriptor> devices_;
};

}  // namespace

Result<void> listen_to_keys(const std::string& address, const Listener& listener, const std::stop_token& stop) {
  const auto files = files_of(address);
  if (!files) return files.error();
  const auto tap = KeyTap::open(*files);
  if (!tap) return tap.error();
  const auto bell = hal::StopBell::make();
  if (!bell) return bell.error();
  Take take;
  if (auto before = tap->pull(take); !before) return before.error();
  take = {};  // what was typed before it was opened
  listener.opened(hal::identity_of_file(files->front()).text());
  while (!stop.stop_requested()) {
    const auto woken = hal::wait_for(tap->watched(), POLLIN, take.empty() ? Duration(24h) : silence, *bell, stop);
    if (woken == hal::Woken::timed_out && !take.empty()) listener.took(std::exchange(take, {}));
    if (auto pulled = tap->pull(take); !pulled) return pulled.error();
  }
  return {};
}

}  // namespace gatepost::calibrate

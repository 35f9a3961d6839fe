#include "linux/evdev_keyboard.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <cerrno>
#include <cstring>
#include <gatepost/hal/options.hpp>
#include <vector>

#include "linux/device_need.hpp"
#include "linux/event_device.hpp"
#include "linux/usb.hpp"
#include "linux/wait.hpp"

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

constexpr const char* names_of_udev = "/dev/input";

using Devices = std::vector<std::unique_ptr<EventDevice>>;

class EvdevKeyboard final : public Keyboard {
 public:
  EvdevKeyboard(Devices devices, FileDescriptor watched, StopEvent stop_event)
      : devices_(std::move(devices)), watched_(std::move(watched)), stop_event_(std::move(stop_event)) {}

  Result<Typed> read(Duration timeout, const std::stop_token& stop) override {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
      if (Typed typed = oldest(); typed.lost || !typed.text.empty()) return typed;
      const Duration left = std::max<Duration>(end - std::chrono::steady_clock::now(), Duration::zero());
      const Woken woken = wait_for(watched_.number(), POLLIN, left, stop_event_, stop);
      if (woken == Woken::timed_out || woken == Woken::stopped) return Typed{};
      for (const auto& device : devices_)
        if (auto pulled = device->pull(); !pulled) return pulled.error();
    }
  }

  // A scanner's keyboards take turns, so that their events need no sorting.
  std::vector<KeyEvent> events() override {
    std::vector<KeyEvent> all;
    for (const auto& device : devices_) device->take_events(all);
    return all;
  }

  std::string identity() const override {
    const fs::path& file = devices_.front()->file();
    const Identity whose = identity_of_file(file);
    return whose.bus.empty() ? file.string() : whose.text();
  }

 private:
  // A scanner types on one of its keyboards at a time.
  Typed oldest() {
    for (const auto& device : devices_)
      if (Typed typed = device->next(); typed.lost || !typed.text.empty()) return typed;
    return {};
  }

  Devices devices_;
  FileDescriptor watched_;
  StopEvent stop_event_;
};

// All that a scanner can type on: it may have a keyboard for codes and another for its settings.
Result<std::vector<fs::path>> keyboards_of(std::string_view usb_name) {
  const auto name = UsbName::parse(usb_name);
  if (!name) return name.error();
  const auto device = find_usb(*name);
  if (!device) return device.error();
  std::vector<fs::path> found;
  for (const auto& file : device_files(*device, "input")) {
    if (!file.filename().string().starts_with("event")) continue;
    const auto letters = has_letters(file);
    if (!letters) return letters.error();
    if (*letters) found.push_back(file);
  }
  if (found.empty())
    return Error{"is there, but has no keyboard", device->identity.text(),
                 "set the scanner to keyboard mode with a code of its manual, or use mode: pos"};
  return found;
}

Result<std::vector<fs::path>> files_of(const Address& address) {
  if (address.scheme == "usb") return keyboards_of(address.target);
  auto file = named_file(address, names_of_udev);
  if (!file) return file.error();
  return std::vector{std::move(*file)};
}

Result<FileDescriptor> watch_of(const Devices& devices) {
  FileDescriptor watched(::epoll_create1(EPOLL_CLOEXEC));
  for (const auto& device : devices) {
    epoll_event event{.events = EPOLLIN, .data = {}};
    if (!watched.is_open() || ::epoll_ctl(watched.number(), EPOLL_CTL_ADD, device->descriptor(), &event) != 0)
      return Error{std::string("cannot be watched: ") + std::strerror(errno), device->file().string(),
                   "raise the limit of open files"};
  }
  return watched;
}

}  // namespace

Result<DeviceNeed> event_device_need(const Address& address) {
  if (auto done = OptionReader(address).done(); !done) return done.error();
  if (address.scheme == "usb") return need_of_usb(address.target);
  const auto file = named_file(address, names_of_udev);
  if (!file) return file.error();
  return need_of_file(*file);
}

Result<std::unique_ptr<Keyboard>> open_evdev_keyboard(const Address& address,
                                                      const std::shared_ptr<const KeyMap>& map) {
  if (auto done = OptionReader(address).done(); !done) return done.error();
  const auto files = files_of(address);
  if (!files) return files.error();
  auto stop_event = StopEvent::make();
  if (!stop_event) return stop_event.error();
  Devices devices;
  for (const auto& file : *files) {
    auto device = EventDevice::open(file, map);
    if (!device) return device.error();
    devices.push_back(std::move(*device));
  }
  auto watched = watch_of(devices);
  if (!watched) return watched.error();
  return std::unique_ptr<Keyboard>(
      std::make_unique<EvdevKeyboard>(std::move(devices), std::move(*watched), std::move(*stop_event)));
}

}  // namespace gatepost::hal

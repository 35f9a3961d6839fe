#include <libudev.h>
#include <poll.h>

#include <cstring>
#include <filesystem>
#include <gatepost/hal/bus.hpp>

#include "linux/bus_list.hpp"
#include "linux/usb.hpp"
#include "linux/wait.hpp"

namespace gatepost::hal {
namespace {

struct Unref {
  void operator()(udev* context) const { udev_unref(context); }
  void operator()(udev_hwdb* names) const { udev_hwdb_unref(names); }
  void operator()(udev_monitor* monitor) const { udev_monitor_unref(monitor); }
  void operator()(udev_device* device) const { udev_device_unref(device); }
};
template <class T>
using Held = std::unique_ptr<T, Unref>;

Error refused(const char* what) {
  return {std::string(what) + ": " + std::strerror(errno), "udev", "see whether AF_NETLINK is allowed to this program"};
}

bool udevd_runs() { return std::filesystem::exists("/run/udev/control"); }

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

class LinuxBus final : public Bus {
 public:
  LinuxBus(Held<udev> context, Held<udev_monitor> monitor, StopEvent stop_event)
      : context_(std::move(context)),
        names_(udev_hwdb_new(context_.get())),
        monitor_(std::move(monitor)),
        stop_event_(std::move(stop_event)) {}

  Result<std::vector<BusDevice>> list() override {
    auto devices = list_devices();
    for (auto& device : devices) name(device.identity);
    return devices;
  }

  Result<std::optional<BusChange>> next(Duration timeout, const std::stop_token& stop) override {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
      const Duration left = std::max<Duration>(end - std::chrono::steady_clock::now(), Duration::zero());
      const Woken woken = wait_for(udev_monitor_get_fd(monitor_.get()), POLLIN, left, stop_event_, stop);
      if (woken == Woken::timed_out || woken == Woken::stopped) return std::optional<BusChange>();
      errno = 0;
      const Held<udev_device> device(udev_monitor_receive_device(monitor_.get()));
      if (!device && errno == ENOBUFS) return std::optional(BusChange{.kind = BusChange::Kind::missed});
      if (!device && errno != EAGAIN && errno != EINTR && errno != 0) return refused("the news of devices broke off");
      if (device)
        if (auto change = change_of(device.get())) return change;
    }
  }

 private:
  static std::optional<BusChange> change_of(udev_device* device) {
    const std::string action = text_of(udev_device_get_action(device));
    if (action != "add" && action != "remove") return {};
    BusChange change{.kind = action == "add" ? BusChange::Kind::added : BusChange::Kind::removed,
                     .subsystem = text_of(udev_device_get_subsystem(device)),
                     .file = text_of(udev_device_get_devnode(device)),
                     .identity = {},
                     .at = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now())};
    if (change.subsystem == "usb" && text_of(udev_device_get_devtype(device)) != "usb_device") return {};
    if (change.subsystem != "usb" && change.file.empty()) return {};
    if (change.kind == BusChange::Kind::added && !change.file.empty()) change.identity = identity_of_file(change.file);
    if (change.identity.port.empty()) change.identity.port = port_in(text_of(udev_device_get_devpath(device)));
    return change;
  }

  // The last part of the path that is a port: /devices/…/1-1/1-1.2/1-1.2:1.0/…
  static std::string port_in(const std::string& path) {
    std::string port;
    for (const auto& part : std::filesystem::path(path)) {
      const std::string name = part.string();
      if (UsbName::parse("0000:0000@" + name) && name.find(':') == std::string::npos &&
          name.find('-') != std::string::npos)
        port = name;
    }
    return port;
  }

  // What the hardware database calls it, where the device itself says nothing.
  void name(Identity& identity) const {
    if (!names_ || identity.bus != "usb") return;
    char key[32];
    std::snprintf(key, sizeof key, "usb:v%04Xp%04X*", static_cast<unsigned>(identity.vendor),
                  static_cast<unsigned>(identity.product));
    udev_list_entry* entry = nullptr;
    udev_list_entry_foreach(entry, udev_hwdb_get_properties_list_entry(names_.get(), key, 0)) {
      const std::string property = text_of(udev_list_entry_get_name(entry));
      const std::string value = text_of(udev_list_entry_get_value(entry));
      if (property == "ID_VENDOR_FROM_DATABASE" && identity.maker.empty()) identity.maker = value;
      if (property == "ID_MODEL_FROM_DATABASE" && identity.name.empty()) identity.name = value;
    }
  }

  Held<udev> context_;
  Held<udev_hwdb> names_;  ///< null where the machine has no hardware database
  Held<udev_monitor> monitor_;
  StopEvent stop_event_;
};

}  // namespace

Result<std::unique_ptr<Bus>> open_bus() {
  Held<udev> context(udev_new());
  if (!context) return refused("cannot ask for devices");
  Held<udev_monitor> monitor(udev_monitor_new_from_netlink(context.get(), udevd_runs() ? "udev" : "kernel"));
  if (!monitor) return refused("cannot hear of devices");
  for (const char* subsystem : {"usb", "tty", "hidraw", "input", "video4linux", "gpio"})
    udev_monitor_filter_add_match_subsystem_devtype(monitor.get(), subsystem, nullptr);
  if (udev_monitor_enable_receiving(monitor.get()) < 0) return refused("cannot hear of devices");
  auto stop_event = StopEvent::make();
  if (!stop_event) return stop_event.error();
  return std::unique_ptr<Bus>(
      std::make_unique<LinuxBus>(std::move(context), std::move(monitor), std::move(*stop_event)));
}

}  // namespace gatepost::hal

// Power and drivers: what the kernel does with a device.
#include <algorithm>
#include <charconv>
#include <set>

#include "devices/doctor/checks.hpp"

namespace gatepost::doctor {
namespace {

namespace fs = std::filesystem;

int number_of(const fs::path& file, int base = 10) {
  const std::string text = Machine::line_of(file);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

/// "6.1.0-28-amd64" ▶ {6, 1}
std::pair<int, int> version_of(const std::string& kernel) {
  std::pair<int, int> version{0, 0};
  const char* end = kernel.data() + kernel.size();
  const auto first = std::from_chars(kernel.data(), end, version.first);
  if (first.ptr != end && *first.ptr == '.') std::from_chars(first.ptr + 1, end, version.second);
  return version;
}

std::string autosuspend_remedy(const CheckedDevice& checked, const fs::path& control) {
  char numbers[80];
  std::snprintf(numbers, sizeof numbers, R"(ATTR{idVendor}=="%04x", ATTR{idProduct}=="%04x")",
                static_cast<unsigned>(checked.device.identity.vendor),
                static_cast<unsigned>(checked.device.identity.product));
  return "for now: echo on | sudo tee " + control.string() +
         "; for good add to /etc/udev/rules.d/70-scanner.rules: ACTION==\"add\", SUBSYSTEM==\"usb\", " + numbers +
         R"(, ATTR{power/control}="on")";
}

/// What has several uses is one device at the plug.
template <class F>
void for_each_plug(std::span<const CheckedDevice> patients, F look) {
  std::set<fs::path> seen;
  for (const CheckedDevice& checked : patients)
    if (!checked.usb.empty() && seen.insert(checked.usb).second) look(checked);
}

}  // namespace

// Documentation/driver-api/usb/power-management.rst: "auto" lets the kernel suspend an idle device, "on" does not; a
// negative delay keeps it awake too.
void find_autosuspend(std::span<const CheckedDevice> patients, Troubles& troubles) {
  for_each_plug(patients, [&](const CheckedDevice& checked) {
    const fs::path control = checked.usb / "power/control", delay = checked.usb / "power/autosuspend_delay_ms";
    if (Machine::line_of(control) != "auto") return;
    const int milliseconds = number_of(delay);
    if (milliseconds < 0) return;
    troubles.push_back({"autosuspend",
                        {"the kernel may put it to sleep after " + std::to_string(milliseconds) +
                             " ms without traffic; the first code after that comes late, cut or not at all",
                         checked.text(), autosuspend_remedy(checked, control)}});
  });
}

// USB 2.0, table 9-10: bit 6 of bmAttributes is "self-powered".
void find_weak_hubs(std::span<const CheckedDevice> patients, Troubles& troubles) {
  for_each_plug(patients, [&](const CheckedDevice& checked) {
    std::error_code failure;
    const fs::path hub = fs::canonical(checked.usb, failure).parent_path();
    const std::string name = hub.filename().string();
    if (failure || name.starts_with("usb") || Machine::line_of(hub / "bDeviceClass") != "09") return;
    const int attributes = number_of(hub / "bmAttributes", 16);
    if (attributes == 0 || (attributes & 0x40) != 0) return;
    const std::string needs = Machine::line_of(checked.usb / "bMaxPower");
    troubles.push_back({"hub",
                        {"the hub at " + name + " has no power of its own: it shares one port's 500 mA among all" +
                             (needs.empty() ? "" : ", and this device asks for " + needs),
                         checked.text(), "use a hub with a power supply, or a port of the machine itself"}});
  });
}

void find_missing_drivers(const Machine& machine, std::span<const Named> named, std::span<const CheckedDevice> patients,
                          Troubles& troubles) {
  const std::string kernel = machine.kernel();
  for (const Named& one : named) {
    const bool is_driven = std::ranges::count(patients, one.entry, &CheckedDevice::entry) > 0;
    if (is_driven || one.address.find("usb:") == one.address.npos || !is_there(machine, one)) continue;
    troubles.push_back({"kernel",
                        {"is plugged in, but Linux " + kernel + " makes no device of it: no driver knows its number",
                         "device '" + one.entry + "' at " + one.address,
                         "set it to another mode (keyboard, HID POS, USB serial) with a code of its manual, or use a "
                         "newer kernel; journalctl -k tells what the kernel said"}});
  }
  for (const CheckedDevice& checked : patients)
    // hal/README.md: before Linux 6.6 a waiting program is not woken when the chip is unplugged.
    if (checked.device.use == hal::DeviceUse::gpio && !checked.usb.empty() && !kernel.empty() &&
        version_of(kernel) < std::pair(6, 6))
      troubles.push_back({"kernel",
                          {"Linux " + kernel +
                               " wakes nobody when a GPIO chip is unplugged: it is noticed half a "
                               "second late",
                           checked.text(), "use Linux 6.6 or newer where that matters"}});
}

}  // namespace gatepost::doctor

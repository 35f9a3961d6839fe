#include "devices/doctor/checked_device.hpp"

#include <unistd.h>

#include <algorithm>
#include <gatepost/support/printable.hpp>

#include "devices/suitable.hpp"
#include "linux/bus_list.hpp"
#include "linux/usb.hpp"

namespace gatepost::doctor {
namespace {

namespace fs = std::filesystem;
using hal::BusDevice;
using hal::DeviceUse;

constexpr std::size_t longest = 200;

/// "lcus:usb:1a86:7523@1-1.4", "modbus:rtu:usb:0403:6001@1-1.4/unit/1": what follows "usb:", without what follows it.
std::optional<std::string> usb_part(const std::string& address) {
  std::string text = address.substr(0, address.find('?'));
  const auto at = text.starts_with("usb:") ? 0 : text.find(":usb:") + 1;
  if (at == 0 && !text.starts_with("usb:")) return {};
  const bool is_plain = at == 0;
  text = text.substr(at + 4);
  return is_plain ? text : text.substr(0, text.find('/'));
}

/// The device file that an address names, as this machine has it; nothing: it names none.
std::optional<fs::path> file_part(const Machine& machine, const std::string& address) {
  const std::string text = address.substr(0, address.find('?'));
  for (const char* name : {"by-id/", "by-path/"}) {
    const auto at = text.find(std::string(":") + name);
    if (at == text.npos) continue;
    const fs::path below = text.substr(at + 1);
    const fs::path rest = *below.begin() / *std::next(below.begin());
    for (const char* kind : {"serial", "input", "v4l"})
      if (std::error_code none; fs::exists(machine.dev() / kind / rest, none)) return machine.dev() / kind / rest;
    return machine.dev() / "serial" / rest;
  }
  if (text.starts_with("gpio:gpiochip")) return machine.dev() / text.substr(5, text.find('/') - 5);
  const auto at = text.find(":/dev/");
  if (at == text.npos) return {};
  const std::string file = text.substr(at + 6);
  const auto unit = file.find("/unit/");
  return machine.dev() / file.substr(0, unit);
}

bool leads_to(const Machine& machine, const Named& named, const BusDevice& device) {
  if (const auto usb = usb_part(named.address)) {
    const auto name = hal::UsbName::parse(*usb);
    if (!name) return false;
    const auto found = hal::find_usb(*name, machine.sys());
    if (!found) return false;
    const bool is_part = name->interface.empty() || device.address.ends_with(":" + name->interface) ||
                         device.address.ends_with(name->port);
    return found->identity.port == device.identity.port && is_part;
  }
  const auto file = file_part(machine, named.address);
  std::error_code failure;
  return file && fs::equivalent(*file, device.file, failure) && !failure;
}

// A keyboard's reports are read by the kernel; nobody opens them.
bool is_read(const BusDevice& device) { return device.use != DeviceUse::raw_hid || device.usage_page != 0x01; }

// By its maker's number, or by its own word that it scans.
bool is_scanner_or_board(const BusDevice& device, const plugin::Catalogue& catalogue) {
  if (device.identity.bus.empty()) return false;
  if (devices::use_word(device) == "pos") return true;
  const auto suits = devices::suits_of(device, catalogue);
  return !suits.empty() && suits.front().closeness > 0;
}

/// dcttech boards are opened as what they are to USB; a hidraw device of theirs is nobody's business.
void open_as_usb(const Machine& machine, CheckedDevice& checked) {
  if (auto file = hal::device_node(checked.usb, machine.dev()); !file.empty()) checked.device.file = std::move(file);
  checked.device.accessible = ::access(checked.device.file.c_str(), R_OK | W_OK) == 0;
}

}  // namespace

std::string CheckedDevice::text() const {
  std::string text = entry.empty() ? std::string() : entry + ", ";
  text += device.file.string();
  if (!device.identity.bus.empty()) text += " (" + device.identity.text() + ")";
  return support::printable(text, longest);
}

std::vector<Named> named_in(const config::Site& site) {
  std::vector<Named> all;
  for (const auto& use : site.devices)
    for (std::size_t i = 0; i < use.values.size(); ++i) {
      if (i < use.hidden.size() && use.hidden[i]) continue;
      const auto* text = std::get_if<std::string>(&use.values[i]);
      if (text != nullptr && (usb_part(*text) || file_part({}, *text))) all.push_back({use.instance.name, *text});
    }
  return all;
}

std::vector<CheckedDevice> patients_of(const Machine& machine, const std::vector<Named>& named,
                                       const plugin::Catalogue& catalogue) {
  std::vector<CheckedDevice> all;
  for (auto& device : hal::list_devices(machine.sys(), machine.dev())) {
    if (!is_read(device)) continue;
    const auto found = std::ranges::find_if(named, [&](const Named& one) { return leads_to(machine, one, device); });
    if (found == named.end() && !is_scanner_or_board(device, catalogue)) continue;
    CheckedDevice checked{.device = std::move(device), .usb = {}, .entry = found == named.end() ? "" : found->entry};
    if (!checked.device.identity.bus.empty())
      checked.usb = machine.sys() / "bus/usb/devices" / checked.device.identity.port;
    if (found != named.end() && found->address.starts_with("dcttech:usb:")) open_as_usb(machine, checked);
    all.push_back(std::move(checked));
  }
  return all;
}

Result<void> is_there(const Machine& machine, const Named& named) {
  const auto about = [&](Error error) {
    error.where = "device '" + named.entry + "' at " + error.where;
    return error;
  };
  if (const auto usb = usb_part(named.address)) {
    const auto name = hal::UsbName::parse(*usb);
    if (!name) return about(name.error());
    const auto found = hal::find_usb(*name, machine.sys());
    return found ? Result<void>() : about(found.error());
  }
  const auto file = file_part(machine, named.address);
  std::error_code failure;
  if (!file || fs::exists(*file, failure)) return {};
  return about({"there is no such device", support::printable(named.address, longest),
                "plug it in; gatepost devices lists what there is; usb:VENDOR:PRODUCT@PORT survives a reboot"});
}

}  // namespace gatepost::doctor

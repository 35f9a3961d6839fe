#include "linux/bus_list.hpp"

#include <linux/input-event-codes.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>

#include "linux/hid_sysfs.hpp"
#include "linux/usb.hpp"

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

std::string line_of(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

/// A capability bitmap: hexadecimal words of 64 bits, the highest first (drivers/input/input.c, input_print_bitmap).
bool has_bit(const std::string& bitmap, unsigned bit) {
  std::istringstream text(bitmap);
  std::vector<std::uint64_t> words;
  for (std::string word; text >> word;) words.insert(words.begin(), std::strtoull(word.c_str(), nullptr, 16));
  return bit / 64 < words.size() && ((words[bit / 64] >> (bit % 64)) & 1U) != 0;
}

/// A scanner types digits and Enter; a lid switch or a headset's buttons do not.
bool can_type(const fs::path& event) {
  const auto keys = line_of(event / "device/capabilities/key");
  return has_bit(keys, KEY_1) && has_bit(keys, KEY_0) && has_bit(keys, KEY_ENTER);
}

/// What the device is by its own word: its first collection.
HidUsage first_usage(const fs::path& hidraw, const fs::path& sys) {
  const auto descriptor = HidDescriptor::parse(report_descriptor(hidraw, sys));
  return descriptor ? descriptor->collections.front() : HidUsage{};
}

/// Whether that node of the subsystem is something to scan or switch with, and as what.
std::optional<DeviceUse> use_of(std::string_view subsystem, const fs::path& node) {
  const std::string name = node.filename().string();
  if (subsystem == "input")
    return name.starts_with("event") && can_type(node) ? std::optional(DeviceUse::keyboard) : std::nullopt;
  if (subsystem == "hidraw") return DeviceUse::raw_hid;
  if (subsystem == "video4linux")  // a camera's second node has its metadata
    return line_of(node / "index") == "0" ? std::optional(DeviceUse::camera) : std::nullopt;
  if (subsystem == "gpio") return name.starts_with("gpiochip") ? std::optional(DeviceUse::gpio) : std::nullopt;
  if (!fs::exists(node / "device")) return {};   // a terminal, not a port
  if (line_of(node / "type") == "0") return {};  // a port that the mainboard does not have
  return DeviceUse::serial;
}

std::string driver_of(fs::path node) {
  std::error_code failure;
  for (node = fs::canonical(node, failure); !failure && node.has_relative_path(); node = node.parent_path())
    if (fs::is_symlink(node / "driver", failure)) return fs::read_symlink(node / "driver", failure).filename().string();
  return {};
}

struct Found {
  DeviceUse use;
  fs::path node, folder, file;
};

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> links;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) links.push_back(entry.path());
  std::ranges::sort(links);
  return links;
}

/// HID devices that a program has by libusb, this one among them: the kernel makes no hidraw device of those.
std::vector<Found> taken_by_programs(const fs::path& sys, const fs::path& dev) {
  std::vector<Found> found;
  for (const auto& link : sorted(sys / "bus/usb/devices")) {
    if (line_of(link / "bInterfaceClass") != "03" || driver_of(link) != "usbfs") continue;
    std::error_code failure;
    const fs::path folder = fs::canonical(link, failure);
    if (auto file = device_node(folder.parent_path(), dev); !file.empty())
      found.push_back({DeviceUse::raw_hid, link, folder, std::move(file)});
  }
  return found;
}

std::vector<Found> nodes(const fs::path& sys, const fs::path& dev) {
  std::vector<Found> found = taken_by_programs(sys, dev);
  std::error_code failure;
  for (const char* place : {"class/input", "class/hidraw", "class/tty", "class/video4linux", "bus/gpio/devices"}) {
    const std::string subsystem = place == std::string_view("bus/gpio/devices") ? "gpio" : fs::path(place).filename();
    for (const auto& link : sorted(sys / place))
      if (const auto use = use_of(subsystem, link))
        if (auto file = device_node(link, dev); !file.empty())
          found.push_back({*use, link, fs::canonical(link, failure), std::move(file)});
  }
  return found;
}

char hex_digit(unsigned value) { return "0123456789abcdef"[value & 15U]; }

std::string hex(std::uint16_t number) {
  std::string text;
  for (const int shift : {12, 8, 4, 0}) text += hex_digit(static_cast<unsigned>(number) >> shift);
  return text;
}

/// "1.0" of a node beneath .../1-1.2/1-1.2:1.0/...
std::string interface_of(const fs::path& folder, const std::string& port) {
  for (const auto& part : folder) {
    const std::string name = part.string();
    if (name.starts_with(port + ":")) return name.substr(port.size() + 1);
  }
  return {};
}

std::string built_in_address(const Found& found) {
  const std::string file = found.file.string();
  switch (found.use) {
    case DeviceUse::keyboard:
      return "input:" + file;
    case DeviceUse::raw_hid:
      return "hidraw:" + file;
    case DeviceUse::serial:
      return "serial:" + file;
    case DeviceUse::camera:
      return "v4l2:" + file;
    case DeviceUse::gpio:
      return "gpio:" + found.file.filename().string();
  }
  return file;
}

BusDevice described(const Found& found, const UsbDevice* usb, bool alone, const fs::path& sys) {
  BusDevice device{.use = found.use,
                   .address = built_in_address(found),
                   .file = found.file,
                   .driver = driver_of(found.node),
                   .accessible = ::access(found.file.c_str(), R_OK | W_OK) == 0};
  if (found.use == DeviceUse::raw_hid) {
    const HidUsage usage = first_usage(found.file, sys);
    device.usage_page = usage.page;
    device.usage = usage.usage;
  }
  if (usb == nullptr) return device;
  device.identity = usb->identity;
  const std::string& port = usb->identity.port;
  device.address = found.use == DeviceUse::gpio ? "gpio:usb:" : "usb:";
  device.address += hex(usb->identity.vendor) + ":" + hex(usb->identity.product) + "@" + port;
  if (!alone) device.address += ":" + interface_of(found.folder, port);
  return device;
}

}  // namespace

std::string_view to_word(DeviceUse use) {
  constexpr std::array<std::string_view, 5> words{"keyboard", "raw_hid", "serial", "camera", "gpio"};
  return words.at(static_cast<std::size_t>(use));
}

std::vector<BusDevice> list_devices(const fs::path& sys, const fs::path& dev) {
  const auto all = nodes(sys, dev);
  const auto belongs = [](const Found& found, const UsbDevice& usb) {
    return found.folder.string().starts_with(usb.folder.string() + "/");
  };
  std::vector<BusDevice> devices;
  std::vector<bool> placed(all.size());
  for (const auto& usb : usb_devices(sys))
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!belongs(all[i], usb)) continue;
      const auto kin = std::ranges::count_if(
          all, [&](const Found& other) { return other.use == all[i].use && belongs(other, usb); });
      devices.push_back(described(all[i], &usb, kin == 1, sys));
      placed[i] = true;
    }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!placed[i]) devices.push_back(described(all[i], nullptr, true, sys));
  return devices;
}

}  // namespace gatepost::hal

#include "linux/usb.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_words = 80;  // of what a device says of itself

std::optional<std::uint16_t> hex(std::string_view digits) {
  std::uint16_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 4 || failure != std::errc() || end != digits.data() + digits.size()) return {};
  return value;
}

// A device writes what it likes there.
std::string attribute(const fs::path& folder, const char* name) {
  std::ifstream file(folder / name);
  std::string line;
  std::getline(file, line);
  std::size_t size = std::min(line.size(), longest_words);
  while (size > 0 && size < line.size() && (static_cast<unsigned char>(line[size]) & 0xC0U) == 0x80) --size;
  line.resize(size);  // no half of a letter: the kernel gives UTF-8
  for (char& c : line)
    if (c >= 0 && (c < 0x20 || c == 0x7f)) c = '?';
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

Identity identity_of(const fs::path& folder) {
  return {.bus = "usb",
          .vendor = hex(attribute(folder, "idVendor")).value_or(0),
          .product = hex(attribute(folder, "idProduct")).value_or(0),
          .serial = attribute(folder, "serial"),
          .port = folder.filename().string(),
          .maker = attribute(folder, "manufacturer"),
          .name = attribute(folder, "product")};
}

// 1-2 before 1-10, and a hub before what hangs on it.
std::vector<int> port_numbers(std::string_view port) {
  std::vector<int> numbers;
  int number = 0;
  for (const char c : port)
    if (c >= '0' && c <= '9')
      number = number * 10 + (c - '0');
    else
      numbers.push_back(std::exchange(number, 0));
  numbers.push_back(number);
  return numbers;
}

std::string kind_of(const UsbName& name) {
  char text[10];
  std::snprintf(text, sizeof text, "%04x:%04x", static_cast<unsigned>(name.vendor),
                static_cast<unsigned>(name.product));
  return text;
}

std::string text_of(const UsbName& name) {
  std::string text = "usb:" + kind_of(name);
  if (!name.port.empty()) text += "@" + name.port;
  if (!name.interface.empty()) text += ":" + name.interface;
  if (!name.serial.empty()) text += "/" + name.serial;
  return text;
}

std::string ports_of(const std::vector<UsbDevice>& devices) {
  std::string text;
  for (std::size_t i = 0; i < devices.size(); ++i)
    text += (i == 0 ? "" : i + 1 == devices.size() ? " and " : ", ") + devices[i].identity.port;
  return text;
}

Error absent(const UsbName& name, const std::vector<UsbDevice>& all, const std::vector<UsbDevice>& kin) {
  std::string what = "there is no such device";
  for (const UsbDevice& device : all)
    if (device.identity.port == name.port) what = "another device is at this port: " + device.identity.text();
  if (!kin.empty()) what += "; " + kind_of(name) + " is at " + ports_of(kin);
  return {what, text_of(name), "plug it in; gatepost devices lists what there is"};
}

}  // namespace

std::string Identity::text() const {
  char ids[32];
  std::snprintf(ids, sizeof ids, " %04x:%04x", static_cast<unsigned>(vendor), static_cast<unsigned>(product));
  std::string text = bus;
  if (vendor != 0 || product != 0) text += ids;
  if (!port.empty()) text += " at " + port;
  if (const std::string words = maker + (maker.empty() || name.empty() ? "" : " ") + name; !words.empty())
    text += ", " + words;
  return text;
}

Result<UsbName> UsbName::parse(std::string_view text) {
  const Error wrong{"is no name of a USB device", "usb:" + std::string(text.substr(0, 80)),
                    "write usb:VENDOR:PRODUCT@PORT with two numbers of four hex digits: usb:0c2e:0b61@1-1.2"};
  UsbName name;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    name.serial = text.substr(slash + 1);
    text = text.substr(0, slash);
    if (name.serial.empty()) return wrong;
  }
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    const auto place = text.substr(at + 1);
    const auto colon = place.find(':');
    name.port = place.substr(0, colon);
    if (colon != std::string_view::npos) name.interface = place.substr(colon + 1);
    text = text.substr(0, at);
    const auto digits = [](std::string_view part, const std::string& between) {
      const auto digit = [](char c) { return c >= '0' && c <= '9'; };
      return !part.empty() && digit(part.front()) && digit(part.back()) &&
             part.find_first_not_of("0123456789" + between) == part.npos;
    };
    if (!digits(name.port, "-.") || (colon != std::string_view::npos && !digits(name.interface, "."))) return wrong;
  }
  const auto vendor = hex(text.substr(0, std::min<std::size_t>(text.size(), 4)));
  const auto product = text.size() == 9 && text[4] == ':' ? hex(text.substr(5)) : std::nullopt;
  if (!vendor || !product) return wrong;
  name.vendor = *vendor;
  name.product = *product;
  return name;
}

std::vector<UsbDevice> usb_devices(const fs::path& sys) {
  std::vector<UsbDevice> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(sys / "bus/usb/devices", failure)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("usb") || name.find(':') != std::string::npos) continue;  // root hubs, interfaces
    auto folder = fs::canonical(entry.path(), failure);
    if (failure) continue;  // it has just gone
    auto identity = identity_of(folder);
    if (attribute(folder, "bDeviceClass") != "09") found.push_back({std::move(folder), std::move(identity)});
  }
  std::ranges::sort(found, {}, [](const UsbDevice& device) { return port_numbers(device.identity.port); });
  return found;
}

Result<UsbDevice> find_usb(const UsbName& name, const fs::path& sys) {
  const auto all = usb_devices(sys);
  std::vector<UsbDevice> kin, fit;
  for (const UsbDevice& device : all) {
    const Identity& its = device.identity;
    if (its.vendor != name.vendor || its.product != name.product) continue;
    kin.push_back(device);
    if ((name.port.empty() || name.port == its.port) && (name.serial.empty() || name.serial == its.serial))
      fit.push_back(device);
  }
  if (fit.empty()) return absent(name, all, kin);
  if (fit.size() > 1)
    return Error{std::to_string(fit.size()) + " devices go by this name, at " + ports_of(fit), text_of(name),
                 "name the port of the one that is meant: usb:" + kind_of(name) + "@" + fit.front().identity.port};
  if (name.interface.empty()) return fit.front();
  UsbDevice& device = fit.front();
  device.folder /= name.port + ":" + name.interface;
  std::error_code failure;
  if (!fs::is_directory(device.folder, failure))
    return Error{"the device has no interface " + name.interface, text_of(name), "leave the interface out"};
  return device;
}

fs::path device_node(const fs::path& folder, const fs::path& dev) {
  std::ifstream uevent(folder / "uevent");
  for (std::string line; std::getline(uevent, line);)
    if (line.starts_with("DEVNAME=")) return dev / line.substr(8);
  return {};
}

std::vector<fs::path> device_files(const UsbDevice& device, std::string_view subsystem, const fs::path& sys) {
  std::vector<std::pair<std::vector<int>, fs::path>> found;
  std::error_code failure;
  const std::string beneath = device.folder.string() + "/";
  const auto place = subsystem == "gpio" ? sys / "bus/gpio/devices" : sys / "class" / subsystem;  // it has no class
  for (const auto& entry : fs::directory_iterator(place, failure)) {
    const auto folder = fs::canonical(entry.path(), failure);
    if (failure || !folder.string().starts_with(beneath)) continue;
    if (auto file = device_node(folder); !file.empty())
      found.emplace_back(port_numbers(file.string()), std::move(file));
  }
  std::ranges::sort(found);
  std::vector<fs::path> files;
  files.reserve(found.size());
  for (auto& [order, file] : found) files.push_back(std::move(file));
  return files;
}

Result<fs::path> device_file(const UsbDevice& device, std::string_view subsystem, const fs::path& sys) {
  auto files = device_files(device, subsystem, sys);
  const std::string where = device.identity.text();
  if (files.empty())
    return Error{"is there, but the kernel made no " + std::string(subsystem) + " device of it", where,
                 "set the device to the mode that is wanted, or load the driver: see dmesg"};
  if (files.size() > 1) {
    std::string names;
    for (const auto& file : files) names += (names.empty() ? "" : ", ") + file.string();
    return Error{"has several " + std::string(subsystem) + " devices: " + names, where,
                 "name the interface of the one that is meant: @" + device.identity.port + ":1.0"};
  }
  return std::move(files.front());
}

Result<fs::path> usb_device_file(std::string_view name, std::string_view subsystem) {
  const auto parsed = UsbName::parse(name);
  if (!parsed) return parsed.error();
  const auto device = find_usb(*parsed);
  if (!device) return device.error();
  return device_file(*device, subsystem);
}

Identity identity_of_file(const fs::path& file, const fs::path& sys) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  const std::string number = std::to_string(major(status.st_rdev)) + ":" + std::to_string(minor(status.st_rdev));
  std::error_code failure;
  auto folder = fs::canonical(sys / "dev/char" / number, failure);
  if (failure) return {};
  for (; folder.has_relative_path(); folder = folder.parent_path())
    if (fs::exists(folder / "idVendor", failure)) return identity_of(folder);
  return {};
}

}  // namespace gatepost::hal

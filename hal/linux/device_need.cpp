#include "linux/device_need.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "linux/usb.hpp"

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

// The kernel counts these up as they are plugged in.
constexpr std::array<std::string_view, 5> numbered{"/dev/ttyUSB", "/dev/ttyACM", "/dev/hidraw", "/dev/video",
                                                   "/dev/input/event"};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

bool is_numbered(const std::string& file) {
  return std::ranges::any_of(numbered, [&](std::string_view begin) {
    return file.size() > begin.size() && file.starts_with(begin) &&
           std::all_of(file.begin() + static_cast<std::ptrdiff_t>(begin.size()), file.end(), is_digit);
  });
}

}  // namespace

DeviceNeed need_of_file(const fs::path& file) {
  std::error_code failure;
  const fs::path real = fs::canonical(file, failure);
  return {.device = (failure ? file : real).string(), .name_may_move = is_numbered(file.string())};
}

Result<DeviceNeed> need_of_usb(std::string_view name) {
  const auto parsed = UsbName::parse(name);
  if (!parsed) return parsed.error();
  const auto device = find_usb(*parsed);
  return DeviceNeed{.device = device ? "usb " + device->folder.filename().string() : "usb:" + std::string(name)};
}

Result<DeviceNeed> need_of_usb_file(std::string_view name, std::string_view subsystem) {
  if (const auto parsed = UsbName::parse(name); !parsed) return parsed.error();
  const auto file = usb_device_file(name, subsystem);
  if (file) return DeviceNeed{.device = file->string()};
  return DeviceNeed{.device = "usb:" + std::string(name) + " (" + std::string(subsystem) + ")"};
}

Result<fs::path> named_file(const Address& address, const fs::path& folder) {
  const std::string& target = address.target;
  if (target.starts_with('/')) return fs::path(target);
  if (!folder.empty() && (target.starts_with("by-id/") || target.starts_with("by-path/"))) return folder / target;
  return Error{
      "is no device file", address.text().substr(0, 80),
      "write its whole name, from /dev on" +
          (folder.empty() ? std::string() : ", or by-id/… or by-path/… as ls " + folder.string() + " shows them")};
}

}  // namespace gatepost::hal

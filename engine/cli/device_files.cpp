#include "cli/device_files.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <sstream>

#include "cli/usb_files.hpp"

namespace gatepost::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> names_of_udev{"by-id/", "by-path/"};

bool is_device(const fs::path& file) {
  std::error_code failure;
  return fs::is_character_file(file, failure);
}

// "/dev/ttyUSB0/unit/1" ▶ "/dev/ttyUSB0"
std::optional<fs::path> device_within(fs::path path) {
  for (; path.has_relative_path(); path = path.parent_path())
    if (is_device(path)) return path;
  return {};
}

// udev keeps one such folder for each kind of device: /dev/serial/by-id, /dev/input/by-id …
std::optional<fs::path> named_by_udev(std::string_view name) {
  std::error_code failure;
  for (fs::directory_iterator folder("/dev", failure), end; !failure && folder != end; folder.increment(failure))
    if (std::error_code none; folder->is_directory(none))
      if (auto found = device_within(folder->path() / name)) return found;
  return {};
}

// CHIP/LINES: by its name, or by a label, which only the chip itself knows; but all chips are of one class.
std::vector<fs::path> gpio_chip(std::string_view target) {
  std::vector<fs::path> chips;
  std::error_code failure;
  for (fs::directory_iterator entry("/dev", failure), end; !failure && entry != end; entry.increment(failure))
    if (entry->path().filename().string().starts_with("gpiochip")) chips.push_back(entry->path());
  std::ranges::sort(chips);
  const auto name = fs::path(target.substr(0, target.rfind('/'))).filename();
  if (const auto named = std::ranges::find(chips, "/dev" / name); named != chips.end()) return {*named};
  if (name.string().starts_with("gpiochip")) return {};
  if (chips.size() > 1) chips.resize(1);
  return chips;
}

}  // namespace

Result<std::vector<fs::path>> device_files(std::string_view address) {
  const std::string_view text = address.substr(0, address.find('?'));
  const Error absent{"its device is not there now, so that nobody knows its class", std::string(text),
                     "plug it in and switch it on, then ask again"};
  if (auto usb = usb_files(text)) return usb->empty() ? Result<std::vector<fs::path>>(absent) : std::move(*usb);
  if (text.starts_with("gpio:")) {
    auto chips = gpio_chip(text.substr(5));
    return chips.empty() ? Result<std::vector<fs::path>>(absent) : std::move(chips);
  }
  for (const auto name : names_of_udev) {
    const auto at = text.find(name);
    if (at == std::string_view::npos || (at > 0 && text[at - 1] != ':')) continue;
    auto found = named_by_udev(text.substr(at));
    return found ? Result<std::vector<fs::path>>(std::vector{std::move(*found)}) : absent;
  }
  const auto root = text.starts_with('/') ? 0 : text.find(":/") + 1;
  if (root == 0 && !text.starts_with('/')) return std::vector<fs::path>();
  if (auto found = device_within(fs::path(text.substr(root)))) return std::vector{std::move(*found)};
  if (text.substr(root).starts_with("/dev/")) return absent;
  return std::vector<fs::path>();
}

// /proc/devices: "188 ttyUSB". Of several with one number (4: tty, ttyS) the file's own name tells which.
std::string device_class(const fs::path& file) {
  struct stat device {};
  if (::stat(file.c_str(), &device) != 0) return file.string();
  std::error_code failure;
  const std::string own = fs::canonical(file, failure).filename().string();
  std::ifstream table("/proc/devices");
  std::string found;
  for (std::string line; std::getline(table, line) && !line.starts_with("Block");) {
    std::istringstream row(line);
    unsigned number = 0;
    std::string name;
    if (!(row >> number >> name) || number != major(device.st_rdev) || name.find('/') != std::string::npos) continue;
    if (found.empty() || (own.starts_with(name) && name.size() > found.size())) found = name;
  }
  const bool is_mixed = found.empty() || found == "mem" || found == "misc";  // what has nothing to do with each other
  return is_mixed ? file.string() : "char-" + found;
}

}  // namespace gatepost::cli

#include "linux/hid_sysfs.hpp"

#include <algorithm>
#include <fstream>

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_descriptor = 4096;

bool is_of(const fs::path& file, std::uint16_t page, const fs::path& sys) {
  const auto descriptor = HidDescriptor::parse(report_descriptor(file, sys));
  return descriptor && descriptor->has_page(page);
}

bool is_keyboard(const fs::path& file, const fs::path& sys) {
  const auto descriptor = HidDescriptor::parse(report_descriptor(file, sys));
  return descriptor && std::ranges::count(descriptor->collections, HidUsage{page_desktop, 6}) > 0;
}

}  // namespace

std::vector<std::byte> report_descriptor(const fs::path& file, const fs::path& sys) {
  std::error_code failure;
  const auto real = fs::canonical(file, failure);
  const std::string name = (failure ? file : real).filename().string();
  std::ifstream in(sys / "class/hidraw" / name / "device/report_descriptor", std::ios::binary);
  std::vector<std::byte> bytes(longest_descriptor);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

Result<std::optional<fs::path>> hidraw_of(const UsbDevice& device, std::optional<std::uint16_t> page,
                                          const fs::path& sys) {
  const auto all = device_files(device, "hidraw", sys);
  if (all.empty()) return std::optional<fs::path>();
  std::vector<fs::path> fit;
  if (page)
    std::ranges::copy_if(all, std::back_inserter(fit), [&](const fs::path& file) { return is_of(file, *page, sys); });
  if (fit.size() == 1) return std::optional(fit.front());
  auto only = device_file(device, "hidraw", sys);  // or the Error that says which interfaces there are
  if (!only) return only.error();
  return std::optional(std::move(*only));
}

Result<HidUse> hid_use_of(const UsbName& name, const fs::path& sys) {
  const auto device = find_usb(name, sys);
  if (!device) return device.error();
  const auto files = device_files(*device, "hidraw", sys);
  const auto any = [&](auto is) { return std::ranges::any_of(files, is); };
  if (any([&](const fs::path& file) { return is_of(file, page_bar_code, sys); })) return HidUse::reports;
  if (any([&](const fs::path& file) { return is_keyboard(file, sys); })) return HidUse::keyboard;
  // Without hidraw (no driver holds it, or the kernel lacks it) an input device tells that a driver made a keyboard.
  return files.empty() && !device_files(*device, "input", sys).empty() ? HidUse::keyboard : HidUse::reports;
}

}  // namespace gatepost::hal

// A sysfs laid out as the kernel's is, with its links.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "world/scratch.hpp"

namespace gatepost::world {

/// /sys with the devices that are plugged in.
class Sysfs {
 public:
  Sysfs() { std::filesystem::create_directories(root() / "bus/usb/devices"); }

  std::filesystem::path root() const { return scratch_.path(); }

  /// `port`: 1-1.2. Its folder.
  std::filesystem::path plug(const std::string& port, const std::string& vendor, const std::string& product,
                             const std::map<std::string, std::string>& more = {}) {
    const std::filesystem::path folder = root() / "devices/pci0/usb1" / port;
    std::filesystem::create_directories(folder);
    write(folder / "idVendor", vendor + "\n");
    write(folder / "idProduct", product + "\n");
    for (const auto& [name, text] : more) write(folder / name, text + "\n");
    std::filesystem::create_symlink(folder, root() / "bus/usb/devices" / port);
    return folder;
  }

  /// Of a folder of plug(): "1-1.2:1.0", with the class's number in hex and the name of its driver, where it has one.
  void interface(const std::filesystem::path& device, const std::string& name, const std::string& number,
                 const std::string& driver = {}) {
    const auto folder = device / name;
    std::filesystem::create_directories(folder);
    write(folder / "bInterfaceClass", number + "\n");
    std::filesystem::create_symlink(folder, root() / "bus/usb/devices" / name);
    if (driver.empty()) return;
    const auto place = root() / "bus/usb/drivers" / driver;
    std::filesystem::create_directories(place);
    std::filesystem::create_symlink(place, folder / "driver");
  }

  /// `below`: a folder of plug(), with an interface where there is one. `more`: its attributes.
  void node(const std::filesystem::path& below, const std::string& subsystem, const std::string& name,
            const std::map<std::string, std::string>& more = {}) {
    const std::filesystem::path folder = below / subsystem / name;
    std::filesystem::create_directories(folder);
    write(folder / "uevent", "MAJOR=1\nDEVNAME=" + name + "\n");
    for (const auto& [attribute, text] : more) {
      std::filesystem::create_directories((folder / attribute).parent_path());
      write(folder / attribute, text);
    }
    const auto place = root() / (subsystem == "gpio" ? "bus/gpio/devices" : "class/" + subsystem);
    std::filesystem::create_directories(place);
    std::filesystem::create_symlink(folder, place / std::filesystem::path(name).filename());
  }

 private:
  static void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

  world::Scratch scratch_;
};

}  // namespace gatepost::world

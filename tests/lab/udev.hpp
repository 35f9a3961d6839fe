// udevd, which gives devices their links and rights. Without one made, the lab's machine has none, as small ones have
// none.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "devices/uevents.hpp"
#include "world/process.hpp"
#include "world/scratch.hpp"

namespace gatepost::lab {

class Udev {
 public:
  Udev() : process_({"/lib/systemd/systemd-udevd"}, disk_ / "udevd") {
    EXPECT_TRUE(after_uevents([] { return std::filesystem::exists(control); })) << process_.output();
  }
  ~Udev() {
    process_.send(SIGTERM);
    process_.ends();
    std::filesystem::remove_all("/run/udev");  // or who looks takes it for running still
  }

  /// Waits until there is such a link: "/dev/serial/by-id/usb-…".
  static bool links(const std::string& name) {
    return after_uevents([&] { return std::filesystem::is_symlink(name); });
  }

 private:
  static constexpr const char* control = "/run/udev/control";
  world::Scratch disk_;
  world::Process process_;
};

}  // namespace gatepost::lab

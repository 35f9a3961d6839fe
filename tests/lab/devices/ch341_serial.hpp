// A CH340, the converter on cheap boards (LCUS relays), which the kernel's ch341 makes a /dev/ttyUSB of.
#pragma once

#include "devices/serial_device.hpp"

namespace gatepost::lab {

class Ch341Serial final : public SerialDevice {
 public:
  Ch341Serial();
  ~Ch341Serial() override { unplug(); }
  void write(std::string_view bytes) override;
  std::string tty() const { return node("ttyUSB"); }

 private:
  Bytes configuration() const override;
  std::optional<Bytes> control(const Setup& setup, const Bytes& data) override;
};

}  // namespace gatepost::lab

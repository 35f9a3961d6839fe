// A scanner in "USB COM" mode: CDC-ACM, which the kernel's cdc_acm makes a /dev/ttyACM of.
#pragma once

#include "devices/serial_device.hpp"

namespace gatepost::lab {

class AcmSerial final : public SerialDevice {
 public:
  AcmSerial();
  ~AcmSerial() override { unplug(); }
  void write(std::string_view bytes) override;
  std::string tty() const { return node("ttyACM"); }

 private:
  Bytes configuration() const override;
  std::optional<Bytes> control(const Setup& setup, const Bytes& data) override;

  Bytes coding_;  ///< as the host has set it, on the device's thread
};

}  // namespace gatepost::lab

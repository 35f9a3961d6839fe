// An FT232R, the converter in most RS-232 and RS-485 cables, which the kernel's ftdi_sio makes a /dev/ttyUSB of.
#pragma once

#include <atomic>

#include "devices/serial_device.hpp"

namespace gatepost::lab {

class FtdiSerial final : public SerialDevice {
 public:
  FtdiSerial();
  ~FtdiSerial() override { unplug(); }
  void write(std::string_view bytes) override;
  std::string tty() const { return node("ttyUSB"); }

  /// The next bytes that are sent are marked as having had a framing error on the line.
  void spoil() { spoilt_ = true; }

 private:
  Bytes configuration() const override;
  std::optional<Bytes> control(const Setup& setup, const Bytes& data) override;

  Line line_{9600, 8, 'N'};  ///< on the device's thread
  std::atomic<bool> spoilt_ = false;
};

}  // namespace gatepost::lab

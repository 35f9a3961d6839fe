// What serial devices have in common: bytes that the host has written, and bytes for it.
#pragma once

#include <functional>

#include "devices/usb_device.hpp"

namespace gatepost::lab {

/// How the host has set the line.
struct Line {
  int baud = 0, bits = 0;
  char parity = 'N';  ///< N, O, E, M or S
  auto operator<=>(const Line&) const = default;
};

class SerialDevice : public UsbDevice {
 public:
  /// Sends bytes to the host. What it has not read when the device is unplugged is lost.
  virtual void write(std::string_view bytes) = 0;

  /// All that the host has written since it was made, or since forget().
  std::string heard() const;
  void forget() { heard_.clear(); }

  /// Waits until the host has written `text`, among other things.
  bool hears(std::string_view text, std::chrono::milliseconds patience = std::chrono::seconds(10)) const;

  /// Calls `answer` with what the host writes, piece by piece, on the device's thread. The one before it is not under
  /// way any more when this returns.
  void on_bytes(std::function<void(std::string_view)> answer);

  Seen<Line>& lines() { return lines_; }  ///< each setting of the line by the host

 protected:
  using UsbDevice::UsbDevice;
  void received(unsigned endpoint, const Bytes& data) override;

 private:
  Seen<std::string> heard_;
  Seen<Line> lines_;
  std::mutex answering_;  ///< held while it is
  std::function<void(std::string_view)> answer_;
};

}  // namespace gatepost::lab

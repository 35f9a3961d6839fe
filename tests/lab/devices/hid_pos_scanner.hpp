// A scanner that is none but a scanner: HID point of sale, usage page 8C.
#pragma once

#include <string_view>

#include "devices/hid_device.hpp"

namespace gatepost::lab {

class HidPosScanner final : public HidDevice {
 public:
  HidPosScanner();
  ~HidPosScanner() override { unplug(); }

  /// A code in as many reports as it takes; all but the last say that more is to come.
  void scan(std::string_view code, std::string_view aim = "]Q1", std::uint8_t maker_symbology = 's');

  /// A single report, whatever it says. At most 56 bytes of data.
  void piece(std::string_view data, std::string_view aim, std::uint8_t maker_symbology, bool more);

  /// Answers a menu command as Honeywell's do: no scan.
  void answer_command(std::string_view command, bool good);

  /// Waits until the host has sent these bytes in an output report, behind its number and length.
  bool hears(std::string_view command, std::chrono::milliseconds patience = std::chrono::seconds(10)) const;
};

}  // namespace gatepost::lab

// The name of a device that survives a reboot.
//
//   serial:by-id/usb-1a86_USB_Serial-if00-port0?baud=9600     serial:/dev/ttyUSB0
//   lcus:by-path/…        modbus:tcp://127.0.0.1:502/unit/1     modbus:rtu:/dev/ttyUSB0/unit/1?baud=9600
//   sim:frames/DIR?fps=30
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>

namespace gatepost::hal {

struct Address {
  std::string scheme;                            ///< before the first colon: serial, lcus, modbus, sim
  std::string target;                            ///< up to the question mark
  std::map<std::string, std::string> options{};  ///< key=value pairs after it, joined by &
  std::filesystem::path directory{};  ///< absolute; where a relative path in target begins: the site file's folder

  /// Bounded: 1 KiB of text, 16 options. An Error names the part that is wrong.
  static Result<Address> parse(std::string_view text, const std::filesystem::path& directory);

  /// As parse reads it.
  std::string text() const;
};

}  // namespace gatepost::hal

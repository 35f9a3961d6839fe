// A tape: what a device gave, as it came, in a file of text that people can read and sim:tape/FILE plays.
//
//   gatepost-tape 1
//   device gun
//   plugin usb_hid
//   settings layout: de
//   form shape                              clear, or shape: letters and digits are others than the device gave
//   descriptor 058c0902…                    of a HID device, in hex
//   1200000 key 1 30 1                      microseconds since the device was opened; type, code and value
//   1250000 bytes 41420d
//   1250100 bytes lost
//   1300000 report lost 0203…               reports before it were lost
//   sealed 9f3c…                            the clear form, for whoever has the key
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/hal/keyboard.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::hal {

struct TapeEntry {
  enum class Kind { key, bytes, report } kind{};
  std::chrono::microseconds at{};
  bool lost = false;    ///< something before it or within it was lost; never of a key
  std::string bytes{};  ///< of bytes and reports; hostile
  KeyEvent key{};       ///< without its time
};

struct Tape {
  std::string device{}, plugin{}, settings{};
  bool clear = true;
  std::string descriptor{};
  std::vector<TapeEntry> entries{};
  std::string sealed{};  ///< bytes

  /// Hostile text. The Error names the line.
  static Result<Tape> parse(std::string_view text);
  /// At most 16 MiB.
  static Result<Tape> read(const std::filesystem::path& file);
  /// As parse reads it.
  std::string text() const;
};

/// What a played tape's driver says of a device that has given all, where it is played with pace=none.
inline constexpr std::string_view tape_ended = "the tape has ended";

}  // namespace gatepost::hal

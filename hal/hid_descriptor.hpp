// What a HID device's report descriptor says: what the device is, and how large its reports are (HID 1.11, 6.2.2). The
// device wrote it, so it is hostile until parsed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gatepost/result.hpp>
#include <map>
#include <span>
#include <vector>

namespace gatepost::hal {

struct HidUsage {
  std::uint16_t page = 0, usage = 0;
  bool operator==(const HidUsage&) const = default;
};

/// Bits of one report, without its number.
struct HidReportBits {
  std::uint32_t input = 0, output = 0, feature = 0;
};

struct HidDescriptor {
  std::vector<HidUsage> collections{};              ///< the outermost ones, in order; at least one
  std::map<std::uint8_t, HidReportBits> reports{};  ///< by number; 0 where they have none
  bool numbered = false;

  /// Bounded: 4 KiB of descriptor, 16 levels, 64 KiB a report. An Error says what is wrong, and at which byte.
  static Result<HidDescriptor> parse(std::span<const std::byte> bytes);

  bool has_page(std::uint16_t page) const;
};

}  // namespace gatepost::hal

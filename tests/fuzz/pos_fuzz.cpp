// links: gatepost::sdk; compiles: plugins/input/usb_hid/pos.cpp bytes.cpp
// Reports of point-of-sale scanners ▶ scans. What comes out good was in the reports, byte for byte, and nothing was
// amiss with any of them.
#include "../../plugins/input/usb_hid/pos.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "../../plugins/input/usb_hid/bytes.hpp"

namespace {

void held_or_abort(bool good) {
  if (!good) std::abort();
}

}  // namespace

// Records of three bytes and what they announce: how it comes (1 late, 2 after a loss), a size, the flags; the data.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(usb_hid::feature_report(text.substr(0, 200)));
  std::string_view block;
  if (usb_hid::block_data(std::as_bytes(std::span(text)), block)) held_or_abort(block.size() < size);
  usb_hid::PosScans scans({.min_length = 2});
  gatepost::MonotonicTime now(1h);
  std::vector<gatepost::Reading> readings;
  std::string all;
  for (std::size_t at = 0; at + 3 <= size;) {
    std::array<std::byte, 64> report{std::byte{2}, std::byte{data[at + 1]}, std::byte{']'}, std::byte{'Q'},
                                     std::byte{'1'}};
    const std::size_t room = std::min<std::size_t>({size - at - 3, data[at + 1], 56});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at) + 3, room, reinterpret_cast<char*>(report.data()) + 5);
    report[63] = std::byte{data[at + 2]};
    now += (data[at] & 1U) != 0 ? 1s : 1ms;
    all.append(reinterpret_cast<const char*>(report.data()) + 5, std::min<std::size_t>(data[at + 1], 56));
    scans.report(std::span(report).first((data[at] & 4U) != 0 ? 40 : 64), now, (data[at] & 2U) != 0, readings);
    at += 3 + room;
  }
  scans.silence(readings);
  for (const auto& reading : readings) {
    held_or_abort(reading.payload.size() <= gatepost::max_payload);
    if (reading.damage == gatepost::Damage::none)
      held_or_abort(!reading.payload.empty());
    else
      held_or_abort(reading.payload.size() <= gatepost::max_damaged_payload);
    held_or_abort(all.find(reading.payload) != std::string::npos);
  }
  return 0;
}

// links: gatepost::sdk
#include <cstdlib>

#include <gatepost/framer.hpp>

// The first bytes choose the rules; the rest is the line, where 0xFE is a silence that somebody waited for, 0xFD a
// loss, 0xFC a pause in which nobody listened and 0xFB the line's break.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  gatepost::FrameRules rules;
  rules.framing = static_cast<gatepost::Framing>(data[0] % 3);
  if (data[0] & 4U) rules.terminator = "\r\n";
  if (data[0] & 8U) rules.prefix = "\x02";
  rules.aim = (data[0] & 16U) != 0;
  rules.length = data[1] % 16 + 1U;
  rules.min_length = data[2] % 8 + 1U;
  rules.many_lines = (data[0] & 32U) == 0;
  gatepost::Framer framer(rules, [](std::string_view text) { return text == "NR"; });
  std::vector<gatepost::Reading> readings;
  gatepost::MonotonicTime now{};
  for (std::size_t i = 3; i < size; ++i) {
    now += std::chrono::milliseconds(data[i] >= 0xFC ? 500 : 1);
    if (data[i] == 0xFE) framer.silence(readings);
    if (data[i] == 0xFB) {
      framer.cut("broken", readings);
      framer.joined(now);
    }
    const char byte = static_cast<char>(data[i]);
    framer.feed({&byte, 1}, now, data[i] == 0xFD, readings);
  }
  framer.silence(readings);
  for (const auto& reading : readings) {
    const bool good = reading.damage == gatepost::Damage::none;
    if (reading.payload.size() > gatepost::max_payload) std::abort();
    if (good && reading.payload.size() < rules.min_length) std::abort();
    if (!good && reading.payload.size() > gatepost::max_damaged_payload) std::abort();
    if (good && reading.payload == "NR") std::abort();
  }
  return 0;
}

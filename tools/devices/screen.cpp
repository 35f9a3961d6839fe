#include "devices/screen.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

namespace gatepost::devices {
namespace {

constexpr std::size_t most_shown = 400;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes.substr(0, most_shown))
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(byte));
  return text;
}

bool is_plain(std::string_view payload) {
  for (const char c : payload)
    if (c < 0x20 || c == 0x7f) return false;
  return true;
}

bool beyond_ascii(std::string_view payload) {
  for (const char c : payload)
    if (static_cast<unsigned char>(c) >= 0x80) return true;
  return false;
}

// Even or odd parity of a line of 7 bits, read as 8: some characters have their highest bit set, and what is left of
// all is text.
bool has_parity_bits(std::string_view payload) {
  if (!beyond_ascii(payload) || support::printable(payload, most_shown).find("\u00B7") == std::string::npos)
    return false;
  for (const char c : payload) {
    const auto low = static_cast<unsigned char>(static_cast<unsigned char>(c) & 0x7FU);
    if (low < 0x20 && low != '\r' && low != '\n') return false;
  }
  return true;
}

/// What a person should know who looks at this.
std::string hint(const Reading& reading, bool types) {
  if (!types && has_parity_bits(reading.payload))
    return "the scanner sends 7 bits and parity perhaps: add ?bits=7&parity=even (or odd) to the address, or set it to "
           "8N1";
  if (reading.damage == Damage::lost)
    return types ? "keys were lost: slow the gun's typing down (inter-character delay), or use its serial or POS mode"
                 : "bytes were lost: see the speed, the parity and the flow control";
  if (reading.damage == Damage::no_terminator)
    return "no end came: set the scanner to send Enter (CR) after each code, or write what it does send as terminator";
  if (types && beyond_ascii(reading.payload))
    return "characters that no code of digits and Latin letters has: the gun may type for another keyboard; try "
           "--with 'layout: de' (us, uk, de, fr)";
  return {};
}

}  // namespace

bool Screen::ignores(std::string_view text) {
  if (!settings_.no_scans.contain(text)) return false;
  const std::string shown = support::printable(text, most_shown);
  const std::scoped_lock lock(mutex_);
  settings_.print(settings_.json
                      ? support::printable_json(boost::json::serialize(boost::json::object{{"ignored", shown}})) + "\n"
                      : "ignored: " + shown + "\n");
  return true;
}

void Screen::emit(Reading reading) {
  if (reading.damage == Damage::none && ignores(reading.payload)) return;
  const std::scoped_lock lock(mutex_);
  settings_.print(settings_.json ? json_of(reading) : text_of(reading));
  last_ = reading.seen;
  if (++count_ == settings_.enough) done_.request_stop();
}

void Screen::opened(std::string_view identity) {
  if (settings_.live)
    std::cerr << "reading " << support::printable(identity, most_shown) << "; scan something, Ctrl-C stops\n";
}

std::string Screen::text_of(const Reading& reading) const {
  std::string all = fmt::format("{:<4} {:>4} bytes  {}\n", reading.symbology.empty() ? "-" : reading.symbology,
                                reading.payload.size(), support::printable(reading.payload, most_shown));
  const auto more = [&](const std::string& line) { all += std::string(17, ' ') + line + "\n"; };
  if (!is_plain(reading.payload) || beyond_ascii(reading.payload)) more(hex(reading.payload));
  if (reading.damage != Damage::none)
    more(
        fmt::format("damaged: {}, {}", to_word(reading.damage), support::printable(reading.damage_detail, most_shown)));
  if (last_ != MonotonicTime{})
    more(fmt::format("{:.3f} s after the one before", std::chrono::duration<double>(reading.seen - last_).count()));
  if (const auto text = hint(reading, settings_.types); !text.empty()) more(text);
  return all;
}

std::string Screen::json_of(const Reading& reading) const {
  boost::json::object line{
      {"symbology", reading.symbology},    {"bytes", hex(reading.payload)},
      {"size", reading.payload.size()},    {"text", support::printable(reading.payload, most_shown)},
      {"damage", to_word(reading.damage)}, {"seen_ns", reading.seen.time_since_epoch().count()}};
  if (const auto text = hint(reading, settings_.types); !text.empty()) line["hint"] = text;
  return support::printable_json(boost::json::serialize(line)) + "\n";
}

}  // namespace gatepost::devices

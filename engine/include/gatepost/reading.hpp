// What a device saw.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gatepost/time.hpp>

namespace gatepost {

/// Longer payloads are never kept: an Input that sees more emits a Reading with Damage::overlong and what fits.
inline constexpr std::size_t max_payload = 8192;

/// Of a damaged scan no more is kept: enough to see what the line sent.
inline constexpr std::size_t max_damaged_payload = 64;

/// Why a Reading may not be looked up. A damaged Reading never becomes a Credential: it may be the prefix of a valid
/// code.
enum class Damage : std::uint8_t {
  none,
  no_terminator,  ///< silence before the frame's end mark
  gap,            ///< too long a pause inside the frame
  length,         ///< breaks the length rule, or has several lines
  overlong,       ///< more than max_payload or the Input's own bound
  lost,           ///< the device or the kernel reported lost bytes (overrun, parity, framing, SYN_DROPPED)
  part,           ///< one of several symbols that make one message together, and the others were not seen
  programming,    ///< a symbol that sets scanners up, and says nothing of whoever shows it
};

/// The word for it in Records and messages: "no_terminator".
constexpr std::string_view to_word(Damage damage) {
  constexpr std::array words{"none", "no_terminator", "gap", "length", "overlong", "lost", "part", "programming"};
  return words.at(static_cast<std::size_t>(damage));
}

/// A corner in a picture, in pixels from its top left.
struct Corner {
  int x = 0, y = 0;
  bool operator==(const Corner&) const = default;
};

struct Reading {
  /// Bytes as the device gave them, without framing; at most max_payload; hostile. Of a damaged one what came of it,
  /// for people to look at.
  std::string payload;
  std::string symbology{};  ///< AIM identifier such as "]Q1" where the device tells, else empty
  std::string device{};     ///< which of the Input's scanners, where it has several; the engine makes NAME or NAME@THIS
  MonotonicTime seen{};     ///< when the kernel had the last byte or frame; the engine fills it in where it is zero
  WallTime wall{};          ///< the same moment on the wall clock; the engine fills it in
  Damage damage = Damage::none;
  std::string damage_detail{};  ///< for people: "12 bytes, then 80 ms of silence, no CR"; never the payload
  std::optional<std::array<Corner, 4>>
      corners{};  ///< a camera's: top left, top right, bottom right, bottom left of the code
};

}  // namespace gatepost

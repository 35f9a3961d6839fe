// Descriptors, by which a USB device tells what it is. Chapter 9 of the USB 2.0 specification.
#pragma once

#include "devices/bytes.hpp"

namespace gatepost::lab::descriptors {

enum class Kind : std::uint8_t { control = 0, isochronous = 1, bulk = 2, interrupt = 3 };

inline Bytes interface(std::uint8_t number, std::uint8_t alternate, std::uint8_t endpoints, std::uint8_t of_class,
                       std::uint8_t subclass, std::uint8_t protocol) {
  return {9, 4, number, alternate, endpoints, of_class, subclass, protocol, 0};
}

/// `address` has its highest bit set where it is in; `interval` as the descriptor has it.
inline Bytes endpoint(std::uint8_t address, Kind kind, std::uint16_t packet, std::uint8_t interval) {
  return joined({{7, 5, address, static_cast<std::uint8_t>(kind)}, little(packet, 2), {interval}});
}

/// The head of a configuration, and its interfaces. 100 mA from the bus.
inline Bytes configuration(std::uint8_t interfaces, const Bytes& body) {
  return joined({{9, 2}, little(body.size() + 9, 2), {interfaces, 1, 0, 0x80, 50}, body});
}

/// A text, UTF-16 on the bus; ASCII alone is taken.
inline Bytes text(std::string_view ascii) {
  Bytes bytes{static_cast<std::uint8_t>(2 + 2 * ascii.size()), 3};
  for (const char letter : ascii) bytes.insert(bytes.end(), {static_cast<std::uint8_t>(letter), 0});
  return bytes;
}

}  // namespace gatepost::lab::descriptors

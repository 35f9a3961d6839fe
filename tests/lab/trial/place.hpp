// How a site file names a piece of hardware, whatever scheme it chose.
#pragma once

#include <gatepost/hal/address.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::lab {

/// An address in two parts: the thing that is plugged in, and what of it is meant.
///   usb:0c2e:0b61@1-1.2               thing usb:0c2e:0b61@1-1.2
///   modbus:rtu:/dev/ttyUSB0/unit/1    thing /dev/ttyUSB0, of it /unit/1
///   gpio:gpiochip0/17,27              thing gpiochip0, of it /17,27
struct Place {
  std::string thing, of_it{};

  /// Nothing: it is on a network, or simulated.
  static std::optional<Place> of(const hal::Address& address);

  /// The same address with this place in it.
  hal::Address in(const hal::Address& address) const;

  bool is_usb() const { return thing.starts_with("usb:"); }
  bool is_by_id() const { return thing.starts_with("by-id/"); }
  bool is_by_path() const { return thing.starts_with("by-path/"); }
};

/// usb:VENDOR:PRODUCT@PORT:INTERFACE/SERIAL, as it is written; what is not written is empty, or 0.
struct UsbText {
  std::uint16_t vendor = 0, product = 0;
  std::string port{}, interface {
  }, serial{};

  /// Of a thing that is_usb(). Nothing: it is no such name.
  static std::optional<UsbText> of(std::string_view thing);
  std::string text() const;
};

/// What a device must say of itself for udev to give it a name in a folder by-id.
struct ById {
  std::uint16_t vendor = 0, product = 0;  ///< 0: the name does not tell
  std::string maker{}, name{};
  bool is_converter = false;  ///< a converter's port: the name ends in -port0

  /// Of a thing that is_by_id(). Nothing: it is none of USB.
  static std::optional<ById> of(std::string_view thing);
};

/// "0c2e:0b61" ▶ both numbers.
std::optional<std::pair<std::uint16_t, std::uint16_t>> product_of(std::string_view text);
std::string text_of(std::uint16_t vendor, std::uint16_t product);

}  // namespace gatepost::lab

#include "trial/place.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace gatepost::lab {
namespace {

constexpr std::string_view usb_scheme = "usb:", rtu = "rtu:", unit = "/unit/";

std::optional<std::uint16_t> hex(std::string_view digits) {
  std::uint16_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 4 || failure != std::errc() || end != digits.data() + 4) return {};
  return value;
}

/// The text before `mark`, and what follows it without the mark; of none, all of it.
std::pair<std::string_view, std::string_view> split(std::string_view text, char mark) {
  const auto at = text.find(mark);
  if (at == text.npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

// "…-if00-port0", "…-event-kbd", "…-video-index0": what udev appends to what a device says of itself.
std::string_view without_use(std::string_view name) {
  constexpr std::array<std::string_view, 4> uses{"-event-", "-video-index", "-port", "-if"};
  for (const auto use : uses)
    if (const auto at = name.rfind(use); at != name.npos) name = name.substr(0, at);
  return name;
}

}  // namespace

std::optional<Place> Place::of(const hal::Address& address) {
  const std::string& target = address.target;
  if (address.scheme == "sim" || (address.scheme == "modbus" && !target.starts_with(rtu))) return {};
  if (address.scheme == "usb") return Place{std::string(usb_scheme) + target};
  if (address.scheme == "modbus") {
    const auto at = std::min(target.find(unit), target.size());
    return Place{target.substr(rtu.size(), at - rtu.size()), target.substr(at)};
  }
  if (address.scheme != "gpio") return Place{target};
  const auto slash = std::min(target.rfind('/'), target.size());
  return Place{target.substr(0, slash), target.substr(slash)};
}

hal::Address Place::in(const hal::Address& address) const {
  hal::Address moved = address;
  if (address.scheme == "usb")
    moved.target = thing.substr(is_usb() ? usb_scheme.size() : 0);
  else
    moved.target = (address.scheme == "modbus" ? std::string(rtu) : "") + thing + of_it;
  return moved;
}

std::optional<UsbText> UsbText::of(std::string_view thing) {
  if (!thing.starts_with(usb_scheme)) return {};
  const auto [place, serial] = split(thing.substr(usb_scheme.size()), '/');
  const auto [kind, port] = split(place, '@');
  const auto product = product_of(kind);
  if (!product) return {};
  const auto [path, interface] = split(port, ':');
  return UsbText{product->first, product->second, std::string(path), std::string(interface), std::string(serial)};
}

std::string UsbText::text() const {
  std::string all = std::string(usb_scheme) + text_of(vendor, product);
  if (!port.empty()) all += "@" + port;
  if (!interface.empty()) all += ":" + interface;
  if (!serial.empty()) all += "/" + serial;
  return all;
}

// udev joins maker, name and serial number by _, and nobody can tell where one ends: the device says the rest of it as
// its name. Numbers stand there for texts that it lacks.
std::optional<ById> ById::of(std::string_view thing) {
  constexpr std::string_view folder = "by-id/usb-";
  if (!thing.starts_with(folder)) return {};
  const auto [maker, name] = split(without_use(thing.substr(folder.size())), '_');
  ById said;
  said.is_converter = thing.find("-port") != thing.npos;
  if (const auto vendor = hex(maker))
    said.vendor = *vendor;
  else
    said.maker = maker;
  said.product = hex(split(name, '_').first).value_or(0);
  said.name = name;
  return said;
}

std::optional<std::pair<std::uint16_t, std::uint16_t>> product_of(std::string_view text) {
  const auto [left, right] = split(text, ':');
  const auto vendor = hex(left), product = hex(right);
  if (!vendor || !product) return {};
  return std::pair(*vendor, *product);
}

std::string text_of(std::uint16_t vendor, std::uint16_t product) {
  return fmt::format("{:04x}:{:04x}", vendor, product);
}

}  // namespace gatepost::lab

// Reports: Silicon Labs AN495, and drivers/hid/hid-cp2112.c of Linux 6.1.
#include "devices/cp2112.hpp"

namespace gatepost::lab {
namespace {

constexpr std::uint8_t gpio_config = 2, gpio_get = 3, gpio_set = 4, version = 5, smbus_config = 6,
                       transfer_status = 0x16;

Bytes feature(std::uint8_t number, std::uint8_t size) { return {0x85, number, 0x95, size, 0x09, 0x01, 0xB1, 0x02}; }

Bytes report_descriptor() {
  return joined({{0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08},
                 feature(gpio_config, 4),
                 feature(gpio_get, 1),
                 feature(gpio_set, 2),
                 feature(version, 2),
                 feature(smbus_config, 13),
                 {0x85, transfer_status, 0x95, 6, 0x09, 0x01, 0x81, 0x02},
                 {0xC0}});
}

}  // namespace

Cp2112::Cp2112()
    : HidDevice({0x10C4, 0xEA90, "Silicon Laboratories", "CP2112 HID USB-to-SMBus Bridge", "LAB-GPIO-1"}, Speed::full,
                {report_descriptor()}) {}

void Cp2112::input(int pin, bool high) {
  if (high)
    world_ |= 1U << pin;
  else
    world_ &= ~(1U << pin);
}

bool Cp2112::becomes(int pin, bool high, std::chrono::milliseconds patience) const {
  return moves_.waits([&](const auto&) { return is_output(pin) && this->high(pin) == high; }, patience);
}

bool Cp2112::set_report(const HostReport& report) {
  const auto& data = report.data;
  if (report.number == gpio_config && data.size() >= 3)
    drive(data[1], latch_);
  else if (report.number == gpio_set && data.size() >= 3)
    drive(outputs_, (latch_ & ~unsigned{data[2]}) | (unsigned{data[1]} & data[2]));
  return true;
}

std::optional<Bytes> Cp2112::get_report(ReportKind, std::uint8_t number) {
  switch (number) {
    case gpio_config:
      return Bytes{gpio_config, static_cast<std::uint8_t>(outputs_), 0xFF, 0, 0};
    case gpio_get:
      return Bytes{gpio_get, static_cast<std::uint8_t>(levels())};
    case version:
      return Bytes{version, 0x0C, 0x02};
    case smbus_config:  // 100 kHz, and everything else as it leaves the factory
      return Bytes{smbus_config, 0, 1, 0x86, 0xA0, 2, 0, 0, 0, 0, 0, 0, 0, 0};
    default:
      return {};
  }
}

void Cp2112::drive(unsigned outputs, unsigned latch) {
  const unsigned before = outputs_, was = levels();
  outputs_ = outputs;
  latch_ = latch;
  const unsigned changed = (was ^ levels()) | (before ^ outputs);
  for (int pin = 0; pin < pins; ++pin)
    if ((changed & outputs) >> pin & 1U) moves_.add({pin, high(pin), Clock::now()});
}

}  // namespace gatepost::lab

// Relays and contacts on the lines of a GPIO chip.
//
//   gpio:pinctrl-bcm2711/17,27?active=low       two relays, by the chip's label and the lines' offsets
//   gpio:gpiochip0/DOOR?debounce=5ms            a contact, by the chip's name and the line's
//   gpio:usb:10c4:ea90@1-1.2/0                  a chip on USB, by its port
#pragma once

#include <gatepost/device_need.hpp>
#include <gatepost/hal/contact.hpp>
#include <gatepost/hal/relay.hpp>
#include <memory>
#include <vector>

#include "linux/gpio_line.hpp"
#include "linux/wait.hpp"

namespace gatepost::hal {

/// gpio:CHIP/LINE[,LINE…]?active=high|low: channels in the order of the lines.
Result<std::unique_ptr<Relay>> open_gpio_relay(const Address& address);
/// Without opening anything.
Result<RelayShape> gpio_shape(const Address& address);

/// gpio:CHIP/LINE?active=high|low&debounce=5ms&bias=as_is|off|up|down
Result<std::unique_ptr<Contact>> open_gpio_contact(const Address& address);
// Without opening anything: a line each. One chip has several names, and its lines two: those are not told apart.
Result<std::vector<DeviceNeed>> gpio_needs(const Address& address);
Result<std::vector<DeviceNeed>> gpio_contact_needs(const Address& address);

/// The parts, for tests that play the lines.
std::unique_ptr<Contact> gpio_contact(std::unique_ptr<GpioLine> line, Duration debounce, StopEvent stop_event);

}  // namespace gatepost::hal

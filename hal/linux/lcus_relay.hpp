// LCUS-1, -2, -4, -8: relay boards behind a CH340 (USB 1a86:7523), 9600 8N1.
//
// Frame: A0, channel, 01 on or 00 off, sum of the three. Source: tilga.com/prod/5732195 and README of
// github.com/jarwyg/USB_RELAY. The boards have no serial number, so name them by path; whether and how they answer
// differs by firmware, so nothing is read back. They stay energised when the program dies.
#pragma once

#include <gatepost/hal/relay.hpp>

namespace gatepost::hal {

/// lcus:/dev/ttyUSB1?channels=2, lcus:by-path/…
Result<std::unique_ptr<Relay>> open_lcus(const Address& address);

/// Without touching the port.
Result<RelayShape> lcus_shape(const Address& address);

}  // namespace gatepost::hal

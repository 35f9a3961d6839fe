// LCUS-1, -2, -4, -8: relay boards behind a CH340 (USB 1a86:7523), 9600 8N1.
//
// Frame: A0, channel, 01 on or 00 off, sum of the three. Source: tilga.com/prod/5732195 and README of
// github.com/jarwyg/USB_RELAY. The boards have no serial number, so name them by path; whether and how they answer
// differs by firmware, so nothing is read back. They stay energised when the program dies.
#pragma once

#include <gatepost/hal/byte_stream.hpp>
#include <gatepost/hal/relay.hpp>
#include <memory>

namespace gatepost::hal {

RelayShape lcus_shape_of(int channels);

/// Over a line that is connected or is connected at the first command.
std::unique_ptr<Relay> lcus_driver(std::unique_ptr<ByteStream> line, int channels);

}  // namespace gatepost::hal

// A relay board that speaks Modbus: coils are relays (FC05, FC01), discrete inputs are contacts (FC02).
//
// Waveshare's boards (firmware "V2", since 2021-09) time a pulse themselves: FC05 to address 0200 + channel with the
// time in units of 100 ms, so 01 05 02 00 00 05 0C 71 energises relay 1 for 500 ms. Source:
// waveshare.com/wiki/Modbus_RTU_Relay.
#pragma once

#include <chrono>
#include <gatepost/hal/byte_stream.hpp>
#include <gatepost/hal/relay.hpp>

#include "modbus/master.hpp"

namespace gatepost::hal::modbus {

struct BoardSetup {
  std::string where{};
  Framing framing = Framing::tcp;
  int unit = 1;
  int channels = 8;
  Duration timeout = std::chrono::milliseconds(300);
  Duration poll = std::chrono::milliseconds(20);
  Duration pause{};  ///< between two frames, on a line
  bool waveshare = false;
};

RelayShape shape_of(const BoardSetup& setup, Duration longest_in_flight);

/// Connects at the first command, and again after a failure.
std::unique_ptr<Relay> make_board(BoardSetup setup, std::unique_ptr<ByteStream> stream);

}  // namespace gatepost::hal::modbus

// Boards on a serial line: a Modbus RTU slave, and an LCUS board, which answers nothing.
#pragma once

#include <memory>

#include "modbus_unit.hpp"
#include "serial_wire.hpp"

namespace gatepost::simulation {

/// A frame ends with silence of three and a half characters.
class RtuSlave {
 public:
  RtuSlave(Timeline& time, RelayBoard& board)
      : time_(time), board_(board), unit_(time, board), wire_(time, [this](char byte) { hears(byte); }) {}

  SerialWire& wire() { return wire_; }

 private:
  void hears(char byte);
  void frame_ends();

  Timeline& time_;
  RelayBoard& board_;
  ModbusUnit unit_;
  SerialWire wire_;
  std::string frame_;
  std::uint64_t heard_ = 0;
};

/// Loses a frame that follows another sooner than 10 ms, as the real ones do.
class LcusBoard {
 public:
  LcusBoard(Timeline& time, RelayBoard& board)
      : time_(time), board_(board), wire_(time, [this](char byte) { hears(byte); }) {}

  SerialWire& wire() { return wire_; }

 private:
  void hears(char byte);

  Timeline& time_;
  RelayBoard& board_;
  SerialWire wire_;
  std::string frame_;
  BootTime ready_{}, last_byte_{};
};

}  // namespace gatepost::simulation

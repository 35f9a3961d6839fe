// Modbus boards by their addresses; modbus/board.hpp says how they speak.
#pragma once

#include <gatepost/device_need.hpp>
#include <gatepost/hal/relay.hpp>

namespace gatepost::hal {

/// modbus:tcp://HOST:PORT/unit/N or modbus:rtu:/dev/ttyUSB0/unit/N, with
/// ?channels=8&timeout=300ms&poll=20ms&pulse=waveshare, and for rtu baud=9600&parity=none. Connects at the first
/// command, and again after a failure.
Result<std::unique_ptr<Relay>> open_modbus(const Address& address);

/// Without connecting.
Result<RelayShape> modbus_shape(const Address& address);

/// An input with a connection of its own: the board's address, and /input/M. On a serial bus nobody else may have the
/// line: the lock refuses whoever comes second.
Result<std::unique_ptr<Contact>> open_modbus_contact(const Address& address);

// Without connecting.
Result<DeviceNeed> modbus_need(const Address& address);
Result<DeviceNeed> modbus_contact_need(const Address& address);

}  // namespace gatepost::hal

// Devices whose part a tape plays.
#pragma once

#include <gatepost/hal/keyboard.hpp>
#include <gatepost/hal/raw_hid.hpp>
#include <gatepost/hal/serial_port.hpp>

namespace gatepost::hal {

/// Whether the address is one of a tape: sim:tape/FILE.
bool is_tape(const Address& address);

Result<std::unique_ptr<SerialPort>> open_tape_serial(const Address& address);
/// The keys go the way that a keyboard's go, lost events too.
Result<std::unique_ptr<Keyboard>> open_tape_keyboard(const Address& address, const std::shared_ptr<const KeyMap>& map);
Result<std::unique_ptr<RawHid>> open_tape_hid(const Address& address);
Result<HidUse> tape_use(const Address& address);

}  // namespace gatepost::hal

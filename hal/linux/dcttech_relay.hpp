// dcttech USBRelay1 to USBRelay8 (USB 16c0:05df, V-USB): relay boards that are HID devices without a driver of their
// own.
//
// Feature report of 8 bytes: FF, channel: on; FD, channel: off. Read: 5 characters of serial number, 00, ?, a bit for
// each relay, the lowest is the first. Sources: github.com/darrylb123/usbrelay libusbrelay.c, github.com/pavel-a/
// usb-relay-hid doc/hidrelay.md. Many boards have the same serial number or an unreadable one, so it is not used: name
// them by port. They stay energised when the program dies.
#pragma once

#include <gatepost/hal/raw_hid.hpp>
#include <gatepost/hal/relay.hpp>

namespace gatepost::hal {

/// dcttech:usb:16c0:05df@1-1.3, dcttech:/dev/hidraw0, with ?channels=2 where the board's name does not tell.
Result<std::unique_ptr<Relay>> open_dcttech(const Address& address);

/// The same on a device that is open already.
Result<std::unique_ptr<Relay>> dcttech_on(std::unique_ptr<RawHid> device, int channels);

/// The HID device that it is.
Result<Address> dcttech_device(const Address& address);

/// Without touching the board: as many channels as any has where the address does not say.
Result<RelayShape> dcttech_shape(const Address& address);

}  // namespace gatepost::hal

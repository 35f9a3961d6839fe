#include <gatepost/hal/serial_port.hpp>

#include "linux/serial_port.hpp"
#include "sim/serial_gun.hpp"
#include "sim/tape_devices.hpp"

namespace gatepost::hal {

Error no_serial_scanner(const Address& address) {
  return {"is no address of a serial scanner", address.text().substr(0, 80),
          "write usb:VVVV:PPPP@PORT, serial:/dev/ttyUSB0, serial:by-id/…, serial:by-path/…, sim:lines/FILE, "
          "sim:gun/FILE, sim:tape/FILE or sim:terminal"};
}

Result<std::unique_ptr<SerialPort>> open_serial(const Address& address, const LineSettings& settings) {
  if (address.scheme == "serial" || address.scheme == "usb") return open_linux_serial(address, settings);
  const std::string kind = address.target.substr(0, address.target.find('/'));
  if (address.scheme == "sim" && (kind == "lines" || kind == "gun" || kind == "terminal"))
    return open_sim_serial(address);
  if (is_tape(address)) return open_tape_serial(address);
  return no_serial_scanner(address);
}

}  // namespace gatepost::hal

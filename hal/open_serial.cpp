#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/serial_port.hpp>

#include "linux/device_need.hpp"
#include "linux/serial_port.hpp"
#include "sim/serial_gun.hpp"
#include "sim/tape_devices.hpp"

namespace gatepost::hal {
namespace {

Error no_serial_scanner(const Address& address) {
  return {"is no address of a serial scanner", address.text().substr(0, 80),
          "write usb:VVVV:PPPP@PORT, serial:/dev/ttyUSB0, serial:by-id/…, serial:by-path/…, sim:lines/FILE, "
          "sim:gun/FILE, sim:tape/FILE or sim:terminal"};
}

bool plays_codes(const Address& address) {
  const std::string_view kind = std::string_view(address.target).substr(0, address.target.find('/'));
  return address.scheme == "sim" && (kind == "lines" || kind == "gun" || kind == "terminal");
}

}  // namespace

Result<DeviceNeeds> serial_needs(const Address& address) {
  if (address.scheme == "serial" || address.scheme == "usb") return only(serial_line_need(address, {}));
  if (plays_codes(address) || is_tape(address)) return DeviceNeeds{};
  return no_serial_scanner(address);
}

Result<std::unique_ptr<SerialPort>> open_serial(const Address& address, const LineSettings& settings) {
  if (address.scheme == "serial" || address.scheme == "usb") return open_linux_serial(address, settings);
  if (plays_codes(address)) return open_sim_serial(address);
  if (is_tape(address)) return open_tape_serial(address);
  return no_serial_scanner(address);
}

}  // namespace gatepost::hal

// A serial line: RS-232, a USB-serial converter, CDC-ACM, a pseudo-terminal.
#pragma once

#include <cstddef>
#include <gatepost/hal/address.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace gatepost::hal {

enum class Parity { none, odd, even, mark, space };
enum class Flow { none, rts_cts, xon_xoff };

/// How the line speaks. An address's own options (baud, bits, parity, stop, flow) win over these.
struct LineSettings {
  int baud = 9600;
  int bits = 8;
  Parity parity = Parity::none;
  int stop_bits = 1;
  Flow flow = Flow::none;
};

/// What one read gave.
struct Chunk {
  std::size_t size = 0;  ///< bytes read; 0: the time was over, or stop was asked for
  MonotonicTime at{};    ///< when the bytes were seen to be there
  bool lost = false;     ///< the driver counted overruns, parity or framing errors since the last read
};

/// Used by one thread at a time, but for write(), which may run beside read().
class SerialPort {
 public:
  virtual ~SerialPort() = default;

  /// Waits until there is something, `timeout` is over, or stop is asked for (noticed at once). An Error when the
  /// device is gone.
  virtual Result<Chunk> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) = 0;

  /// All of it, or an Error when the line does not take it within `timeout`.
  virtual Result<void> write(std::span<const std::byte> bytes, Duration timeout) = 0;

  /// Throws away what was written and is not sent yet, and what came and was not read.
  virtual void discard() {}

  /// For people: the port and, where it is USB, what is plugged in.
  virtual std::string identity() const = 0;
};

/// usb:VVVV:PPPP@PORT, serial:/dev/ttyUSB0, serial:by-id/NAME, serial:by-path/NAME (beneath /dev/serial),
/// sim:lines/FILE, sim:gun/FILE, sim:tape/FILE, sim:terminal; hal/README.md has their options. The port is opened for
/// this process alone.
Result<std::unique_ptr<SerialPort>> open_serial(const Address& address, const LineSettings& settings);

}  // namespace gatepost::hal

// A device that types: a scanner in keyboard mode.
#pragma once

#include <gatepost/hal/address.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <stop_token>
#include <string>

namespace gatepost::hal {

/// What the device thinks that the machine's keyboard is: it presses the keys that give its characters there.
enum class KeyLayout { us, uk, de, fr };

/// What was typed since the last read.
struct Typed {
  std::string
      text{};  ///< UTF-8; Enter is \r, Tab \t, Ctrl+] the byte 1D. Empty: the time was over, or stop was asked for
  MonotonicTime at{};  ///< when the kernel had the last key
  bool lost = false;   ///< keys were lost before or within it: the kernel's ring ran over
};

/// Used by one thread at a time.
class Keyboard {
 public:
  virtual ~Keyboard() = default;

  /// Waits until something was typed, `timeout` is over, or stop is asked for (noticed at once). An Error when the
  /// device is gone.
  virtual Result<Typed> read(Duration timeout, const std::stop_token& stop) = 0;

  /// For people.
  virtual std::string identity() const = 0;
};

/// usb:VVVV:PPPP@PORT, input:/dev/input/event3, input:by-id/NAME, input:by-path/NAME (beneath /dev/input),
/// sim:keys/FILE; hal/README.md has their options. It is grabbed: as long as the Keyboard lives nothing that it types
/// comes to a console or a window, and when this process ends, however it does, the kernel ends the grab.
Result<std::unique_ptr<Keyboard>> open_keyboard(const Address& address, KeyLayout layout);

}  // namespace gatepost::hal

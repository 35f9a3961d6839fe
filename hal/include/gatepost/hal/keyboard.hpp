// A device that types: a scanner in keyboard mode.
#pragma once

#include <cstdint>
#include <gatepost/hal/address.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace gatepost::hal {

/// What the device thinks that the machine's keyboard is: it presses the keys that give its characters there.
enum class KeyLayout { us, uk, de, fr };

/// A layout's characters. Loading them takes long on a small machine, so whoever opens a Keyboard again and again keeps
/// them. Used by one thread at a time, the Keyboards that have it too.
class KeyMap;
/// An Error where the machine lacks the layouts' data.
Result<std::shared_ptr<const KeyMap>> load_key_map(KeyLayout layout);

/// What was typed since the last read.
struct Typed {
  std::string
      text{};  ///< UTF-8; Enter is \r, Tab \t, Ctrl+] the byte 1D. Empty: the time was over, or stop was asked for
  MonotonicTime at{};  ///< when the kernel had the last key
  bool lost = false;   ///< keys were lost before or within it: the kernel's ring ran over
};

/// One event of the kernel's input device (linux/input.h).
struct KeyEvent {
  std::uint16_t type = 0, code = 0;
  std::int32_t value = 0;
  MonotonicTime at{};
};

/// Used by one thread at a time.
class Keyboard {
 public:
  virtual ~Keyboard() = default;

  /// Waits until something was typed, `timeout` is over, or stop is asked for (noticed at once). An Error when the
  /// device is gone.
  virtual Result<Typed> read(Duration timeout, const std::stop_token& stop) = 0;

  /// What its device gave since the last call, in order; of more than 4096 events the newest. None from one that has no
  /// such events.
  virtual std::vector<KeyEvent> events() { return {}; }

  /// For people.
  virtual std::string identity() const = 0;
};

/// usb:VVVV:PPPP@PORT, input:/dev/input/event3, input:by-id/NAME, input:by-path/NAME (beneath /dev/input),
/// sim:keys/FILE, sim:tape/FILE; hal/README.md has their options. It is grabbed: as long as the Keyboard lives nothing
/// that it types comes to a console or a window, and when this process ends, however it does, the kernel ends the grab.
/// `map` is of the layout that the scanner types.
Result<std::unique_ptr<Keyboard>> open_keyboard(const Address& address, const std::shared_ptr<const KeyMap>& map);

}  // namespace gatepost::hal

// One line of a GPIO chip, by libgpiod: gpiod1.cpp for 1.6 (Debian 12), gpiod2.cpp for 2, whichever is found.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <string>

namespace gatepost::hal {

enum class Bias { as_is, off, up, down };

/// Which line, and what its level means.
struct GpioName {
  std::filesystem::path chip{};  ///< /dev/gpiochip0
  std::string line{};            ///< its offset, or the name that the board's maker gave it
  bool active_low = false;       ///< on, and closed, are the low level
  Bias bias = Bias::as_is;       ///< of an input
  bool edges = true;             ///< of an input: the kernel tells of them; else whoever has the line looks at it

  /// "line 3 of /dev/gpiochip0".
  std::string text() const;
  /// The offset, where the line is a number.
  std::optional<unsigned> offset() const;
};

struct GpioEdge {
  bool active = false;  ///< what it became
  MonotonicTime at{};   ///< when the kernel saw it
};

/// All of it counts `active_low` in. Held until it goes; nobody else can have the line meanwhile.
class GpioLine {
 public:
  virtual ~GpioLine() = default;

  virtual Result<bool> get() = 0;
  virtual Result<void> set(bool on) = 0;  ///< of an output

  /// Becomes readable with an edge; of an input. -1: it tells of none.
  virtual int descriptor() const = 0;
  /// An edge that has come; asked for only where the descriptor is readable.
  virtual Result<GpioEdge> edge() = 0;

  /// Of this line.
  virtual Error gone() const = 0;
};

/// The chip's label, "pinctrl-bcm2835"; nothing where it cannot be asked.
std::optional<std::string> gpio_label(const std::filesystem::path& chip);

/// As an output that goes on as it is: on only if it is an output and on already, so that neither a start nor a restart
/// moves a gate.
Result<std::unique_ptr<GpioLine>> open_gpio_output(const GpioName& name);

/// As an input whose edges are told, both of them, where the name says so.
Result<std::unique_ptr<GpioLine>> open_gpio_input(const GpioName& name);

/// What a refusal means, for both versions. `consumer`: who has the line.
Error gpio_failure(const GpioName& name, int number, const std::string& consumer = "");

}  // namespace gatepost::hal

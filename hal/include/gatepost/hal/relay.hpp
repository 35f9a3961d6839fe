// A board with relays, and often with inputs.
#pragma once

#include <gatepost/hal/address.hpp>
#include <gatepost/hal/contact.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <string>

namespace gatepost::hal {

/// Channels and inputs count from 1. Safe to call from several threads.
class Relay {
 public:
  virtual ~Relay() = default;

  virtual int channels() const = 0;

  /// How many inputs it may have; what stands at the other end of a bus may have fewer.
  virtual int inputs() const { return 0; }

  /// Energises the channel or lets it go. Returns when the board has the command, and its answer where it gives one.
  virtual Result<void> set(int channel, bool on) = 0;

  /// Whether the board itself can end a pulse: then it ends even when this program is gone.
  virtual bool self_release() const { return false; }

  /// Energises the channel for `length` by the board's own clock. Only where self_release().
  virtual Result<void> pulse(int channel, Duration length);

  /// What the board says that the channel is; nothing where it cannot say.
  virtual Result<std::optional<bool>> read_back(int channel) {
    static_cast<void>(channel);
    return std::optional<bool>();
  }

  /// One of the board's own inputs; it shares the board's connection and must not outlive the board.
  virtual Result<std::unique_ptr<Contact>> input(int number);

  /// For people.
  virtual std::string identity() const = 0;
};

/// lcus:/dev/ttyUSB1?channels=2, dcttech:usb:16c0:05df@PORT, modbus:tcp://HOST:PORT/unit/N,
/// modbus:rtu:/dev/ttyUSB0/unit/N, gpio:CHIP/LINE,LINE, sim:turnstile; hal/README.md has their options.
Result<std::unique_ptr<Relay>> open_relay(const Address& address);

/// What the address says of the board.
struct RelayShape {
  int channels = 0;
  int inputs = 0;
  std::optional<Duration> pulse_step{};  ///< the board times a pulse itself, in multiples of this; nothing: it cannot
  bool simulated = false;                ///< it is played by this process and ends with it
  Duration command{};                    ///< how long one command takes at most, with a board that answers
  Duration poll = std::chrono::milliseconds(20);  ///< between two looks at an input
};

/// The same without opening or asking anything: an Error says what is wrong with the address.
Result<RelayShape> relay_shape(const Address& address);

}  // namespace gatepost::hal

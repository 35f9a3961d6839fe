// A board with relays, and often with inputs. A plugin of kind board implements Relay too, so that a change to what is
// here is a new relay_version.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/hal/address.hpp>
#include <gatepost/hal/contact.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::hal {

/// Of Relay::hold(): nobody need say it again.
inline constexpr Duration without_end = Duration::max();

/// Channels and inputs count from 1. Safe to call from several threads.
class Relay {
 public:
  virtual ~Relay() = default;

  virtual int channels() const = 0;

  /// How many inputs it may have; what stands at the other end of a bus may have fewer.
  virtual int inputs() const { return 0; }

  /// Energises the channel or lets it go. Returns when the board has the command, and its answer where it gives one.
  /// A command with a deadline is sent once, and not at all after `not_after`, however long it waited on its way; one
  /// without names the state that the channel must have, and may be sent again where its answer was lost.
  virtual Result<void> set(int channel, bool on, BootTime not_after = BootTime::max()) = 0;

  /// Whether the board itself can end a pulse: then it ends even when this program is gone.
  virtual bool self_release() const { return false; }

  /// Energises the channel for `length` by the board's own clock. Only where self_release(). Never sent twice.
  virtual Result<void> pulse(int channel, Duration length, BootTime not_after = BootTime::max());

  /// As set(), and the channel stays so until it is told otherwise. Whoever puts to rest by itself what is out of it (a
  /// guard) does so where this is not said again within `renewed_within`, or when the engine is gone; `without_end`:
  /// neither.
  virtual Result<void> hold(int channel, bool on, Duration renewed_within) {
    static_cast<void>(renewed_within);
    return set(channel, on);
  }

  /// How long from now something of a command that failed may still reach the board.
  virtual Duration unsettled() const { return {}; }

  /// Whether it connects anew by itself after an Error; else it must be opened anew.
  virtual bool reconnects() const { return false; }

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

/// What the address says of the board.
struct RelayShape {
  int channels = 0;
  int inputs = 0;
  std::optional<Duration> pulse_step{};  ///< the board times a pulse itself, in multiples of this; nothing: it cannot
  bool own_power = true;                 ///< no: it has its power from this computer, and loses it at once
  bool simulated = false;                ///< it is played by this process and ends with it
  Duration command{};                    ///< how long one command takes at most, with a board that answers
  Duration failing{};                    ///< how long one command takes before it is told that it failed
  Duration settle{};                     ///< how long something of a command that failed may still reach it at most
  Duration poll = std::chrono::milliseconds(20);  ///< between two looks at an input
};

/// Grows with every change to Relay, Contact, Address and RelayShape, which a plugin that opens boards and one that
/// brings a driver share; drivers of another version are refused.
inline constexpr std::uint32_t relay_version = 1;

/// What drives the boards of one scheme: hal's own drivers, and those that plugins bring (board.hpp).
struct BoardDriver {
  std::uint32_t version;                        ///< relay_version, as its author's compiler saw it
  Result<RelayShape> (*shape)(const Address&);  ///< touches no device
  Result<std::unique_ptr<Relay>> (*open)(const Address&);
};

/// The driver of a plugin, and the shared object that it is in, for a process that must load it too.
struct PluginBoard {
  const BoardDriver* driver = nullptr;  ///< stays as long as the process
  int file = -1;                        ///< an open file that nobody changes, and that stays open; -1: there is none
};

/// Finds the driver of a scheme that hal has none for; empty: nobody brings any.
using FindBoard = std::function<Result<PluginBoard>(const std::string& scheme)>;

/// lcus:/dev/ttyUSB1?channels=2, dcttech:usb:16c0:05df@PORT, modbus:tcp://HOST:PORT/unit/N,
/// modbus:rtu:/dev/ttyUSB0/unit/N, gpio:CHIP/LINE,LINE, sim:turnstile, and what `find` finds; hal/README.md has their
/// options.
Result<std::unique_ptr<Relay>> open_relay(const Address& address, const FindBoard& find = {});

/// The same without opening or asking anything: an Error says what is wrong with the address.
Result<RelayShape> relay_shape(const Address& address, const FindBoard& find = {});

/// Whether hal has a driver of relay boards for it: a plugin's of that name is never asked.
bool is_own_scheme(std::string_view scheme);

/// The driver of the address's scheme, of a plugin or hal's own; one of hal's own has no file.
Result<PluginBoard> find_driver(const Address& address, const FindBoard& find);

}  // namespace gatepost::hal

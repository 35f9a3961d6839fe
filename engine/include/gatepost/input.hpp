// A device that reads codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stop_token>
#include <string_view>

#include <gatepost/reading.hpp>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>

namespace gatepost {

/// What a contact says.
enum class Signal : std::uint8_t {
  press,      ///< let one through: a button of the lane that the device belongs to
  alarm,      ///< open every lane that is marked for it: a fire
  all_clear,  ///< the alarm is over
};

/// What a device gave, before anybody made sense of it.
struct RawInput {
  enum class Kind : std::uint8_t {
    bytes,       ///< of a line
    report,      ///< of a HID device, as it is read: with its number where it has one
    descriptor,  ///< of such a device's reports, before they come
    key,         ///< an event of an input device: type, code (two bytes each), value (four), the low byte first
  } kind{};
  MonotonicTime at{};        ///< when the kernel had it
  bool lost = false;         ///< something before it or within it was lost
  std::string_view bytes{};  ///< hostile; at most 4096
};

/// What an Input may ask of the engine. Safe to call from any thread until run returns; none of it blocks.
class InputHost {
 public:
  /// Hands over a Reading. When the lane cannot keep up the engine drops it and records that it did.
  virtual void emit(Reading reading) = 0;

  /// A contact that is no scanner: a button, a fire panel. An alarm lasts till all_clear, also when the device goes.
  /// `seen`: when the kernel saw it; zero: now. A button that was pressed long ago opens nothing.
  virtual void signal(Signal signal, MonotonicTime seen) {
    static_cast<void>(signal);
    static_cast<void>(seen);
  }

  /// For the flight recorder (`gatepost record`): what came, as it came, before the Reading that is made of it. A
  /// camera need not.
  virtual void raw(const RawInput& input) { static_cast<void>(input); }

  /// The device is open and read from. `identity` tells people which one it is: "usb 1a86:7523 at 1-1.2".
  /// The engine records that the device is up; call it once a run.
  virtual void opened(std::string_view identity) = 0;

  /// How many Readings the lane would take now. For a source that can wait, such as a recording; a device need not ask.
  virtual std::size_t room() const { return std::numeric_limits<std::size_t>::max(); }

  /// Whether the site says that this text is no scan (its setting `ignore`), such as ERROR or NoRead; it is counted
  /// then. The engine asks about each good Reading by itself; an Input asks before it finds a piece damaged.
  virtual bool ignores(std::string_view text) {
    static_cast<void>(text);
    return false;
  }

  /// Somebody was not let in, or lost his place to another one. It is counted, and `gatepost status` tells of the last.
  virtual void refused(std::string_view who, std::string_view why) {
    static_cast<void>(who);
    static_cast<void>(why);
  }

 protected:
  ~InputHost() = default;
};

/// What a lane made of a Reading.
struct Feedback {
  Outcome outcome;          ///< deny too where a granted gate did not move
  std::string_view reason;  ///< its code
};

class Input {
 public:
  virtual ~Input() = default;

  /// Opens the device, emits Readings, and returns: success when told to stop (within 1 s) or when a finite source has
  /// ended; an Error when the device is absent or gone. Never reconnects: the engine calls it again, with backoff, or
  /// at once when the device is back. Called from one thread at a time.
  virtual Result<void> run(InputHost& host, std::stop_token stop) = 0;

  /// Whether the device tells people what became of their scan, or waits to be let go on. Then these two are called, by
  /// one thread that is not run's, also while the device is gone. They may take a second at most.
  virtual bool listens() const { return false; }
  /// The answer to one of its Readings, when the gate has its command; or a deny "say_direction": in or out is asked.
  virtual void answered(const Feedback& feedback) { static_cast<void>(feedback); }
  /// The lane can take the next scan: whoever was let in has passed, or has not in his time, or nothing moved.
  virtual void ready() {}

  /// Asked of an object that was only built: whether it ever signals an alarm. A site where one does and no lane opens
  /// on alarms is refused.
  virtual bool tells_of_alarms() const { return false; }
};

}  // namespace gatepost

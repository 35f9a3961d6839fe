// A device's flight recorder.
#pragma once

#include <deque>
#include <gatepost/input.hpp>
#include <mutex>
#include <string>

namespace gatepost::supervisor {

/// What may be kept of a code that names somebody.
enum class Keep : std::uint8_t {
  all,
  shape,  ///< a letter or digit becomes x, a key of one the X key; of a HID report its length alone
};

/// Keeps what a device gave since it was last opened, and in the run before that, as it came: of much the newest. In
/// memory only. Safe from any thread.
class FlightRecorder {
 public:
  static constexpr std::size_t most_entries = 4096, most_bytes = std::size_t{64} << 10;

  struct Entry {
    RawInput::Kind kind{};
    Duration after{};  ///< the beginning of the run
    bool lost = false;
    std::string bytes{};
  };
  struct Run {
    MonotonicTime begun{};
    std::string descriptor{};  ///< of a HID device
    std::deque<Entry> entries{};
    std::size_t bytes = 0;
    bool whole = true;  ///< nothing was dropped to stay within bounds
  };

  explicit FlightRecorder(Keep keep) : keep_(keep) {}

  /// The device is opened. A run that gave nothing is forgotten.
  void begin(MonotonicTime at);
  void keep(const RawInput& input);
  Run now() const;
  Run before() const;

 private:
  const Keep keep_;
  mutable std::mutex mutex_;
  Run now_, before_;
};

}  // namespace gatepost::supervisor

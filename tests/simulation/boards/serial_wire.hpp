// A serial line to one board: each byte takes its time, and there is no connection.
#pragma once

#include <functional>
#include <gatepost/hal/byte_stream.hpp>
#include <memory>
#include <string>

#include "timeline.hpp"

namespace gatepost::simulation {

class SerialWire {
 public:
  /// `hears`: takes each byte at the board.
  SerialWire(Timeline& time, std::function<void(char)> hears) : time_(time), hears_(std::move(hears)) {}

  /// The wire and who waits outlive it.
  std::unique_ptr<hal::ByteStream> stream(Waiting& who);

  /// From the board.
  void says(const std::string& bytes);

  /// The adapter is pulled out, and put in again.
  void unplug();
  void plug() { plugged_ = true; }
  /// Nothing arrives, either way, as long as it is cut.
  void cut(bool cut) { cut_ = cut; }
  /// What the kernel has of a dead process goes its way; not that of a machine without power.
  void client_died(const Waiting& who, bool with_its_machine);
  /// The next time the port is opened takes so much longer, because this machine was held up.
  void opens_late(Duration time) { open_late_ = time; }

  static constexpr Duration byte_time = std::chrono::microseconds(1042);  ///< ten bits at 9600 baud

 private:
  friend class SerialStream;
  void send(const std::string& bytes);
  void discard();

  Timeline& time_;
  const std::function<void(char)> hears_;
  std::string came_;
  BootTime sent_{}, said_{};         ///< when the last byte so far is there
  std::uint64_t not_discarded_ = 0;  ///< of what is being sent only what has this number
  bool plugged_ = true, cut_ = false;
  Waiting* reader_ = nullptr;  ///< the process that has the port open: one at a time
  Duration open_late_{};
};

}  // namespace gatepost::simulation

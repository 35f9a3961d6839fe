// A relay board on Modbus RTU, behind a converter.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "devices/serial_device.hpp"

namespace gatepost::lab {

/// Eight coils and eight inputs, which answers the requests that relay boards know: 01, 02, 05 and 0F, and Waveshare's
/// pulses (05 at 0200 and above), which it ends itself. Its line may outlive it, and answers nothing then.
class ModbusSlave {
 public:
  explicit ModbusSlave(SerialDevice& line, std::uint8_t unit = 1);
  ~ModbusSlave() { line_.on_bytes({}); }  // a guard writes to the board when its engine is gone
  ModbusSlave(const ModbusSlave&) = delete;
  ModbusSlave& operator=(const ModbusSlave&) = delete;

  struct Move {
    int coil;  ///< from 1, as it is printed on the board
    bool on;
    Clock::time_point at;
  };
  Seen<Move>& moves() { return moves_; }
  Seen<Bytes>& requests() { return requests_; }  ///< whole ones for this unit, without their CRC

  bool coil(int number) const { return (coils_ >> (number - 1) & 1U) != 0; }
  void input(int number, bool closed);
  bool becomes(int coil, bool on, std::chrono::milliseconds patience = std::chrono::seconds(10)) const;

  std::atomic<bool> silent = false;     ///< does as it is told, and does not answer
  std::atomic<bool> deaf = false;       ///< answers as if it did as it is told
  std::atomic<int> says = -1;           ///< this mask of its coils in place of the true one; -1: the truth
  std::atomic<bool> wrong_sum = false;  ///< answers with a CRC that is wrong

 private:
  void take(std::string_view bytes);
  void answer(const Bytes& request);
  Bytes act(const Bytes& request);
  void set(unsigned address, bool on);
  void pulse(unsigned address, std::chrono::milliseconds length);

  SerialDevice& line_;
  std::uint8_t unit_;
  std::atomic<unsigned> coils_ = 0, inputs_ = 0;
  Bytes waiting_;  ///< on the device's thread
  Seen<Move> moves_;
  Seen<Bytes> requests_;
  std::vector<std::jthread> pulses_;
};

}  // namespace gatepost::lab

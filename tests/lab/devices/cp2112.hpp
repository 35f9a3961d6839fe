// A Silicon Labs CP2112: eight pins on USB, which the kernel's hid-cp2112 makes a /dev/gpiochip of.
#pragma once

#include <atomic>

#include "devices/hid_device.hpp"

namespace gatepost::lab {

/// Nobody should wait for edges: the driver plays them, and Linux 6.1 does not outlive that when the chip is drawn.
class Cp2112 final : public HidDevice {
 public:
  Cp2112();
  ~Cp2112() override { unplug(); }

  static constexpr int pins = 8;
  struct Move {
    int pin;  ///< from 0, as the kernel counts lines
    bool high;
    Clock::time_point at;
  };
  const Seen<Move>& moves() const { return moves_; }  ///< of pins that are outputs
  Seen<Move>& moves() { return moves_; }

  /// What the world puts on a pin that is an input.
  void input(int pin, bool high);
  bool is_output(int pin) const { return (outputs_ >> pin & 1U) != 0; }
  bool high(int pin) const { return (levels() >> pin & 1U) != 0; }
  bool becomes(int pin, bool high, std::chrono::milliseconds patience = std::chrono::seconds(10)) const;

  std::string chip() const { return node("gpiochip"); }

 private:
  bool set_report(const HostReport& report) override;
  std::optional<Bytes> get_report(ReportKind kind, std::uint8_t number) override;
  unsigned levels() const { return (latch_ & outputs_) | (world_ & ~outputs_); }
  void drive(unsigned outputs, unsigned latch);

  std::atomic<unsigned> outputs_ = 0, latch_ = 0xFF, world_ = 0;
  Seen<Move> moves_;
};

}  // namespace gatepost::lab

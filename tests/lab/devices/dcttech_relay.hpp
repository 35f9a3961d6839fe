// A dcttech USBRelay board: a HID device whose feature report is the relays.
#pragma once

#include <atomic>

#include "devices/hid_device.hpp"

namespace gatepost::lab {

/// Boards are told apart by five letters in their report, not by USB's serial number, which they lack.
class DcttechRelay final : public HidDevice {
 public:
  explicit DcttechRelay(int channels = 2, const std::string& letters = "LAB01");
  ~DcttechRelay() override { unplug(); }

  struct Move {
    int channel;  ///< from 1
    bool on;
    Clock::time_point at;
  };
  const Seen<Move>& moves() const { return moves_; }
  Seen<Move>& moves() { return moves_; }
  bool on(int channel) const { return (state_ >> (channel - 1) & 1U) != 0; }
  bool becomes(int channel, bool on, std::chrono::milliseconds patience = std::chrono::seconds(10)) const;
  std::string letters() const;

  std::atomic<bool> stuck = false;  ///< takes commands, and moves nothing: what it says of its relays is true
  std::atomic<int> says = -1;       ///< this mask in place of the true one; -1: the truth

 private:
  bool set_report(const HostReport& report) override;
  std::optional<Bytes> get_report(ReportKind kind, std::uint8_t number) override;
  void set(int channel, bool on);

  int channels_;
  std::string letters_;  ///< guarded by mutex()
  std::atomic<unsigned> state_ = 0;
  Seen<Move> moves_;
};

}  // namespace gatepost::lab

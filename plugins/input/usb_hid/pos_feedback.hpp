// What is said to a scanner: output reports.
#pragma once

#include <cstddef>
#include <gatepost/hal/raw_hid.hpp>
#include <gatepost/scanner_feedback.hpp>
#include <utility>
#include <vector>

namespace usb_hid {

using Report = std::vector<std::byte>;

/// Reports with their number first; empty: nothing is said.
struct Words {
  Report trigger{}, grant{}, deny{};
  gatepost::TriggerWhen trigger_when{};
  bool any() const { return !trigger.empty() || !grant.empty() || !deny.empty(); }
};

class PosFeedback {
 public:
  explicit PosFeedback(Words words) : words_(std::move(words)) {}
  const Words& words() const { return words_; }

  /// While what it returns lives, what is said reaches this device.
  [[nodiscard]] auto open(gatepost::hal::RawHid& device) { return speaker_.open(device); }

  /// An Error where the device has no such report, or where it is longer than the device takes.
  gatepost::Result<void> fits(const gatepost::hal::RawHid& device) const;

  /// Nothing happens where no device is open.
  gatepost::Result<void> say(const Report& report);

 private:
  const Words words_;
  gatepost::ScannerFeedback<gatepost::hal::RawHid> speaker_;
};

}  // namespace usb_hid

// What is said to a scanner: output reports, from run's thread and from the one that tells the lane's answers.
#pragma once

#include <cstddef>
#include <gatepost/hal/raw_hid.hpp>
#include <memory>
#include <mutex>
#include <vector>

namespace usb_hid {

using Report = std::vector<std::byte>;

/// Reports with their number first; empty: nothing is said.
struct Words {
  Report trigger{}, grant{}, deny{};
  bool trigger_when_ready = false;  ///< else at opening and after each scan
  bool any() const { return !trigger.empty() || !grant.empty() || !deny.empty(); }
};

class Voice {
 public:
  explicit Voice(Words words) : words_(std::move(words)) {}
  const Words& words() const { return words_; }

  /// While it lives, what is said reaches this device.
  class Open {
   public:
    Open(Voice& voice, std::shared_ptr<gatepost::hal::RawHid> device) : voice_(voice) { put(std::move(device)); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() { put(nullptr); }

   private:
    void put(std::shared_ptr<gatepost::hal::RawHid> device) {
      const std::scoped_lock lock(voice_.mutex_);
      voice_.device_ = std::move(device);
    }
    Voice& voice_;
  };

  /// An Error where the device has no such report, or where it is longer than the device takes.
  gatepost::Result<void> fits(const gatepost::hal::RawHid& device) const;

  /// Nothing happens where no device is open.
  gatepost::Result<void> say(const Report& report);

 private:
  const Words words_;
  std::mutex mutex_;
  std::shared_ptr<gatepost::hal::RawHid> device_;
};

}  // namespace usb_hid

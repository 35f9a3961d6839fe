// What is said to a scanner, and when. Header-only; it is no part of what engine and plugins share at run time.
#pragma once

#include <array>
#include <mutex>

#include <gatepost/result.hpp>
#include <gatepost/settings.hpp>

namespace gatepost {

/// When a scanner that waits for a command is told to scan again.
enum class TriggerWhen {
  scanned,  ///< after each scan
  ready,    ///< once the lane can take the next one: Input::ready
};
constexpr auto setting_names(TriggerWhen) {
  return std::array{Choice{"scanned", TriggerWhen::scanned}, Choice{"ready", TriggerWhen::ready}};
}

/// The setting `trigger_when`, of a Settings that has a member of that name.
template <class Settings>
constexpr auto trigger_when_field() {
  return field("trigger_when", &Settings::trigger_when,
               "scanned: after each scan; ready: when whoever was let in has passed, so that nobody scans meanwhile");
}

/// A scanner that is spoken to while it is open, by two threads: the one that runs the Input, and the one that tells it
/// the lane's answers. What one says comes through whole before the other is heard.
template <class Device>
class ScannerFeedback {
 public:
  /// While it lives, what is said reaches the device. Its end waits for what is being said.
  class Open {
   public:
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() { feedback_.reach(nullptr); }

   private:
    friend class ScannerFeedback;
    Open(ScannerFeedback& feedback, Device& device) : feedback_(feedback) { feedback_.reach(&device); }
    ScannerFeedback& feedback_;
  };

  /// One at a time. Both outlive what is returned.
  [[nodiscard]] Open open(Device& device) { return Open(*this, device); }

  /// Calls `speak` with the device, and returns what it does; where none is open, does nothing.
  template <class Speak>
  Result<void> say(const Speak& speak) {
    const std::scoped_lock lock(mutex_);
    if (device_ == nullptr) return {};
    return speak(*device_);
  }

 private:
  void reach(Device* device) {
    const std::scoped_lock lock(mutex_);
    device_ = device;
  }

  std::mutex mutex_;
  Device* device_ = nullptr;
};

}  // namespace gatepost

// Whether the authority is there, so that a site without it does not wait for it lane by lane.
#pragma once

#include <gatepost/host.hpp>
#include <memory>
#include <mutex>
#include <optional>

namespace remote {

/// While it is known to be away one attempt at a time asks it, and none in the moment after one that was in vain. From
/// any thread.
class Availability {
 public:
  /// The alarm `remote_away` is raised at `host`.
  explicit Availability(std::shared_ptr<gatepost::Host> host) : host_(std::move(host)) {}

  /// The right to ask, until its end.
  class Turn {
   public:
    Turn(Availability& whole, bool is_trial) : whole_(&whole), is_trial_(is_trial) {}
    Turn(Turn&& other) noexcept : whole_(std::exchange(other.whole_, nullptr)), is_trial_(other.is_trial_) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    Availability* whole_;
    bool is_trial_;
  };
  /// Nothing: it is away, and not to be asked now.
  std::optional<Turn> turn();

  void answered();
  /// It said something that is no answer. Others may be answered.
  void unusable(const gatepost::Error& error);
  /// It said nothing, or not all.
  void silent(const gatepost::Error& error);

 private:
  void begin_alarm(const gatepost::Error& error);

  const std::shared_ptr<gatepost::Host> host_;
  std::mutex mutex_;
  bool is_away_ = false, is_tried_ = false, alarm_lasts_ = false;
  gatepost::BootTime next_trial_{};
};

}  // namespace remote

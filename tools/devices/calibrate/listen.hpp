// Takes from a scanner: what it sends between two silences, untouched.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <gatepost/input.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <mutex>
#include <stop_token>
#include <string>

#include "devices/calibrate/take.hpp"

namespace gatepost::calibrate {

/// A scan is over when nothing has come for as long as this.
inline constexpr Duration silence = std::chrono::milliseconds(500);

/// Gathers what an Input tells of its device into takes: keys and bytes as they came; where it tells none (a camera, a
/// point-of-sale scanner) its Readings.
class Gatherer final : public InputHost {
 public:
  explicit Gatherer(std::function<void(std::string_view identity)> opened) : opened_(std::move(opened)) {}

  void emit(Reading reading) override;
  void raw(const RawInput& input) override;
  void opened(std::string_view identity) override { opened_(identity); }

  /// The device is gone, or the Input has ended.
  void end();

  /// The next take, when it is over; an empty one: stop was asked for, or there will be none.
  Take next(const std::stop_token& stop);

 private:
  void begin_or_go_on(MonotonicTime at);
  void finish();

  const std::function<void(std::string_view)> opened_;
  std::mutex mutex_;
  std::condition_variable_any told_;
  Take take_;
  MonotonicTime last_{}, came_{};  ///< of the take: by the device's events, and when they were heard of
  std::deque<Take> over_;
  bool tells_raw_ = false, ended_ = false;
};

/// Runs the Input and hands over each take, in the caller's thread, until stop is asked for. An Error: the device
/// cannot be opened, or is gone.
Result<void> listen(Input& input, const std::function<void(std::string_view identity)>& opened,
                    const std::function<void(const Take& take)>& took, const std::stop_token& stop);

}  // namespace gatepost::calibrate

#include "lcus_driver.hpp"

#include <array>
#include <chrono>
#include <gatepost/hal/deadline.hpp>
#include <mutex>
#include <utility>

#include "driver_hooks.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

constexpr Duration between_frames = 10ms;  // the boards' firmware loses a frame that follows sooner
constexpr Duration frame_time = 5ms;       // four bytes at 9600 baud
constexpr Duration write_patience = 200ms;

class LcusRelay final : public Relay {
 public:
  LcusRelay(std::unique_ptr<ByteStream> line, int channels) : line_(std::move(line)), channels_(channels) {}
  ~LcusRelay() override { line_->close(); }

  int channels() const override { return channels_; }
  bool reconnects() const override { return true; }
  std::string identity() const override { return "LCUS-" + std::to_string(channels_) + " at " + line_->identity(); }

  Result<void> set(int channel, bool on, BootTime not_after) override {
    if (channel < 1 || channel > channels_)
      return Error{"has no channel " + std::to_string(channel), identity(), "set channels= in its address"};
    const auto number = static_cast<std::uint8_t>(channel);
    const std::uint8_t action = on ? 1 : 0;
    const auto sum = static_cast<std::uint8_t>(0xA0 + number + action);
    const std::scoped_lock lock(mutex_);
    return send(std::array{std::byte{0xA0}, std::byte{number}, std::byte{action}, std::byte{sum}}, not_after);
  }

 private:
  Result<void> send(std::span<const std::byte> frame, BootTime not_after) {
    if (auto open = line_->connect(line_->now() + write_patience); !open) return open;
    if (std::exchange(is_new_, false) && !mutant(Mutant::opened_line_is_silent))
      free_at_ = line_->now() + frame_time + between_frames;
    if (line_->now() < free_at_) line_->wait_until(free_at_);
    const BootTime now = line_->now();
    if (now > not_after && !mutant(Mutant::last_look_left_out))
      return too_late(identity());  // the pause, or who was before it, took long
    auto written = line_->write(frame, std::min(now + write_patience, not_after));
    if (!written) line_->reset();  // what is left of it must not go out later, beside the next one
    is_new_ = !written;
    free_at_ = line_->now() + between_frames;
    return written;
  }

  std::mutex mutex_;
  const std::unique_ptr<ByteStream> line_;
  const int channels_;
  BootTime free_at_{};  ///< when the next frame may begin
  /// Whoever had the line before, a guard that was killed perhaps, may have sent a frame a moment ago: what follows too
  /// soon is lost, and the gate stays as that frame set it.
  bool is_new_ = true;
};

}  // namespace

RelayShape lcus_shape_of(int channels) {
  return {.channels = channels,
          .own_power = false,
          .command = frame_time + between_frames + write_patience,
          .failing = frame_time + between_frames + write_patience};
}

std::unique_ptr<Relay> lcus_driver(std::unique_ptr<ByteStream> line, int channels) {
  return std::make_unique<LcusRelay>(std::move(line), channels);
}

}  // namespace gatepost::hal

#include "linux/lcus_relay.hpp"

#include <array>
#include <chrono>
#include <gatepost/hal/options.hpp>
#include <gatepost/hal/serial_port.hpp>
#include <mutex>
#include <thread>

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

constexpr Duration between_frames = 10ms;  // the boards' firmware loses a frame that follows sooner
constexpr Duration write_patience = 200ms;

class LcusRelay final : public Relay {
 public:
  LcusRelay(std::unique_ptr<SerialPort> port, int channels) : port_(std::move(port)), channels_(channels) {}

  int channels() const override { return channels_; }
  std::string identity() const override { return "LCUS-" + std::to_string(channels_) + " at " + port_->identity(); }

  Result<void> set(int channel, bool on) override {
    if (channel < 1 || channel > channels_)
      return Error{"has no channel " + std::to_string(channel), identity(), "set channels= in its address"};
    const std::scoped_lock lock(mutex_);
    std::this_thread::sleep_until(last_ + between_frames);
    const auto number = static_cast<std::uint8_t>(channel);
    const std::uint8_t action = on ? 1 : 0;
    const auto sum = static_cast<std::uint8_t>(0xA0 + number + action);
    const std::array frame{std::byte{0xA0}, std::byte{number}, std::byte{action}, std::byte{sum}};
    auto written = port_->write(frame, write_patience);
    last_ = std::chrono::steady_clock::now();
    return written;
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<SerialPort> port_;
  int channels_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace

Result<RelayShape> lcus_shape(const Address& address) {
  OptionReader options(address);
  const int channels = static_cast<int>(options.number("channels", 1, 1, 8));
  if (auto done = options.done(); !done) return done.error();
  return RelayShape{.channels = channels, .command = between_frames + write_patience};
}

Result<std::unique_ptr<Relay>> open_lcus(const Address& address) {
  const auto shape = lcus_shape(address);
  if (!shape) return shape.error();
  auto port = open_serial({.scheme = "serial", .target = address.target, .directory = address.directory}, {});
  if (!port) return port.error();
  return std::unique_ptr<Relay>(std::make_unique<LcusRelay>(std::move(*port), shape->channels));
}

}  // namespace gatepost::hal

#include <gatepost/hal/serial_stream.hpp>

#include <array>

#include "linux/serial_port.hpp"
#include "linux/stream_clock.hpp"

namespace gatepost::hal {
namespace {

Error with_advice(Error error) {
  if (error.what.starts_with("is in use")) error.remedy += "; a serial bus has one master";
  return error;
}

class SerialStream final : public ByteStream {
 public:
  SerialStream(Address address, LineSettings settings) : address_(std::move(address)), settings_(settings) {}

  BootTime now() const override { return BootClock::now(); }
  void wait_until(BootTime time) override { wait_by_boot_clock(time); }
  Duration longest_in_flight() const override { return Duration::zero(); }
  std::string identity() const override { return identity_.empty() ? address_.target : identity_; }

  Result<void> connect(BootTime) override {
    if (port_) return {};
    auto opened = open_linux_serial(address_, settings_);
    if (!opened) return with_advice(opened.error());
    port_ = std::move(*opened);
    identity_ = port_->identity();
    return {};
  }

  Result<void> flush() override {
    std::array<std::byte, 512> old;
    while (true) {
      const auto chunk = port_->read(old, Duration::zero(), {});
      if (!chunk) return gone(chunk.error());
      if (chunk->size == 0) return {};
    }
  }

  Result<void> write(std::span<const std::byte> bytes, BootTime until) override {
    auto written = port_->write(bytes, left_until(until));
    if (!written) return gone(written.error());
    return written;
  }

  Result<std::size_t> read(std::span<std::byte> into, BootTime until) override {
    const auto chunk = port_->read(into, left_until(until), {});
    if (!chunk) return gone(chunk.error());
    return chunk->size;
  }

  Duration reset() override {
    if (port_) port_->discard();
    return Duration::zero();
  }

  void close() override { port_.reset(); }

 private:
  Error gone(const Error& error) {
    port_->discard();
    port_.reset();
    return error;
  }

  const Address address_;
  const LineSettings settings_;
  std::unique_ptr<SerialPort> port_;
  std::string identity_;
};

}  // namespace

std::unique_ptr<ByteStream> serial_stream(Address address, LineSettings settings) {
  return std::make_unique<SerialStream>(std::move(address), settings);
}

}  // namespace gatepost::hal

#include "serial_wire.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::simulation {

class SerialStream final : public hal::ByteStream {
 public:
  SerialStream(SerialWire& wire, Waiting& who) : wire_(wire), who_(who) {}

  BootTime now() const override { return wire_.time_.boot(); }
  void wait_until(BootTime time) override { who_.wait(time); }
  Duration longest_in_flight() const override { return {}; }
  std::string identity() const override { return "simulated line"; }

  Result<void> connect(BootTime) override {
    who_.connects();
    if (who_.is_gone()) return gone();
    if (open_ && wire_.plugged_) return {};
    if (const Duration late = std::exchange(wire_.open_late_, {}); late > Duration::zero())
      who_.wait(wire_.time_.boot() + late);
    if (!wire_.plugged_ || who_.is_gone()) return gone();
    if (wire_.reader_ != nullptr && wire_.reader_ != &who_)
      return Error{"is held by another process", identity(), "end that"};
    wire_.came_.clear();
    wire_.reader_ = &who_;
    open_ = true;
    return {};
  }
  Result<void> flush() override {
    if (!wire_.plugged_ || who_.is_gone()) return gone();
    wire_.came_.clear();
    return {};
  }
  Result<void> write(std::span<const std::byte> bytes, BootTime) override {
    if (!wire_.plugged_ || who_.is_gone()) return gone();
    const std::string sent(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    who_.writes(sent);
    wire_.send(sent);
    return {};
  }
  Result<std::size_t> read(std::span<std::byte> into, BootTime until) override {
    if (who_.is_gone()) return gone();
    who_.reads();
    who_.wait(until, [&] { return !wire_.came_.empty() || !wire_.plugged_; });
    if (!wire_.plugged_ || who_.is_gone()) return gone();
    const std::size_t size = std::min(into.size(), wire_.came_.size());
    std::transform(wire_.came_.begin(), wire_.came_.begin() + static_cast<long>(size), into.begin(),
                   [](char byte) { return static_cast<std::byte>(byte); });
    wire_.came_.erase(0, size);
    return size;
  }
  Duration reset() override {
    if (!who_.is_gone()) wire_.discard();
    return {};
  }
  void close() override {
    if (std::exchange(open_, false) && !who_.is_gone()) wire_.reader_ = nullptr;
  }

 private:
  Error gone() {
    if (std::exchange(open_, false) && !who_.is_gone()) wire_.reader_ = nullptr;
    return {"the device is gone", identity(), "plug it in again"};
  }

  SerialWire& wire_;
  Waiting& who_;
  bool open_ = false;
};

std::unique_ptr<hal::ByteStream> SerialWire::stream(Waiting& who) { return std::make_unique<SerialStream>(*this, who); }

void SerialWire::send(const std::string& bytes) {
  for (const char byte : bytes) {
    sent_ = std::max(sent_, time_.boot()) + byte_time;
    time_.at(sent_, [this, byte, number = not_discarded_] {
      if (number == not_discarded_ && plugged_ && !cut_) hears_(byte);
    });
  }
}

void SerialWire::says(const std::string& bytes) {
  for (const char byte : bytes) {
    said_ = std::max(said_, time_.boot()) + byte_time;
    time_.at(said_, [this, byte] {
      if (!plugged_ || cut_) return;
      came_ += byte;
      if (reader_ != nullptr) reader_->wake();
    });
  }
}

void SerialWire::discard() {
  ++not_discarded_;
  sent_ = time_.boot();
  came_.clear();
}

void SerialWire::unplug() {
  plugged_ = false;
  discard();
  if (reader_ != nullptr) reader_->wake();
}

void SerialWire::client_died(const Waiting& who, bool with_its_machine) {
  if (reader_ == &who) reader_ = nullptr;
  if (with_its_machine) discard();
}

}  // namespace gatepost::simulation

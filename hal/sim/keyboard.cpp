#include "sim/keyboard.hpp"

#include <array>

#include "sim/serial_gun.hpp"

namespace gatepost::hal {
namespace {

// What a keyboard types comes as text, and at its own pace: so does a line of the simulated gun.
class SimKeyboard final : public Keyboard {
 public:
  SimKeyboard(std::unique_ptr<SerialPort> gun, std::string name) : gun_(std::move(gun)), name_(std::move(name)) {}

  Result<Typed> read(Duration timeout, const std::stop_token& stop) override {
    std::array<std::byte, 4096> buffer;
    const auto chunk = gun_->read(buffer, timeout, stop);
    if (!chunk) return chunk.error();
    return Typed{.text = {reinterpret_cast<const char*>(buffer.data()), chunk->size}, .at = chunk->at};
  }

  std::string identity() const override { return name_; }

 private:
  std::unique_ptr<SerialPort> gun_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<Keyboard>> open_sim_keyboard(const Address& address) {
  Address lines = address;
  lines.target = "lines/" + address.target.substr(address.target.find('/') + 1);
  auto gun = open_sim_serial(lines);
  if (!gun) return gun.error();
  return std::unique_ptr<Keyboard>(std::make_unique<SimKeyboard>(std::move(*gun), "simulated " + address.target));
}

}  // namespace gatepost::hal

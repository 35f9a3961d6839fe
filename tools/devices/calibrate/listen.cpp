#include "devices/calibrate/listen.hpp"

#include <array>
#include <gatepost/hal/raw_hid.hpp>
#include <gatepost/hal/serial_port.hpp>

#include "devices/build_input.hpp"

namespace gatepost::calibrate {
namespace {

using namespace std::chrono_literals;

Result<hal::Address> parsed(const std::string& address) {
  return hal::Address::parse(address, std::filesystem::current_path());
}

/// Each Reading of an Input as a take.
class Host final : public InputHost {
 public:
  explicit Host(const Listener& listener) : listener_(listener) {}
  void emit(Reading reading) override {
    listener_.took({.bytes = std::move(reading.payload), .lost = reading.damage == Damage::lost});
  }
  void opened(std::string_view identity) override { listener_.opened(std::string(identity)); }

 private:
  const Listener& listener_;
};

}  // namespace

bool is_keyboard(const std::string& address) {
  if (address.starts_with("input:")) return true;
  const auto parts = parsed(address);
  if (!parts || parts->scheme != "usb") return false;
  const auto use = hal::hid_use(*parts);
  return use && *use == hal::HidUse::keyboard;
}

Result<void> listen_to_line(const std::string& address, const Listener& listener, const std::stop_token& stop) {
  const auto parts = parsed(address);
  if (!parts) return parts.error();
  const auto port = hal::open_serial(*parts, {});
  if (!port) return port.error();
  listener.opened((*port)->identity());
  Take take;
  std::array<std::byte, 4096> buffer{};
  while (!stop.stop_requested()) {
    const auto chunk = (*port)->read(buffer, take.empty() ? Duration(24h) : silence, stop);
    if (!chunk) return chunk.error();
    if (chunk->size == 0 && !take.empty() && !stop.stop_requested()) listener.took(std::exchange(take, {}));
    take.bytes.append(reinterpret_cast<const char*>(buffer.data()), chunk->size);
    take.times.insert(take.times.end(), chunk->size, chunk->at);
    take.lost = take.lost || chunk->lost;
    if (take.bytes.size() > max_payload) take = {};  // no scan, and no end
  }
  return {};
}

Result<void> listen_by(const plugin::Plugin& plugin, const std::string& address, const Listener& listener,
                       const std::stop_token& stop) {
  auto input = devices::build_input(plugin, address, "");
  if (!input) return input.error();
  Host host(listener);
  return (*input)->run(host, stop);
}

}  // namespace gatepost::calibrate

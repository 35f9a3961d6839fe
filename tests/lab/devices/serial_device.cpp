#include "devices/serial_device.hpp"

namespace gatepost::lab {
namespace {

std::string whole(const std::vector<std::string>& pieces) {
  std::string text;
  for (const auto& piece : pieces) text += piece;
  return text;
}

}  // namespace

std::string SerialDevice::heard() const { return whole(heard_.all()); }

bool SerialDevice::hears(std::string_view text, std::chrono::milliseconds patience) const {
  return heard_.waits([&](const auto& pieces) { return whole(pieces).find(text) != std::string::npos; }, patience);
}

void SerialDevice::on_bytes(std::function<void(std::string_view)> answer) {
  const std::scoped_lock lock(answering_);
  answer_ = std::move(answer);
}

void SerialDevice::received(unsigned, const Bytes& data) {
  const auto text = text_of(data);
  heard_.add(text);
  const std::scoped_lock lock(answering_);
  if (answer_) answer_(text);
}

}  // namespace gatepost::lab

#include "serial_boards.hpp"

#include <chrono>

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration silence = SerialWire::byte_time * 7 / 2;
constexpr Duration lcus_between_frames = 10ms;

// The specification's: 16 bits, A001, each frame's last two bytes with the low one first.
std::string crc_of(const std::string& bytes) {
  unsigned crc = 0xFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int i = 0; i < 8; ++i) {
      const bool carry = (crc & 1U) != 0;
      crc >>= 1U;
      if (carry) crc ^= 0xA001U;
    }
  }
  return {static_cast<char>(crc & 0xFFU), static_cast<char>(crc >> 8U)};
}

}  // namespace

void RtuSlave::hears(char byte) {
  if (!board_.powered()) return;
  frame_ += byte;
  time_.after(silence, [this, number = ++heard_] {
    if (number == heard_) frame_ends();
  });
}

void RtuSlave::frame_ends() {
  const std::string frame = std::exchange(frame_, {});
  if (frame.size() < 4) return;
  const std::string body = frame.substr(0, frame.size() - 2);
  if (frame.substr(body.size()) != crc_of(body) || !unit_.is_meant(body)) return;
  unit_.request(body, [this](const std::string& answer, bool) { wire_.says(answer + crc_of(answer)); });
}

void LcusBoard::hears(char byte) {
  if (!board_.powered()) return;
  if (time_.boot() - last_byte_ > 5 * SerialWire::byte_time) frame_.clear();
  last_byte_ = time_.boot();
  frame_ += byte;
  if (frame_.size() < 4) return;
  const std::string frame = std::exchange(frame_, {});
  const int channel = frame[1], sum = (0xA0 + frame[1] + frame[2]) & 0xFF;
  const bool good = static_cast<unsigned char>(frame[0]) == 0xA0 && static_cast<unsigned char>(frame[3]) == sum;
  if (time_.boot() - 4 * SerialWire::byte_time < ready_ || !good || channel < 1 || channel > board_.channels()) return;
  ready_ = time_.boot() - 5 * SerialWire::byte_time + lcus_between_frames;  // from beginning to beginning
  if (board_.take_behaviour().acts) board_.set(channel, frame[2] == 1);
}

}  // namespace gatepost::simulation

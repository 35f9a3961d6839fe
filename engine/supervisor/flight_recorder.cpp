#include "supervisor/flight_recorder.hpp"

#include <linux/input-event-codes.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace gatepost::supervisor {
namespace {

// linux/input-event-codes.h: the rows of digits and letters, and the keypad's digits.
bool names_somebody(unsigned key) {
  return (key >= KEY_1 && key <= KEY_0) || (key >= KEY_Q && key <= KEY_P) || (key >= KEY_A && key <= KEY_L) ||
         (key >= KEY_Z && key <= KEY_M) || (key >= KEY_KP7 && key <= KEY_KP0);
}

// A scan code (EV_MSC) names the key as well.
std::string shape_of_key(std::string bytes) {
  if (bytes.size() < 8) return std::string(bytes.size(), '\0');
  const auto at = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
  const unsigned type = at(0) | at(1) << 8U, code = at(2) | at(3) << 8U;
  if (type == EV_KEY && names_somebody(code)) {
    bytes[2] = static_cast<char>(KEY_X);
    bytes[3] = 0;
  } else if (type == EV_MSC) {
    std::fill(bytes.begin() + 4, bytes.end(), '\0');
  }
  return bytes;
}

std::string shape_of(RawInput::Kind kind, std::string bytes) {
  if (kind == RawInput::Kind::key) return shape_of_key(std::move(bytes));
  if (kind == RawInput::Kind::report) return std::string(bytes.size(), '\0');
  for (char& byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (std::isalnum(value) != 0 || value >= 0x80) byte = 'x';
  }
  return bytes;
}

}  // namespace

void FlightRecorder::begin(MonotonicTime at) {
  const std::scoped_lock lock(mutex_);
  if (!now_.entries.empty()) before_ = std::move(now_);
  now_ = {.begun = at};
}

void FlightRecorder::keep(const RawInput& input) {
  const std::scoped_lock lock(mutex_);
  if (input.kind == RawInput::Kind::descriptor) {
    now_.descriptor = input.bytes.substr(0, most_bytes);
    return;
  }
  const Duration after = std::max<Duration>(input.at - now_.begun, Duration::zero());
  std::string bytes(input.bytes.substr(0, most_bytes));
  if (keep_ == Keep::shape) bytes = shape_of(input.kind, std::move(bytes));
  now_.entries.push_back({input.kind, after, input.lost, std::move(bytes)});
  now_.bytes += now_.entries.back().bytes.size();
  while (now_.entries.size() > most_entries || now_.bytes > most_bytes) {
    now_.bytes -= now_.entries.front().bytes.size();
    now_.entries.pop_front();
    now_.whole = false;
  }
}

FlightRecorder::Run FlightRecorder::now() const {
  const std::scoped_lock lock(mutex_);
  return now_;
}

FlightRecorder::Run FlightRecorder::before() const {
  const std::scoped_lock lock(mutex_);
  return before_;
}

}  // namespace gatepost::supervisor

// MODBUS Application Protocol 1.1b3 and MODBUS over Serial Line 1.02; pulses: Waveshare's wiki, Modbus RTU Relay.
#include "devices/modbus_slave.hpp"

#include <algorithm>

namespace gatepost::lab {
namespace {

constexpr std::uint8_t read_coils = 1, read_inputs = 2, write_coil = 5, write_coils = 15, refusal = 0x80;
constexpr std::uint8_t illegal_function = 1, illegal_address = 2;
constexpr unsigned size_of_board = 8, pulses_at = 0x0200;

std::uint16_t checksum(const std::uint8_t* bytes, std::size_t size) {
  unsigned sum = 0xFFFF;
  for (std::size_t i = 0; i < size; ++i) {
    sum ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1U) != 0 ? sum >> 1 ^ 0xA001U : sum >> 1;
  }
  return static_cast<std::uint16_t>(sum);
}

unsigned pair_at(const Bytes& bytes, std::size_t at) { return static_cast<unsigned>(bytes[at] << 8 | bytes[at + 1]); }

// With its CRC; 0: not told yet.
std::size_t size_of_request(const Bytes& bytes) {
  if (bytes.size() < 2) return 0;
  if (bytes[1] != write_coils) return 8;
  return bytes.size() < 7 ? 0 : std::size_t{9} + bytes[6];
}

Bytes bits(std::uint8_t unit, std::uint8_t function, unsigned all, unsigned first, unsigned count) {
  const auto mask = static_cast<std::uint8_t>(all >> first & ((1U << count) - 1));
  return {unit, function, 1, mask};
}

}  // namespace

ModbusSlave::ModbusSlave(SerialDevice& line, std::uint8_t unit) : line_(line), unit_(unit) {
  line_.on_bytes([this](std::string_view bytes) { take(bytes); });
}

void ModbusSlave::input(int number, bool closed) {
  const unsigned bit = 1U << (number - 1);
  if (closed)
    inputs_ |= bit;
  else
    inputs_ &= ~bit;
}

bool ModbusSlave::becomes(int coil, bool on, std::chrono::milliseconds patience) const {
  return moves_.waits([&](const auto&) { return this->coil(coil) == on; }, patience);
}

// A real board knows a request's end by silence. Here its size tells, and what makes no sense is skipped byte by byte.
void ModbusSlave::take(std::string_view bytes) {
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
  for (auto size = size_of_request(waiting_); size != 0 && waiting_.size() >= size; size = size_of_request(waiting_)) {
    const unsigned sum = static_cast<unsigned>(waiting_[size - 2] | waiting_[size - 1] << 8);
    if (checksum(waiting_.data(), size - 2) != sum) {
      waiting_.erase(waiting_.begin());
      continue;
    }
    const Bytes request(waiting_.begin(), waiting_.begin() + static_cast<long>(size) - 2);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<long>(size));
    answer(request);
  }
}

void ModbusSlave::answer(const Bytes& request) {
  constexpr std::uint8_t everybody = 0;
  if (request[0] != unit_ && request[0] != everybody) return;
  requests_.add(request);
  Bytes reply = act(request);
  if (silent || request[0] == everybody) return;
  const auto sum = checksum(reply.data(), reply.size());
  const auto told = little(wrong_sum ? sum ^ 0xFFFFU : sum, 2);
  line_.write(text_of(joined({reply, told})));
}

Bytes ModbusSlave::act(const Bytes& request) {
  const std::uint8_t function = request[1];
  const auto refused = [&](std::uint8_t why) {
    return Bytes{unit_, static_cast<std::uint8_t>(function | refusal), why};
  };
  const unsigned address = pair_at(request, 2), value = pair_at(request, 4);
  const bool on_board = address < size_of_board && (function == write_coil || address + value <= size_of_board);
  const bool is_pulse = function == write_coil && address - pulses_at < size_of_board;
  if (!on_board && !is_pulse) return refused(illegal_address);
  switch (function) {
    case read_coils:
      return bits(unit_, function, says >= 0 ? static_cast<unsigned>(says.load()) : coils_.load(), address, value);
    case read_inputs:
      return bits(unit_, function, inputs_, address, value);
    case write_coil:
      if (is_pulse)
        pulse(address - pulses_at, std::chrono::milliseconds(100) * value);
      else
        set(address, value == 0xFF00);
      return request;
    case write_coils:
      for (unsigned i = 0; i < value; ++i) set(address + i, (request[7] >> i & 1U) != 0);
      return {request.begin(), request.begin() + 6};
    default:
      return refused(illegal_function);
  }
}

void ModbusSlave::set(unsigned address, bool on) {
  if (deaf) return;
  const unsigned bit = 1U << address;
  if (on)
    coils_ |= bit;
  else
    coils_ &= ~bit;
  moves_.add({static_cast<int>(address) + 1, on, Clock::now()});
}

void ModbusSlave::pulse(unsigned address, std::chrono::milliseconds length) {
  set(address, true);
  pulses_.emplace_back([this, address, length](const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, length, [] { return false; });
    set(address, false);
  });
}

}  // namespace gatepost::lab

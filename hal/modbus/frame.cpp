#include "modbus/frame.hpp"

#include <array>

namespace gatepost::hal::modbus {
namespace {

constexpr std::size_t tcp_header = 6;  // transaction, protocol, length of what follows
constexpr std::uint8_t refused = 0x80;
constexpr std::uint16_t flash_on = 0x0200;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

unsigned word_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned>(byte_at(bytes, at)) << 8U | byte_at(bytes, at + 1);
}

void add_word(std::string& bytes, unsigned value) {
  bytes += static_cast<char>(value >> 8U & 0xFFU);
  bytes += static_cast<char>(value & 0xFFU);
}

std::string body_of(const Request& request) {
  std::string body{static_cast<char>(request.unit), static_cast<char>(request.function)};
  add_word(body, request.address);
  add_word(body, request.value);
  return body;
}

Request request(int unit, Function function, int address, int value) {
  return {static_cast<std::uint8_t>(unit), function, static_cast<std::uint16_t>(address),
          static_cast<std::uint16_t>(value)};
}

// What a whole body, from the unit to the last byte of data, says to the request.
Found judge(std::string_view body, const Request& request) {
  Found found{.what = Found::other, .size = body.size()};
  const auto function = static_cast<std::uint8_t>(request.function);
  if (byte_at(body, 1) == (function | refused) && body.size() == 3) {
    found.what = Found::refusal;
    found.exception = byte_at(body, 2);
  } else if (byte_at(body, 1) != function) {
    return found;
  } else if (request.writes() && body.substr(2) == std::string_view(body_of(request)).substr(2)) {
    found.what = Found::answer;
    found.bit = request.value != 0;
  } else if (!request.writes() && body.size() == 4 && byte_at(body, 2) == 1) {
    found.what = Found::answer;
    found.bit = (byte_at(body, 3) & 1U) != 0;
  }
  return found;
}

// How long the frame that begins so is on a line; 0: its function is none of ours; no more than 2 bytes are needed but
// for a read, whose third says it.
std::size_t rtu_size(std::string_view bytes) {
  const std::uint8_t function = byte_at(bytes, 1);
  if (function == (1 | refused) || function == (2 | refused) || function == (5 | refused)) return 5;
  if (function == 5) return 8;
  if (function != 1 && function != 2) return 0;
  return bytes.size() < 3 ? 3 : 5U + byte_at(bytes, 2);
}

}  // namespace

Request read_coil(int unit, int channel) { return request(unit, Function::read_coils, channel - 1, 1); }
Request read_input(int unit, int number) { return request(unit, Function::read_inputs, number - 1, 1); }
Request write_coil(int unit, int channel, bool on) {
  return request(unit, Function::write_coil, channel - 1, on ? 0xFF00 : 0);
}
Request flash_coil(int unit, int channel, int tenths) {
  return request(unit, Function::write_coil, flash_on + channel - 1, tenths);
}

std::string to_tcp(const Request& request, std::uint16_t transaction) {
  const std::string body = body_of(request);
  std::string frame;
  add_word(frame, transaction);
  add_word(frame, 0);
  add_word(frame, static_cast<unsigned>(body.size()));
  return frame + body;
}

std::string to_rtu(const Request& request) {
  std::string frame = body_of(request);
  const std::uint16_t sum = checksum(frame);
  frame += static_cast<char>(sum & 0xFFU);
  frame += static_cast<char>(sum >> 8U);
  return frame;
}

std::uint16_t checksum(std::string_view bytes) {
  std::uint16_t sum = 0xFFFF;
  for (const char byte : bytes) {
    sum = static_cast<std::uint16_t>(sum ^ static_cast<std::uint8_t>(byte));
    for (int bit = 0; bit < 8; ++bit) sum = static_cast<std::uint16_t>(sum >> 1U ^ ((sum & 1U) != 0 ? 0xA001U : 0U));
  }
  return sum;
}

Found find_in_tcp(std::string_view bytes, const Request& request, std::uint16_t transaction) {
  if (bytes.size() < tcp_header) return {};
  const std::size_t size = word_at(bytes, 4);
  if (word_at(bytes, 2) != 0 || size < 3 || size > longest_frame - tcp_header) return {.what = Found::broken};
  if (bytes.size() < tcp_header + size) return {};
  Found found{.what = Found::other, .size = tcp_header + size};
  if (word_at(bytes, 0) != transaction) return found;
  found = judge(bytes.substr(tcp_header, size), request);
  if (found.what == Found::other) return {.what = Found::broken};  // it is the answer, and says something else
  found.size = tcp_header + size;
  return found;
}

Found find_in_rtu(std::string_view bytes, const Request& request) {
  if (bytes.size() < 2) return {};
  const std::size_t size = rtu_size(bytes);
  if (size == 0 || size > longest_frame) return {.what = Found::other, .size = 1};
  if (bytes.size() < size) return {};
  const std::string_view body = bytes.substr(0, size - 2);
  const std::uint16_t sum = checksum(body);
  if (byte_at(bytes, size - 2) != (sum & 0xFFU) || byte_at(bytes, size - 1) != sum >> 8U)
    return {.what = Found::other, .size = 1};  // noise: the frame may begin behind it
  Found found{.what = Found::other, .size = size};
  if (byte_at(body, 0) != request.unit) return found;
  found = judge(body, request);
  found.size = size;
  return found;
}

std::string exception_text(std::uint8_t code) {
  constexpr std::array<std::string_view, 12> names{"",
                                                   "illegal function",
                                                   "illegal data address",
                                                   "illegal data value",
                                                   "server device failure",
                                                   "acknowledge",
                                                   "server device busy",
                                                   "negative acknowledge",
                                                   "memory parity error",
                                                   "",
                                                   "gateway path unavailable",
                                                   "gateway target device failed to respond"};
  const std::string_view name = code < names.size() ? names.at(code) : "";
  return std::to_string(code) + (name.empty() ? "" : ", ") + std::string(name);
}

bool passes(std::uint8_t exception) { return exception == 5 || exception == 6 || exception == 10 || exception == 11; }

}  // namespace gatepost::hal::modbus

// Modbus, as far as relay boards need it, without I/O: requests to bytes, bytes to answers. Sources: MODBUS Application
// Protocol V1.1b3, MODBUS Messaging on TCP/IP V1.0b, MODBUS over Serial Line V1.02 (modbus.org).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatepost::hal::modbus {

enum class Function : std::uint8_t { read_coils = 1, read_inputs = 2, write_coil = 5 };

struct Request {
  std::uint8_t unit = 1;
  Function function = Function::read_coils;
  std::uint16_t address = 0;  ///< counted from 0
  std::uint16_t value = 1;    ///< read: how many, here always one; write: FF00 is on, 0000 off

  bool writes() const { return function == Function::write_coil; }
  bool operator==(const Request&) const = default;
};

Request read_coil(int unit, int channel);
Request read_input(int unit, int number);
Request write_coil(int unit, int channel, bool on);
/// Waveshare's flash command: on for so many tenths of a second by the board's own clock.
Request flash_coil(int unit, int channel, int tenths);

std::string to_tcp(const Request& request, std::uint16_t transaction);
std::string to_rtu(const Request& request);

/// What stands at the beginning of the bytes that came.
struct Found {
  enum What : std::uint8_t {
    part,     ///< of something: more must come
    other,    ///< `size` bytes that are no answer to this request: another one's, or none
    broken,   ///< no Modbus at all, and no way to find where the next answer begins
    answer,   ///< of `size` bytes
    refusal,  ///< of `size` bytes, with an exception code
  };
  What what = part;
  std::size_t size = 0;
  bool bit = false;            ///< answer: what was read; that it is on, where it was written
  std::uint8_t exception = 0;  ///< refusal
};

/// An answer is this request's where its transaction is.
Found find_in_tcp(std::string_view bytes, const Request& request, std::uint16_t transaction);

/// Lines have no transactions: an answer is this request's where its unit, its function, its checksum, and what it
/// repeats of the request say so. One to a read repeats nothing, so whoever reads lets a late one pass first.
Found find_in_rtu(std::string_view bytes, const Request& request);

std::uint16_t checksum(std::string_view bytes);

/// "6, server device busy".
std::string exception_text(std::uint8_t code);

/// Whether the same request may be taken a moment later.
bool passes(std::uint8_t exception);

/// The longest frame there is, with what TCP puts before it.
inline constexpr std::size_t longest_frame = 260;

}  // namespace gatepost::hal::modbus

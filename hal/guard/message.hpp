// What the engine and a guard process say to each other: one request, one answer, each a message of a SOCK_SEQPACKET
// pair. Numbers are little-endian.
//
//   request  version 1 byte | verb 1 | number 4 | channel 2 | on 1 | length 8, nanoseconds | not after 8,
//   CLOCK_BOOTTIME
//            and, to take a board: count 1 | channels, 1 each | address, directory
//   answer   version 1 | failed 1 | number 4 | state 1 | settle 8, nanoseconds | three texts
//   a text   size 2 | bytes
#pragma once

#include <array>
#include <cstdint>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::hal::guard {

/// Both sides are of one release; this is for the day when an update changes one of them under the other.
inline constexpr std::uint8_t version = 2;
inline constexpr std::size_t largest_text = 4096;
inline constexpr std::size_t most_channels = 64;
inline constexpr std::size_t largest_message = 3 * largest_text + 128;

enum class Verb : std::uint8_t {
  take,       ///< the first request: own `channels` of the board at `address`
  set,        ///< switch `channel`
  pulse,      ///< take `channel` out of rest for `length`
  hold,       ///< switch `channel`, and leave it so until told otherwise, but no longer than `length` without that;
              ///< `without_end`: also when the engine is gone
  read_back,  ///< what `channel` is
  closed,     ///< whether the input `channel` is closed
  leave,      ///< put the channels to rest and end; has no answer
};

struct Request {
  Verb verb = Verb::leave;
  std::uint32_t number = 0;              ///< the answer carries it
  std::uint16_t channel = 0;             ///< or input
  bool on = false;                       ///< take: what a channel is at rest
  Duration length{};                     ///< never negative; take: the longest that a channel may be out of rest
  BootTime not_after = BootTime::max();  ///< set, pulse: what waited for longer is not carried out
  std::vector<std::uint8_t> channels{};
  std::string address{}, directory{};

  bool operator==(const Request&) const = default;
};

enum class State : std::uint8_t { off, on, unknown };

struct Answer {
  std::uint32_t number = 0;
  bool failed = false;
  State state = State::unknown;
  Duration settle{};                   ///< so long something of a command that failed may still reach the board
  std::array<std::string, 3> texts{};  ///< failed: the Error's; else the board's identity, first

  bool operator==(const Answer&) const = default;

  static Answer of(std::uint32_t number, const Error& error) {
    return {.number = number, .failed = true, .texts = {error.what, error.where, error.remedy}};
  }
  Error error() const { return {texts[0], texts[1], texts[2]}; }
};

/// A text that is too long is cut.
std::string to_bytes(const Request& request);
std::string to_bytes(const Answer& answer);

/// An Error for whatever to_bytes does not make.
Result<Request> parse_request(std::string_view bytes);
Result<Answer> parse_answer(std::string_view bytes);

}  // namespace gatepost::hal::guard

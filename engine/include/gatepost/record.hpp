// What is kept of each thing that happened at a Site.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <gatepost/time.hpp>

namespace gatepost {

enum class Direction : std::uint8_t { in, out };
constexpr std::string_view to_word(Direction direction) { return direction == Direction::in ? "in" : "out"; }

/// The three answers, from the most to the least permissive.
enum class Outcome : std::uint8_t {
  grant,   ///< the gate may move
  inform,  ///< known and answered, but nothing moves: a street inspection, a lane without a gate
  deny,
};
constexpr std::string_view to_word(Outcome outcome) {
  constexpr std::array words{"grant", "inform", "deny"};
  return words.at(static_cast<std::size_t>(outcome));
}

enum class RecordKind : std::uint8_t {
  attempt,  ///< a Reading and its verdict
  passage,  ///< somebody passed, or did not, after the attempt `about`
  device,   ///< a device came (reason "up") or went ("down")
  alarm,    ///< something that an operator must see: an actuator that failed, a refused plugin
  change,   ///< the engine started or stopped, the configuration changed
};
constexpr std::string_view to_word(RecordKind kind) {
  constexpr std::array words{"attempt", "passage", "device", "alarm", "change"};
  return words.at(static_cast<std::size_t>(kind));
}

/// Names a Record in the whole world. Within a site and an epoch, sequences run 1, 2, 3 … without gaps.
struct RecordId {
  std::uint64_t site = 0;   ///< the checkpoint's numeric code
  std::uint64_t epoch = 0;  ///< grows whenever the site begins a new journal
  std::uint64_t sequence = 0;
  auto operator<=>(const RecordId&) const = default;
};

/// The detail of a damaged attempt that has the first bytes that came, escaped. There only where the site keeps
/// subjects as they are: it may be most of somebody's code.
inline constexpr const char* damaged_bytes = "bytes";

/// The detail of an attempt at a lane that leads into a zone: the zone's name. Not there: the site as a whole.
inline constexpr const char* zone_detail = "zone";

struct Record {
  RecordId id{};  ///< given by the journal
  RecordKind kind = RecordKind::attempt;
  std::string boot{};  ///< the kernel's boot id, 32 hex digits; given by the journal
  MonotonicTime at{};  ///< within that boot
  WallTime wall{};     ///< as the machine believed then
  ClockState clock{ClockSource::unknown, Duration::max()};  ///< what stood behind `wall`; given by the journal
  std::string lane{};                                       ///< empty when it concerns none
  Direction direction = Direction::in;                      ///< of attempts and passages
  std::string device{};  ///< the device's name in the site file; empty when it concerns none
  std::string symbology{};
  std::string scheme{};   ///< empty when no credential format knew the Reading
  std::string subject{};  ///< clear, a keyed hash, or empty, as the site's privacy setting says
  bool verified = false;
  Outcome outcome = Outcome::deny;  ///< of attempts
  std::string reason{};             ///< one code: "granted", "not_listed", "damaged", "seen", "timed_out", "up" …
  std::uint64_t about = 0;          ///< sequence of the attempt that a passage or alarm follows from; 0: none
  std::map<std::string, std::string> details{};  ///< for people and programs; no personal data but damaged_bytes
  std::array<std::byte, 32> previous{};          ///< SHA-256 of the Record before; given by the journal
  std::array<std::byte, 32> hash{};              ///< of this one; given by the journal, zero before it is durable
};

}  // namespace gatepost

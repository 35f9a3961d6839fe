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

/// The personal fields of a Record, by which they are erased: this is its subject, damaged_bytes those bytes, and every
/// other name one of its attributes.
inline constexpr const char* subject_field = "subject";

/// What the chain of Records holds of a personal field: it proves the value as long as that is kept with the salt, and
/// tells nothing of it once both are gone.
struct Commitment {
  std::array<std::byte, 16> salt{};  ///< zero once the value is erased
  std::array<std::byte, 32> hash{};  ///< SHA-256, of what engine/journal/FORMAT.md says
  bool operator==(const Commitment&) const = default;
};

/// Of a Record of kind change: personal fields of earlier Records were erased. Whoever keeps Records erases them too.
inline constexpr const char* erased_reason = "erased";

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
  /// Of the credential, as far as the site keeps them: as they are, or as keyed hashes.
  std::map<std::string, std::string> attributes{};
  /// Of each personal field that it has, or had before it was erased; given by the journal. None in Records of older
  /// versions.
  std::map<std::string, Commitment> commitments{};
  std::array<std::byte, 32> previous{};  ///< SHA-256 of the Record before; given by the journal
  std::array<std::byte, 32> hash{};      ///< of this one; given by the journal, zero before it is durable
};

/// Empty where there is none, or where it was erased.
inline std::string_view personal_field(const Record& record, const std::string& name) {
  if (name == subject_field) return record.subject;
  const auto& fields = name == damaged_bytes ? record.details : record.attributes;
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

/// Whether the Record had such a field once.
inline bool is_erased(const Record& record, const std::string& name) {
  return record.commitments.contains(name) && personal_field(record, name).empty();
}

}  // namespace gatepost

#include "journal/encoding.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "journal/personal_fields.hpp"
#include "journal/record_bytes.hpp"

namespace gatepost::journal {
namespace {

// Format 1 knew nothing of clocks. A Record that carries nothing of them is still written so: its hash stays the same.
constexpr std::uint8_t format_without_clock = 1;
constexpr std::uint8_t format_with_clock = 2;
// Since format 3 personal fields stand beside the bytes that are hashed. What has none is still written as before.
constexpr std::uint8_t format_with_commitments = 3;

bool has_clock(const Record& record) { return record.clock.source != ClockSource::unknown; }

template <class E>
bool into(E& out, std::uint8_t value, E last) {
  out = static_cast<E>(value);
  return value <= static_cast<std::uint8_t>(last);
}

// The texts that every Record has, in the order of the encoding. The subject is passed over where it is committed to.
template <class R>  // Record, const or not
auto texts_of(R& record) {
  return std::array{&record.boot,   &record.lane,    &record.device, &record.symbology,
                    &record.scheme, &record.subject, &record.reason};
}

// Version, previous, id, four small fields, at, wall and about.
constexpr std::size_t fixed_size = 1 + 32 + 3 * 8 + 4 + 3 * 8;
constexpr std::size_t clock_size = 1 + 8;
constexpr std::size_t length_size = 8;
constexpr std::size_t salt_size = sizeof(Commitment::salt);
constexpr std::size_t hash_size = sizeof(Commitment::hash);

bool is_detail_in_body(const Record& record, const std::string& key) {
  return key != damaged_bytes || !record.commitments.contains(key);
}

std::optional<Error> read_commitments(ByteReader& in, Record& record) {
  std::uint64_t left = in.number();
  if (left == 0) return malformed("it commits to nothing");
  for (; left > 0 && in.good(); --left) {
    std::string name = in.text();
    const bool in_order = record.commitments.empty() || record.commitments.rbegin()->first < name;
    if (name.empty()) return malformed("it commits to a field without a name");
    const bool is_twice = name == damaged_bytes && record.details.contains(name);
    if (!in_order || is_twice) return malformed("its commitments are out of order");
    in.raw(record.commitments[std::move(name)].hash);
  }
  return {};
}

}  // namespace

std::string to_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += {digits[value >> 4U], digits[value & 15U]};
  }
  return text;
}

std::size_t kept_size(const Record& record) {
  std::size_t size = fixed_size + clock_size + 3 * length_size;  // of details, commitments and personal fields
  for (const std::string* text : texts_of(record))
    if (text != &record.subject) size += length_size + text->size();
  for (const auto& [key, value] : record.details)
    if (key != damaged_bytes) size += 2 * length_size + key.size() + value.size();
  for (const auto& name : personal_fields_of(record))
    size += 3 * length_size + 2 * name.size() + personal_field(record, name).size() + salt_size + hash_size;
  return size;
}

std::vector<std::byte> encode(const Record& record) {
  ByteWriter out;
  out.reserve(kept_size(record));
  const bool commits = !record.commitments.empty();
  const bool tells_clock = commits || has_clock(record);
  out.byte(commits ? format_with_commitments : tells_clock ? format_with_clock : format_without_clock);
  out.raw(record.previous);
  for (std::uint64_t value : {record.id.site, record.id.epoch, record.id.sequence}) out.number(value);
  out.byte(static_cast<std::uint8_t>(record.kind));
  out.byte(static_cast<std::uint8_t>(record.direction));
  out.byte(static_cast<std::uint8_t>(record.outcome));
  out.byte(record.verified ? 1 : 0);
  out.number(static_cast<std::uint64_t>(record.at.time_since_epoch().count()));
  out.number(static_cast<std::uint64_t>(record.wall.time_since_epoch().count()));
  if (tells_clock) {
    out.byte(static_cast<std::uint8_t>(record.clock.source));
    out.number(static_cast<std::uint64_t>(record.clock.bound.count()));
  }
  out.number(record.about);
  for (const std::string* text : texts_of(record))
    if (!commits || text != &record.subject) out.text(*text);
  const bool without_bytes = record.details.contains(damaged_bytes) && !is_detail_in_body(record, damaged_bytes);
  out.number(record.details.size() - (without_bytes ? 1 : 0));
  for (const auto& [key, value] : record.details) {
    if (!is_detail_in_body(record, key)) continue;
    out.text(key);
    out.text(value);
  }
  if (!commits) return out.take();
  out.number(record.commitments.size());
  for (const auto& [name, commitment] : record.commitments) {
    out.text(name);
    out.raw(commitment.hash);
  }
  return out.take();
}

Result<Record> decode(std::span<const std::byte> body, std::span<const std::byte> personal) {
  ByteReader in(body);
  const std::uint8_t format = in.byte();
  if (format < format_without_clock || format > format_with_commitments) return malformed("another format version");
  const bool commits = format == format_with_commitments;
  Record record;
  in.raw(record.previous);
  for (std::uint64_t* value : {&record.id.site, &record.id.epoch, &record.id.sequence}) *value = in.number();
  bool known = into(record.kind, in.byte(), RecordKind::change);
  known = into(record.direction, in.byte(), Direction::out) && known;
  known = into(record.outcome, in.byte(), Outcome::deny) && known;
  const std::uint8_t verified = in.byte();
  if (!known || verified > 1) return malformed("a word that this version does not know");
  record.verified = verified == 1;
  record.at = MonotonicTime(Duration(static_cast<Duration::rep>(in.number())));
  record.wall = WallTime(Duration(static_cast<Duration::rep>(in.number())));
  if (format != format_without_clock) {
    known = into(record.clock.source, in.byte(), ClockSource::network) && (commits || has_clock(record));
    record.clock.bound = Duration(static_cast<Duration::rep>(in.number()));
    if (!known || record.clock.bound < Duration::zero()) return malformed("a clock that this version does not know");
  }
  record.about = in.number();
  for (std::string* text : texts_of(record))
    if (!commits || text != &record.subject) *text = in.text();
  for (std::uint64_t left = in.number(); left > 0 && in.good(); --left) {
    std::string key = in.text();
    const bool in_order = record.details.empty() || record.details.rbegin()->first < key;
    if (!in_order) return malformed("its details are out of order");
    record.details.emplace_hint(record.details.end(), std::move(key), in.text());
  }
  if (commits)
    if (auto fault = read_commitments(in, record)) return *fault;
  if (!in.ended_well()) return malformed("too short or too long");
  if (auto fault = read_personal(record, personal)) return *fault;
  record.hash = hash_of(body);
  return record;
}

Hash hash_of(std::span<const std::byte> bytes) {
  // Looked up once: OpenSSL 3 does it anew for each digest otherwise, which takes longer than the digest.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                      &EVP_MD_free);
  Hash hash{};
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr, sha256.get(), nullptr);
  return hash;
}

}  // namespace gatepost::journal

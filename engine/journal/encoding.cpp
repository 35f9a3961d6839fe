#include "journal/encoding.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

namespace gatepost::journal {
namespace {

// Format 1 knew nothing of clocks. A Record that carries nothing of them is still written so: its hash stays the same.
constexpr std::uint8_t format_without_clock = 1;
constexpr std::uint8_t format_with_clock = 2;

bool has_clock(const Record& record) { return record.clock.source != ClockSource::unknown; }

class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(std::byte{value}); }
  void number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
  }
  void text(std::string_view value) {
    number(value.size());
    const auto* first = reinterpret_cast<const std::byte*>(value.data());
    bytes_.insert(bytes_.end(), first, first + value.size());
  }
  void raw(std::span<const std::byte> value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }
  std::vector<std::byte> take() { return std::move(bytes_); }
  void reserve(std::size_t size) { bytes_.reserve(size); }

 private:
  std::vector<std::byte> bytes_;
};

// Remembers that it ran out instead of failing at each step.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::uint8_t byte() {
    const auto taken = take(1);
    return taken.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(taken[0]);
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    const auto taken = take(8);
    for (std::size_t i = taken.size(); i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(taken[i]);
    return value;
  }
  std::string text() {
    const auto taken = take(number());
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }
  void raw(std::span<std::byte> out) {
    const auto taken = take(out.size());
    std::ranges::copy(taken, out.begin());
  }
  bool ended_well() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }

 private:
  std::span<const std::byte> take(std::uint64_t size) {
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    const auto taken = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return taken;
  }

  std::span<const std::byte> rest_;
  bool good_ = true;
};

Error malformed(const char* what) {
  return {std::string("a Record's bytes are malformed: ") + what, "journal", "restore the journal from a copy"};
}

template <class E>
bool into(E& out, std::uint8_t value, E last) {
  out = static_cast<E>(value);
  return value <= static_cast<std::uint8_t>(last);
}

// The texts that every Record has, in the order of the encoding.
template <class R>  // Record, const or not
auto texts_of(R& record) {
  return std::array{&record.boot,   &record.lane,    &record.device, &record.symbology,
                    &record.scheme, &record.subject, &record.reason};
}

// Version, previous, id, four small fields, at, wall and about.
constexpr std::size_t fixed_size = 1 + 32 + 3 * 8 + 4 + 3 * 8;
constexpr std::size_t clock_size = 1 + 8;
constexpr std::size_t length_size = 8;

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

std::size_t encoded_size(const Record& record) {
  std::size_t size = fixed_size + length_size + (has_clock(record) ? clock_size : 0);
  for (const std::string* text : texts_of(record)) size += length_size + text->size();
  for (const auto& [key, value] : record.details) size += 2 * length_size + key.size() + value.size();
  return size;
}

std::vector<std::byte> encode(const Record& record) {
  ByteWriter out;
  out.reserve(encoded_size(record));
  out.byte(has_clock(record) ? format_with_clock : format_without_clock);
  out.raw(record.previous);
  for (std::uint64_t value : {record.id.site, record.id.epoch, record.id.sequence}) out.number(value);
  out.byte(static_cast<std::uint8_t>(record.kind));
  out.byte(static_cast<std::uint8_t>(record.direction));
  out.byte(static_cast<std::uint8_t>(record.outcome));
  out.byte(record.verified ? 1 : 0);
  out.number(static_cast<std::uint64_t>(record.at.time_since_epoch().count()));
  out.number(static_cast<std::uint64_t>(record.wall.time_since_epoch().count()));
  if (has_clock(record)) {
    out.byte(static_cast<std::uint8_t>(record.clock.source));
    out.number(static_cast<std::uint64_t>(record.clock.bound.count()));
  }
  out.number(record.about);
  for (const std::string* text : texts_of(record)) out.text(*text);
  out.number(record.details.size());
  for (const auto& [key, value] : record.details) {
    out.text(key);
    out.text(value);
  }
  return out.take();
}

Result<Record> decode(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  const std::uint8_t format = in.byte();
  if (format != format_without_clock && format != format_with_clock) return malformed("another format version");
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
  if (format == format_with_clock) {
    known = into(record.clock.source, in.byte(), ClockSource::network) && has_clock(record);
    record.clock.bound = Duration(static_cast<Duration::rep>(in.number()));
    if (!known || record.clock.bound < Duration::zero()) return malformed("a clock that this version does not know");
  }
  record.about = in.number();
  for (std::string* text : texts_of(record)) *text = in.text();
  for (std::uint64_t left = in.number(); left > 0 && in.good(); --left) {
    std::string key = in.text();
    const bool in_order = record.details.empty() || record.details.rbegin()->first < key;
    if (!in_order) return malformed("its details are out of order");
    record.details.emplace_hint(record.details.end(), std::move(key), in.text());
  }
  if (!in.ended_well()) return malformed("too short or too long");
  record.hash = hash_of(bytes);
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

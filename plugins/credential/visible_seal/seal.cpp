#include "seal.hpp"

#include <charconv>
#include <chrono>

#include <gatepost/support/calendar.hpp>

namespace visible_seal {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr std::uint8_t magic = 0xDC, signature_tag = 0xFF;

/// How the reference to the signer's certificate is written.
enum class Reference : std::uint8_t {
  fixed,    ///< five characters
  counted,  ///< its length in two digits before it, in hexadecimal, or decimal where DEZV signs
};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

/// Takes bytes from the front.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::string_view> take(std::size_t count) {
    if (count > rest_.size()) return {};
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::optional<std::uint8_t> take_byte() {
    const auto taken = take(1);
    return taken ? std::optional(byte_at(*taken, 0)) : std::nullopt;
  }
  bool is_empty() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

std::optional<std::string> take_c40(Cursor& cursor, std::size_t count) {
  const auto bytes = cursor.take(count);
  return bytes ? c40_text(*bytes) : std::nullopt;
}

std::optional<std::string> take_date(Cursor& cursor) {
  const auto bytes = cursor.take(3);
  return bytes ? date_text(*bytes) : std::nullopt;
}

/// Signer and certificate; false where they are none.
bool read_signer(Cursor& cursor, Reference reference, Seal& seal) {
  const auto head = take_c40(cursor, reference == Reference::fixed ? 6 : 4);
  if (!head || head->size() < (reference == Reference::fixed ? 5U : 6U)) return false;
  seal.signer = head->substr(0, 4);
  if (reference == Reference::fixed) {
    seal.certificate = head->substr(4);
    return true;
  }
  std::size_t length = 0;
  const int base = seal.signer == "DEZV" ? 10 : 16;
  const auto [end, failure] = std::from_chars(head->data() + 4, head->data() + 6, length, base);
  if (failure != std::errc() || end != head->data() + 6 || length == 0) return false;
  const auto text = take_c40(cursor, (length - 1) / 3 * 2 + 2);
  if (!text || text->size() != length) return false;
  seal.certificate = *text;
  return true;
}

bool read_header(Cursor& cursor, Reference reference, Seal& seal) {
  if (!cursor.take(2)) return false;
  const auto country = take_c40(cursor, 2);
  if (!country || country->empty() || !read_signer(cursor, reference, seal)) return false;
  const auto issued = take_date(cursor), signed_on = take_date(cursor);
  const auto definition = cursor.take_byte(), category = cursor.take_byte();
  if (!issued || !signed_on || !definition || !category) return false;
  seal.country = country->substr(0, country->find(' '));
  seal.issued = *issued;
  seal.signed_on = *signed_on;
  seal.type = static_cast<std::uint16_t>(*definition << 8U | *category);
  return true;
}

/// DER's: below 128, or 0x81 and one byte, or 0x82 and two.
std::optional<std::size_t> take_length(Cursor& cursor) {
  const auto first = cursor.take_byte();
  if (!first || *first < 0x80) return first;
  if (*first != 0x81 && *first != 0x82) return {};
  std::size_t length = 0;
  for (int i = 0x80; i < *first; ++i) {
    const auto next = cursor.take_byte();
    if (!next) return {};
    length = length << 8U | *next;
  }
  return length;
}

bool read_features(Cursor& cursor, std::string_view bytes, Seal& seal) {
  while (!cursor.is_empty()) {
    const std::size_t at = bytes.size() - cursor.left();
    const auto tag = cursor.take_byte();
    const auto length = take_length(cursor);
    const auto value = tag && length ? cursor.take(*length) : std::nullopt;
    if (!value) return false;
    if (*tag == signature_tag) {
      seal.signed_bytes = bytes.substr(0, at);
      seal.signature = *value;
      return cursor.is_empty();  // nothing unsigned follows
    }
    if (!seal.features.try_emplace(*tag, *value).second) return false;
  }
  return true;
}

std::optional<Seal> read_by(std::string_view bytes, Reference reference) {
  Seal seal;
  Cursor cursor(bytes);
  if (!read_header(cursor, reference, seal) || !read_features(cursor, bytes, seal)) return {};
  return seal;
}

}  // namespace

std::optional<std::string> c40_text(std::string_view bytes) {
  if (bytes.size() % 2 != 0) return {};
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    if (byte_at(bytes, i) == 0xFE) {  // one character of ASCII, and the last
      if (byte_at(bytes, i + 1) == 0) return {};
      text += static_cast<char>(byte_at(bytes, i + 1) - 1);
      continue;
    }
    const int three = byte_at(bytes, i) * 256 + byte_at(bytes, i + 1) - 1;
    for (const int value : {three / 1600, three / 40 % 40, three % 40}) {
      if (three < 0 || value > 39 || value == 1 || value == 2) return {};
      if (value == 0) continue;  // fills up
      text += static_cast<char>(value == 3 ? ' ' : value < 14 ? '0' + value - 4 : 'A' + value - 14);
    }
  }
  return text;
}

std::optional<std::string> date_text(std::string_view bytes) {
  if (bytes.size() != 3) return {};
  const unsigned number = byte_at(bytes, 0) * 65536U + byte_at(bytes, 1) * 256U + byte_at(bytes, 2);
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number % 10000)),
                                        std::chrono::month(number / 1000000), std::chrono::day(number / 10000 % 100)};
  if (!day.ok()) return {};
  return gatepost::support::to_text(day);
}

Result<std::optional<Seal>> read_seal(std::string_view bytes) {
  if (bytes.size() < 2 || byte_at(bytes, 0) != magic || (bytes[1] != 2 && bytes[1] != 3)) return std::optional<Seal>();
  auto seal = read_by(bytes, bytes[1] == 2 ? Reference::fixed : Reference::counted);
  // German proofs of arrival name the newer version and have the older one's reference.
  if (!seal && bytes[1] == 3) seal = read_by(bytes, Reference::fixed);
  if (!seal)
    return Error{"it begins like a visible seal and is none", "visible seal",
                 "scan again; use a scanner mode that gives bytes as they are, not as text"};
  if (seal->signature.empty())
    return Error{"the visible seal has no signature", "visible seal", "ask its holder for the original"};
  return seal;
}

}  // namespace visible_seal

#include "card.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <gatepost/bytes_text.hpp>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>

namespace health_insurance {

namespace {

namespace support = gatepost::support;
using support::is_digits;
using Fields = std::vector<std::string_view>;
using Day = std::optional<std::chrono::year_month_day>;

enum Place : std::size_t { code, name, birth, sex, address, clinic, valid_from, valid_until, known_fields };

constexpr std::size_t longest_name = 100, longest_address = 500, longest_clinic = 100;  // characters

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_code(std::string_view field) {
  return field.size() == 15 && is_letter(field[0]) && is_letter(field[1]) && is_digits(field.substr(2));
}

bool has_slashes(std::string_view field) { return field.size() == 10 && field[2] == '/' && field[5] == '/'; }

bool has_the_shape(const Fields& fields) {
  return fields.size() > birth && is_code(fields[code]) &&
         (has_slashes(fields[birth]) || is_digits(fields[birth], 4) ||
          (!fields[name].empty() && fields[name].find_first_not_of("0123456789abcdefABCDEF") == std::string::npos));
}

Day day_first(std::string_view field) {
  if (!has_slashes(field)) return std::nullopt;
  return support::day_of(field.substr(6), field.substr(3, 2), field.substr(0, 2));
}

bool says_nothing(std::string_view field) { return field.empty() || field == "-"; }

/// Reads one record; each part is a step that may find the first fault.
class Reader {
 public:
  std::optional<Fault> read(const support::CodeLine& line) {
    if (line.bom) warn(Warning::bom);
    if (!support::valid_utf8(line.text)) return Fault::encoding;
    if (support::has_controls(line.text)) return Fault::control_chars;
    const Fields fields = support::split(line.text, '|');
    if (fields.size() < known_fields) return Fault::field_count;
    if (fields.back() != "$") warn(Warning::no_end);
    if (!is_code(fields[code])) return Fault::card_code;
    card.code = support::composed_capitals(fields[code]).value_or(std::string());
    if (const auto fault = take_name(fields[name])) return fault;
    if (const auto fault = take_birth(fields[birth])) return fault;
    if (fields[sex] != "1" && fields[sex] != "2") return Fault::sex;
    card.sex = fields[sex] == "1" ? 'M' : 'F';
    if (const auto fault = take_address(fields[address], fields[clinic])) return fault;
    return take_validity(fields[valid_from], fields[valid_until]);
  }

  Card card;

 private:
  void warn(Warning warning) { card.warnings.insert(warning); }

  /// Hex digits of UTF-8, at most `most` characters of it.
  std::optional<Fault> take_hex(std::string_view field, std::size_t most, std::string& into) {
    const auto bytes = gatepost::from_hex(field, field.size() / 2);
    if (!bytes || field.find(' ') != std::string_view::npos) return Fault::hex;
    auto text = support::composed(*bytes);
    if (!text) return Fault::encoding;
    if (*text != *bytes) warn(Warning::not_nfc);
    if (support::has_controls(*text)) return Fault::control_chars;
    if (support::characters(*text) > most) return Fault::length;
    into = support::trimmed(*text);
    return {};
  }

  std::optional<Fault> take_name(std::string_view field) {
    if (const auto fault = take_hex(field, longest_name, card.name)) return fault;
    if (!support::is_name(card.name)) return Fault::name_chars;
    card.name_ascii = support::ascii_capitals(card.name).value_or(std::string());
    return {};
  }

  std::optional<Fault> take_address(std::string_view field, std::string_view registered) {
    if (support::characters(registered) > longest_clinic) return Fault::length;
    if (!says_nothing(registered)) card.clinic = support::composed(registered).value_or(std::string());
    if (says_nothing(field)) return {};
    return take_hex(field, longest_address, card.address);
  }

  std::optional<Fault> take_birth(std::string_view field) {
    const auto day = day_first(field);
    const std::string_view year = day ? field.substr(6) : field;
    if (!is_digits(year, 4) || year < "1900") return Fault::dob;
    if (!day) warn(Warning::dob_partial);
    card.birth = day ? support::to_text(*day) : std::string(year);
    return {};
  }

  std::optional<Fault> take_validity(std::string_view from, std::string_view until) {
    card.valid_from = day_first(from);
    card.valid_until = day_first(until);
    const bool both = card.valid_from && card.valid_until;
    if ((!card.valid_from && !says_nothing(from)) || (!card.valid_until && !says_nothing(until)) ||
        (both && *card.valid_until < *card.valid_from))
      return Fault::validity;
    return {};
  }
};

}  // namespace

std::string_view to_word(Warning warning) {
  constexpr std::array words{"not_nfc", "bom", "dob_partial", "no_end"};
  return words.at(static_cast<std::size_t>(warning));
}

std::string_view to_word(Fault fault) {
  constexpr std::array words{"encoding", "control_chars", "field_count", "card_code", "hex",
                             "length",   "name_chars",    "dob",         "sex",       "validity"};
  return words.at(static_cast<std::size_t>(fault));
}

std::variant<Card, Refusal> read(std::string_view payload) {
  const auto line = support::code_line(payload);
  Reader reader;
  if (const auto fault = reader.read(line)) return Refusal{*fault, has_the_shape(support::split(line.text, '|'))};
  return std::move(reader.card);
}

}  // namespace health_insurance

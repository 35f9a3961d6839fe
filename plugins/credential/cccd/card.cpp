#include "card.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>

#include "provinces.hpp"

namespace cccd {

namespace {

namespace support = gatepost::support;
using support::is_digits;
using Fields = std::vector<std::string_view>;

enum Place : std::size_t { id, old_id, name, birth, sex, address, issued, known_fields };

constexpr std::size_t longest_name = 100, longest_address = 500;  // characters

bool is_old_id(std::string_view field) { return field.empty() || is_digits(field, 9) || is_digits(field, 12); }

// By bytes, before anything is repaired. The personal QR of decision 1405 begins with the same number, and has its date
// of birth in the third field, with hyphens.
bool has_the_shape(const Fields& fields) {
  if (fields.size() < 4) return false;
  const bool number_or_none = fields[old_id].empty() || is_digits(fields[old_id]);
  const bool date = is_digits(fields[birth], 8);
  if (is_digits(fields[id], 12)) return number_or_none || date || is_digits(fields[name], 8);
  return fields.size() >= known_fields && number_or_none && date && is_digits(fields[issued], 8);
}

std::optional<std::chrono::year_month_day> day_first(std::string_view field) {
  if (!is_digits(field, 8)) return std::nullopt;
  return support::day_of(field.substr(4), field.substr(2, 2), field.substr(0, 2));
}

/// Reads one record; each part is a step that may find the first fault.
class Reader {
 public:
  std::optional<Fault> read(const support::CodeLine& line) {
    if (line.bom) warn(Warning::bom);
    if (!support::valid_utf8(line.text)) return Fault::encoding;
    const Fields written = support::split(line.text, '|');
    if (written.size() < known_fields) return Fault::field_count;
    if (written.size() > known_fields) warn(Warning::extra_fields);
    const auto end = written[issued].data() + written[issued].size() - line.text.data();
    std::string text;
    if (const auto fault = decode(line.text.substr(0, static_cast<std::size_t>(end)), text)) return fault;
    const Fields fields = support::split(text, '|');
    if (!is_digits(fields[id], 12)) return Fault::id_format;
    if (!is_old_id(fields[old_id])) return Fault::old_id;
    card.id = fields[id];
    card.old_id = fields[old_id];
    if (const auto fault = take_text(support::trimmed(fields[name]), support::trimmed(fields[address]))) return fault;
    if (const auto fault = take_birth(fields[birth])) return fault;
    if (const auto fault = take_sex(fields[sex])) return fault;
    const auto day = day_first(fields[issued]);
    if (!day) return Fault::issued;
    card.issued = support::to_text(*day);
    compare_with_number();
    return {};
  }

  Card card;

 private:
  void warn(Warning warning) { card.warnings.insert(warning); }

  std::optional<Fault> decode(std::string_view written, std::string& text) {
    text = support::composed(written).value_or(std::string());
    if (text != written) warn(Warning::not_nfc);
    if (const auto repaired = support::repaired(text)) {
      warn(Warning::mojibake_repaired);
      text = support::composed(*repaired).value_or(std::string());
      if (text != *repaired) warn(Warning::not_nfc);
      if (support::repaired(text)) return Fault::encoding;  // garbled twice: what else happened to it?
    }
    if (text.find("\uFFFD") != std::string::npos) return Fault::encoding;
    if (support::has_controls(text)) return Fault::control_chars;
    return {};
  }

  std::optional<Fault> take_text(std::string_view name, std::string_view address) {
    if (support::characters(name) > longest_name || support::characters(address) > longest_address)
      return Fault::length;
    // Each letter beyond ASCII has become a question mark: who that is can be read no more.
    if (name.find('?') != std::string_view::npos || address.find('?') != std::string_view::npos) return Fault::encoding;
    if (!support::is_name(name)) return Fault::name_chars;
    card.name = name;
    card.name_ascii = support::ascii_capitals(name).value_or(std::string());
    card.address = address;
    if (!address.empty() && support::is_ascii(name) && support::is_ascii(address)) warn(Warning::diacritics_missing);
    return {};
  }

  std::optional<Fault> take_birth(std::string_view field) {
    if (!is_digits(field, 8)) return Fault::dob;
    const std::string_view year = field.substr(4);
    if (year < "1900" || year > "2399") return Fault::dob;  // the centuries that a number can tell
    if (field.starts_with("0000")) {
      card.birth = year;
      warn(Warning::dob_partial);
      return {};
    }
    const auto day = day_first(field);
    if (!day) return Fault::dob;
    card.birth = support::to_text(*day);
    return {};
  }

  std::optional<Fault> take_sex(std::string_view field) {
    const auto word = support::folded(field);
    if (word == "nam") {
      card.sex = "M";
    } else if (word == "nữ" || word == "nu") {
      card.sex = "F";
      if (word == "nu") warn(Warning::diacritics_missing);
    } else {  // "N?" or "N" is "Nữ" that lost its letter
      return word == "n" || word == "n?" ? Fault::encoding : Fault::sex;
    }
    return {};
  }

  // Three digits of the province, one of century and sex, two of the year.
  void compare_with_number() {
    const int century = card.id[3] - '0';
    if ((century % 2 == 0) != (card.sex == "M")) warn(Warning::id_sex_mismatch);
    if (std::to_string(19 + century / 2) + card.id.substr(4, 2) != card.birth.substr(0, 4))
      warn(Warning::id_year_mismatch);
    if (!is_province((card.id[0] - '0') * 100 + (card.id[1] - '0') * 10 + card.id[2] - '0'))
      warn(Warning::province_unknown);
  }
};

}  // namespace

std::string_view to_word(Warning warning) {
  constexpr std::array words{"not_nfc",
                             "bom",
                             "extra_fields",
                             "mojibake_repaired",
                             "diacritics_missing",
                             "id_sex_mismatch",
                             "id_year_mismatch",
                             "province_unknown",
                             "dob_partial"};
  return words.at(static_cast<std::size_t>(warning));
}

std::string_view to_word(Fault fault) {
  constexpr std::array words{"encoding", "control_chars", "field_count", "id_format", "old_id",
                             "length",   "name_chars",    "dob",         "sex",       "issued"};
  return words.at(static_cast<std::size_t>(fault));
}

std::variant<Card, Refusal> read(std::string_view payload) {
  const auto line = support::code_line(payload);
  Reader reader;
  if (const auto fault = reader.read(line)) return Refusal{*fault, has_the_shape(support::split(line.text, '|'))};
  return std::move(reader.card);
}

}  // namespace cccd

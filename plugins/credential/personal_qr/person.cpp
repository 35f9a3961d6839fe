#include "person.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>

namespace personal_qr {

namespace {

namespace support = gatepost::support;
using support::is_digits;
using Fields = std::vector<std::string_view>;

enum Place : std::size_t { document, name, birth, declaration, qid, ext, all_fields };
enum Part : std::size_t { declarer, sex, health_insurance, phone, known_parts };

constexpr std::size_t longest_name = 100, longest_number = 20, shortest_number = 6, longest_qid = 32;

bool has_the_shape(const Fields& fields) {
  return fields.size() > declaration && fields[birth].size() == 10 && fields[birth][4] == '-' &&
         fields[birth][7] == '-' && is_digits(fields[declaration], 1);
}

std::string capitals(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

bool all_of(std::string_view text, std::string_view besides = {}) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || besides.find(c) != std::string_view::npos;
  });
}

/// Reads one record; each part is a step that may find the first fault.
class Reader {
 public:
  std::optional<Fault> read(const support::CodeLine& line) {
    if (line.bom) warn(Warning::bom);
    if (!support::valid_utf8(line.text)) return Fault::encoding;
    if (support::has_controls(line.text)) return Fault::control_chars;
    const Fields fields = support::split(line.text, '|');
    if (fields.size() != all_fields) return Fault::field_count;
    if (const auto fault = take_document(fields[document])) return fault;
    if (const auto fault = take_name(fields[name])) return fault;
    if (const auto fault = take_birth(fields[birth])) return fault;
    if (fields[declaration] != "0" && fields[declaration] != "1") return Fault::declaration_type;
    person.declared_by_other = fields[declaration] == "1";
    if (!is_digits(fields[qid]) || fields[qid].size() > longest_qid) return Fault::qid;
    person.qid = fields[qid];
    return fields[ext].empty() ? std::nullopt : take_ext(support::split(fields[ext], '<'));
  }

  Person person;

 private:
  void warn(Warning warning) { person.warnings.insert(warning); }

  std::optional<Fault> take_document(std::string_view field) {
    person.document = capitals(field);
    if (field.size() < shortest_number || field.size() > longest_number || !all_of(person.document, "*"))
      return Fault::id_format;
    person.document_masked = field.find('*') != std::string_view::npos;
    if (person.document_masked) warn(Warning::masked);
    return {};
  }

  std::optional<Fault> take_name(std::string_view field) {
    if (support::characters(field) > longest_name) return Fault::length;
    if (!support::is_name(field)) return Fault::name_chars;
    person.name = support::ascii_capitals(field).value_or(std::string());
    return {};
  }

  std::optional<Fault> take_birth(std::string_view field) {
    if (field.size() != 10 || field[4] != '-' || field[7] != '-') return Fault::dob;
    const std::string_view year = field.substr(0, 4);
    if (!is_digits(year) || year < "1900") return Fault::dob;
    if (field.substr(4) == "-**-**") {
      warn(Warning::masked);
    } else if (!support::day_of(year, field.substr(5, 2), field.substr(8))) {
      return Fault::dob;
    }
    person.birth = field;
    return {};
  }

  std::optional<Fault> take_ext(const Fields& parts) {
    if (parts.size() < known_parts) return Fault::ext;
    if (parts.size() > known_parts) warn(Warning::ext_extra);
    const auto& who = parts[declarer];
    const auto& card = parts[health_insurance];
    const std::string_view number = parts[phone].substr(parts[phone].starts_with('+') ? 1 : 0);
    const bool known_sex = parts[sex].empty() || (parts[sex].size() == 1 && parts[sex] <= "2" && parts[sex] >= "0");
    if ((!who.empty() && !is_digits(who)) || who.size() > longest_qid || !known_sex || card.size() > longest_number ||
        !all_of(card) || (!parts[phone].empty() && !is_digits(number)) || number.size() > longest_number)
      return Fault::ext;
    person.declarer_qid = who;
    person.sex = parts[sex] == "1" ? "M" : parts[sex] == "2" ? "F" : "";
    person.health_insurance = card;
    person.phone = parts[phone];
    return {};
  }
};

}  // namespace

std::string_view to_word(Warning warning) {
  constexpr std::array words{"bom", "masked", "ext_extra"};
  return words.at(static_cast<std::size_t>(warning));
}

std::string_view to_word(Fault fault) {
  constexpr std::array words{"encoding",   "control_chars", "field_count",      "id_format", "length",
                             "name_chars", "dob",           "declaration_type", "qid",       "ext"};
  return words.at(static_cast<std::size_t>(fault));
}

std::variant<Person, Refusal> read(std::string_view payload) {
  const auto line = support::code_line(payload);
  Reader reader;
  if (const auto fault = reader.read(line)) return Refusal{*fault, has_the_shape(support::split(line.text, '|'))};
  return std::move(reader.person);
}

}  // namespace personal_qr

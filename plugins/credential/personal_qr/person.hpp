// What a personal QR code of decision 1405/QĐ-BTTTT says.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace personal_qr {

/// What is unusual and no reason to refuse the code; in the order in which it is told.
enum class Warning : std::uint8_t {
  bom,        ///< a byte order mark before it
  masked,     ///< its holder shows only a part of the number or of the birth
  ext_extra,  ///< the last field has more parts than the four that are known
};
std::string_view to_word(Warning warning);

/// The first thing that is not right.
enum class Fault : std::uint8_t {
  encoding,
  control_chars,
  field_count,
  id_format,
  length,
  name_chars,
  dob,
  declaration_type,
  qid,
  ext,
};
std::string_view to_word(Fault fault);

struct Person {
  std::string document;          ///< number of an identity card or passport, in capitals
  bool document_masked = false;  ///< it has * in it, and tells nobody from others
  std::string name;              ///< capitals without diacritics
  std::string birth;             ///< "1981-07-05", or "1981-**-**"
  bool declared_by_other = false;
  std::string qid;  ///< digits by which the national platform knows this person
  std::string declarer_qid;
  std::string sex;  ///< "M", "F", or empty
  std::string health_insurance;
  std::string phone;
  std::set<Warning> warnings;
};

struct Refusal {
  Fault fault;
  bool ours;  ///< it has the shape of such a code, by its raw bytes; else it may be of another format
};

std::variant<Person, Refusal> read(std::string_view payload);

}  // namespace personal_qr

// What the code on a Vietnamese identity card says.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace cccd {

/// What is unusual and no reason to refuse the card; in the order in which it is told.
enum class Warning : std::uint8_t {
  not_nfc,             ///< letters and their marks came apart: a phone or a keyboard wrote it
  bom,                 ///< a byte order mark before it
  extra_fields,        ///< more than the seven that are known: a card of 2024, or a separator at the end
  mojibake_repaired,   ///< a scanner took its UTF-8 for Latin letters, and that was undone
  diacritics_missing,  ///< a keyboard scanner lost them
  id_sex_mismatch,     ///< the number says another sex
  id_year_mismatch,    ///< the number says another year of birth
  province_unknown,    ///< the number begins with none of the 63 provinces
  dob_partial,         ///< of the birth only the year is known
};
std::string_view to_word(Warning warning);

/// The first thing that is not right.
enum class Fault : std::uint8_t {
  encoding,
  control_chars,
  field_count,
  id_format,
  old_id,
  length,
  name_chars,
  dob,
  sex,
  issued,
};
std::string_view to_word(Fault fault);

struct Card {
  std::string id;      ///< 12 digits
  std::string old_id;  ///< 9 or 12 digits, or empty
  std::string name;    ///< NFC, as name and address are
  std::string name_ascii;
  std::string birth;  ///< "1985-06-17", or "1958"
  std::string sex;    ///< "M" or "F"
  std::string address;
  std::string issued;
  std::set<Warning> warnings;
};

struct Refusal {
  Fault fault;
  bool ours;  ///< it has the shape of such a card's code, by its raw bytes; else it may be of another format
};

std::variant<Card, Refusal> read(std::string_view payload);

}  // namespace cccd

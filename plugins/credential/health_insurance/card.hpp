// What the code on a Vietnamese health insurance card says.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace health_insurance {

/// What is unusual and no reason to refuse the card; in the order in which it is told.
enum class Warning : std::uint8_t {
  not_nfc,      ///< letters and their marks came apart
  bom,          ///< a byte order mark before it
  dob_partial,  ///< of the birth only the year is known
  no_end,       ///< the $ that ends such codes is not there
};
std::string_view to_word(Warning warning);

/// The first thing that is not right.
enum class Fault : std::uint8_t {
  encoding,
  control_chars,
  field_count,
  card_code,
  hex,
  length,
  name_chars,
  dob,
  sex,
  validity,
};
std::string_view to_word(Fault fault);

struct Card {
  std::string code;  ///< two letters, 13 digits
  std::string name;  ///< NFC, as the address is
  std::string name_ascii;
  std::string birth;  ///< "1959-02-04", or "1959"
  std::string sex;    ///< "M" or "F"
  std::string address;
  std::string clinic;  ///< where its holder is registered, as it is written
  std::optional<std::chrono::year_month_day> valid_from, valid_until;
  std::set<Warning> warnings;
};

struct Refusal {
  Fault fault;
  bool ours;  ///< it has the shape of such a card's code, by its raw bytes; else it may be of another format
};

std::variant<Card, Refusal> read(std::string_view payload);

}  // namespace health_insurance

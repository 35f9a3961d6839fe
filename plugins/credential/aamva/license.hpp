// What the PDF417 code on a driver licence or identity card of North America says.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace aamva {

/// The first thing that is not right.
enum class Fault : std::uint8_t {
  controls_lost,  ///< the line ends and separators are gone: a keyboard has no keys for them
  header,         ///< the numbers before the subfiles are none
  subfile,        ///< a subfile is not where the header says, or not whole, or neither licence nor card is there
  element,        ///< a line begins with no element's name
  control_chars,
  twice,   ///< one element with two values
  number,  ///< the card has no number
  date,    ///< a date is no day
};
std::string_view to_word(Fault fault);

using Elements = std::map<std::string, std::string, std::less<>>;

struct License {
  std::string number;  ///< in capitals
  std::string issuer;  ///< six digits that stand for the authority
  Elements elements;   ///< by their names of three characters; UTF-8 in composed form
  std::optional<std::chrono::year_month_day> birth, issued, expires;
};

struct Refusal {
  Fault fault;
  bool ours;  ///< it begins as such codes do; else it may be of another format
};

std::variant<License, Refusal> read(std::string_view payload);

/// The value of an element; empty where there is none, or where the card says that there is none.
std::string value_of(const License& license, std::string_view element);

}  // namespace aamva

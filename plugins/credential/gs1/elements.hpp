// GS1 element strings: pairs of an application identifier and its value.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gs1 {

/// What ends a value of variable length: FNC1 in a symbol, GS where a scanner tells it.
inline constexpr char separator = '\x1D';

/// The first thing that is not right.
enum class Fault : std::uint8_t {
  unknown_ai,   ///< no identifier of this number is assigned, or none stands where one must
  truncated,    ///< shorter than its identifier says
  too_long,     ///< longer
  characters,   ///< of another character set
  check_digit,  ///< the last digit does not fit those before it
  date,         ///< no day, or no time of day
  value,        ///< none of the values that its identifier has
  twice,        ///< one identifier with two values
};
std::string_view to_word(Fault fault);

/// Values by their identifiers' numbers.
using Elements = std::map<std::string, std::string, std::less<>>;

/// All of `text`, which begins behind the mark of its symbol.
std::variant<Elements, Fault> read(std::string_view text);

/// The day that a value of YYMMDD names, from 2000 to 2099; day 00 is the month's last.
std::optional<std::chrono::year_month_day> short_date(std::string_view digits);

}  // namespace gs1

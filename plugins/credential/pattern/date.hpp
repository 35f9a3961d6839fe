// Dates as codes write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/result.hpp>
#include <gatepost/settings.hpp>
#include <gatepost/time.hpp>

namespace pattern {

enum class Zone : std::uint8_t { local, utc };
constexpr auto setting_names(Zone) {
  return std::array{gatepost::Choice{"local", Zone::local}, gatepost::Choice{"utc", Zone::utc}};
}

/// First and last nanosecond of what a date names: a day, or less when the form has a time of day.
struct Span {
  gatepost::WallTime first, last;
};

/// A form such as "%d%m%Y". Digits are counted, so that a form without separators is unambiguous: %Y takes four, all
/// others two; %y is a year from 2000 to 2099. Of the time of day, %H may stand alone or be followed by %M and %S.
class DateFormat {
 public:
  /// An Error (what and remedy; the caller knows where) for an unknown conversion, one said twice, or no whole date.
  static gatepost::Result<DateFormat> parse(std::string_view form, Zone zone);

  /// Nothing when `text` is not of this form or names no day (30 February, 25 o'clock).
  std::optional<Span> read(std::string_view text) const;

 private:
  struct Piece {
    char conversion;  ///< 'Y', 'm' …, or 0 for a character that stands for itself
    char literal;
  };
  std::vector<Piece> pieces_;
  Zone zone_ = Zone::local;
};

}  // namespace pattern

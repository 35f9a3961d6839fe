#include "card/issue/validity.hpp"

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <gatepost/support/text.hpp>

namespace gatepost::card {
namespace {

using std::chrono::seconds;
using std::chrono::year_month_day;

struct Moment {
  WallTime begin, end;  ///< of a day its first moment and the next one's; else one and the same
  std::string text;
};

std::optional<year_month_day> day_in(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-')
    return support::day_of(text.substr(0, 4), text.substr(5, 2), text.substr(8));
  for (const char mark : {'/', '.'})
    if (const auto parts = support::split(text, mark); parts.size() == 3 && parts[2].size() == 4)
      return support::day_of(parts[2], parts[1], parts[0]);
  return {};
}

std::optional<Moment> moment_in(std::string_view text) {
  if (const auto moment = support::parse_rfc3339(text)) return Moment{*moment, *moment, std::string(text)};
  const auto blank = text.find_first_of(" T");
  const auto day = day_in(text.substr(0, blank));
  if (!day) return {};
  if (blank == std::string_view::npos)
    return Moment{support::moment_here(*day, seconds(0)), support::moment_here(*day, std::chrono::hours(24)),
                  support::to_text(*day)};
  const auto time = support::time_of_day(text.substr(blank + 1));
  if (!time) return {};
  const auto moment = support::moment_here(*day, *time);
  return Moment{moment, moment, support::to_text(*day) + " " + std::string(text.substr(blank + 1))};
}

Error no_date(const char* which) {
  return {std::string("'") + which + "' is no date", {}, "write it as 2026-11-23 or 2026-11-23 18:30"};
}

}  // namespace

Result<Validity> validity_of(std::string_view from, std::string_view until, WallTime now) {
  Validity validity;
  if (!from.empty()) {
    const auto moment = moment_in(from);
    if (!moment) return no_date("from");
    validity.from = moment->begin;
    validity.from_text = moment->text;
  }
  if (until.empty()) return validity;
  const auto moment = moment_in(until);
  if (!moment) return no_date("until");
  validity.until = moment->end;
  validity.until_text = moment->text;
  if (validity.from && *validity.until <= *validity.from)
    return Error{"'until' is not after 'from'", {}, "exchange them, or correct one"};
  if (*validity.until <= now) return Error{"'until' is over already", {}, "give a date that is to come"};
  return validity;
}

}  // namespace gatepost::card

// The text of an iCalendar file cut into its events and time zones (RFC 5545, 3.1 and 3.4), so that a library is given
// small pieces of it and what is wrong is told by its line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"

namespace visit {

/// A content line, unfolded.
struct IcalLine {
  std::uint64_t number = 0;  ///< of its first line in the file, from 1
  std::string text{};
  std::string_view name() const;         ///< what stands before the parameters: "DTSTART"
  std::string_view value() const;        ///< behind them, as it is written
  bool is(std::string_view name) const;  ///< case makes no difference
  std::string plain_text() const;        ///< the value with its escapes undone
};

/// The lines of a VEVENT without what stands in it (alarms), or of a VTIMEZONE with it.
struct IcalBlock {
  std::uint64_t line = 0;
  std::vector<IcalLine> lines{};
  bool is_cancelled = false;                           ///< the calendar around it is a message that cancels
  std::string text(std::string_view component) const;  ///< as a library reads it
};

struct IcalBlocks {
  std::vector<IcalBlock> events{}, zones{};
};

/// Where something is wrong in the file of that name.
gatepost::Error ical_error(const std::string& file, std::uint64_t line, std::string what, std::string remedy);

/// Whether the file is one of these.
bool is_ical(std::string_view text);

gatepost::Result<IcalBlocks> blocks_of(std::string_view text, const std::string& file, const Limits& limits);

}  // namespace visit

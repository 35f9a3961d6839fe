// A Record as people see it.
#pragma once

#include <gatepost/record.hpp>
#include <string>

namespace gatepost::cli {

/// "2026-11-24 07:41:49.123+07:00": by this machine's clock, with its zone.
std::string time_text(WallTime wall);

/// One line, safe for a terminal. Nothing is cut off: a Record's texts have bounds of their own.
std::string line_of(const Record& record);

}  // namespace gatepost::cli
